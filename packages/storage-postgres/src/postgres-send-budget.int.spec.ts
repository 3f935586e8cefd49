import { sendBudgetContract } from "@gateway-router/core/testing";
import { PostgresSendBudget } from "./postgres-send-budget.js";
import { describeOnPostgres } from "./testing/postgres-spec.js";

await describeOnPostgres("PostgresSendBudget", (_server, openTables) => {
  sendBudgetContract({
    test: it,
    async open(limits) {
      const tables = await openTables();
      return { ...tables, budget: new PostgresSendBudget({ database: await tables.open(), limits }) };
    },
  });

  it("is one budget for all instances", async () => {
    const tables = await openTables();
    const limits = { perMinute: 60, perMinutePerTenant: 0 };
    const databases = await Promise.all([tables.open(), tables.open(), tables.open()]);
    const budgets = databases.map((database) => new PostgresSendBudget({ database, limits }));
    const turns = await Promise.all(
      Array.from({ length: 30 }, (_, index) => budgets[index % 3]!.reserve({ id: `own_${index}` })),
    );
    expect(turns.filter(({ kind }) => kind === "now")).toHaveLength(10);
    await tables.close();
  });
});

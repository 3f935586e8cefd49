import { randomIds, systemClock } from "@gateway-router/core";
import { aMessage, aTenantId, messageIntakeContract, silentLogger } from "@gateway-router/core/testing";
import { openPostgresStorage, type PostgresStorageOptions } from "./postgres-storage.js";
import { describeOnPostgres } from "./testing/postgres-spec.js";

await describeOnPostgres("PostgresMessageIntake", (_server, openTables) => {
  const open = async (crashPoint?: PostgresStorageOptions["crashPoint"]) => {
    const tables = await openTables();
    const storage = await openPostgresStorage({
      ...{ url: tables.url, schema: tables.schema, clock: systemClock, logger: silentLogger },
      ...{ duplicateMemoryDays: 7, crashPoint },
    });
    return {
      ...{ ...storage, nowMs: tables.nowMs, advance: tables.advance },
      async close() {
        await storage.close();
        await tables.close();
      },
    };
  };

  messageIntakeContract({ test: it, open: () => open() });

  it("leaves nothing of a message whose taking in fails between lock and queue", async () => {
    let isFailing = true;
    const storage = await open(() => {
      if (isFailing) throw new Error("cut off");
    });
    const message = aMessage({ text: "start_realty_2" });
    const request = {
      message,
      deliveryId: "msg_1",
      holdIfUnmapped: false,
      proposal: { tenantId: aTenantId(2), generation: randomIds.generation(), lockedAtMs: storage.nowMs() },
    };
    await expect(storage.intake.take(request)).rejects.toThrow("cut off");
    expect(await storage.mappings.find(message.contact)).toBeUndefined();
    expect(await storage.deliveries.counts()).toMatchObject({ pending: 0 });
    isFailing = false;
    expect(await storage.intake.take(request)).toMatchObject({ kind: "routed", locked: true, isFirst: true });
    await storage.close();
  });
});

import assert from "node:assert/strict";
import type { TenantId } from "../domain/tenant.js";
import { TURN_KEPT_MS, type SendBudget, type SendTurn } from "../ports/send-budget.js";
import { aTenantId } from "./builders.js";
import { withOpened, type DeclareTest } from "./contract.js";

export interface SendBudgetHarness {
  readonly budget: SendBudget;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

export interface SendBudgetSettings {
  readonly perMinute: number;
  readonly perMinutePerTenant: number;
}

const NOW: SendTurn = { kind: "now" };

/** What every SendBudget keeps. */
export function sendBudgetContract(options: {
  readonly test: DeclareTest;
  readonly open: (settings: SendBudgetSettings) => Promise<SendBudgetHarness>;
}): void {
  const check = (
    name: string,
    settings: SendBudgetSettings,
    run: (harness: SendBudgetHarness) => Promise<void>,
  ) => options.test(name, () => withOpened(() => options.open(settings), run));

  const tenantId = aTenantId(2);
  const other = aTenantId(55);
  const names = (count: number, name = "r") => Array.from({ length: count }, (_, index) => `${name}${index}`);

  /**
   * Lets everybody ask again at their moments, until all had their turn or the time is over. Answers when, from
   * the start, each had it.
   */
  const letGo = async (
    { budget, nowMs, advance }: SendBudgetHarness,
    messages: readonly { readonly id: string; readonly tenantId?: TenantId }[],
    forMs: number,
  ): Promise<Map<string, number>> => {
    const startMs = nowMs();
    const gone = new Map<string, number>();
    const asks = messages.map((message) => ({ message, atMs: startMs }));
    while (asks.length > 0) {
      asks.sort((a, b) => a.atMs - b.atMs);
      const { message, atMs } = asks.shift()!;
      if (atMs - startMs > forMs) break;
      await advance(Math.max(0, atMs - nowMs()));
      const turn = await budget.reserve(message);
      if (turn.kind === "now") gone.set(message.id, nowMs() - startMs);
      else asks.push({ message, atMs: nowMs() + turn.delayMs });
    }
    return gone;
  };

  check(
    "without limits everything goes at once",
    { perMinute: 0, perMinutePerTenant: 0 },
    async ({ budget }) => {
      for (const id of names(1_000)) assert.deepEqual(await budget.reserve({ id, tenantId }), NOW);
    },
  );

  check(
    "a handler's whole answer goes without waiting, then as many a minute as the tenant may",
    { perMinute: 0, perMinutePerTenant: 30 },
    async (harness) => {
      const gone = await letGo(
        harness,
        names(70).map((id) => ({ id, tenantId })),
        120_000,
      );
      const times = [...gone.values()];
      assert.deepEqual(times.slice(0, 10), Array(10).fill(0));
      assert.deepEqual(times.slice(10, 13), [2_000, 4_000, 6_000]);
      assert.equal(times.length, 70);
      assert.equal(times.at(-1), 120_000);
    },
  );

  check(
    "says which limit is used up, and when to ask again",
    { perMinute: 60, perMinutePerTenant: 30 },
    async ({ budget }) => {
      for (const id of names(10)) await budget.reserve({ id, tenantId });
      const tenant = await budget.reserve({ id: "a", tenantId });
      assert.deepEqual(tenant, { kind: "later", delayMs: 2_000, waitingFor: "tenant_limit" });
      const number = await budget.reserve({ id: "b", tenantId: other });
      assert.deepEqual(number, { kind: "later", delayMs: 1_000, waitingFor: "number_limit" });
    },
  );

  check(
    "the number's limit holds over all tenants",
    { perMinute: 60, perMinutePerTenant: 0 },
    async (harness) => {
      const messages = names(200).map((id, index) => ({ id, tenantId: aTenantId(index + 1) }));
      const times = [...(await letGo(harness, messages, 60_000)).values()];
      assert.equal(times.length, 70);
      assert.equal(times.filter((atMs) => atMs === 0).length, 10);
    },
  );

  check(
    "the same message has the same moment, however often it asks",
    { perMinute: 60, perMinutePerTenant: 30 },
    async ({ budget, advance }) => {
      for (const id of names(10)) await budget.reserve({ id, tenantId });
      const ask = () => budget.reserve({ id: "a", tenantId });
      assert.deepEqual(await ask(), { kind: "later", delayMs: 2_000, waitingFor: "tenant_limit" });
      await advance(1_500);
      for (let times = 0; times < 5; times += 1) {
        assert.deepEqual(await ask(), { kind: "later", delayMs: 500, waitingFor: "tenant_limit" });
      }
      await advance(500);
      assert.deepEqual(await ask(), NOW);
      // Its turn is used up: what comes under this name now is another attempt.
      assert.deepEqual(await ask(), { kind: "later", delayMs: 2_000, waitingFor: "tenant_limit" });
    },
  );

  check(
    "a place at the number is kept for who has it",
    { perMinute: 60, perMinutePerTenant: 0 },
    async ({ budget, advance }) => {
      for (const id of names(10)) await budget.reserve({ id, tenantId });
      assert.equal((await budget.reserve({ id: "a", tenantId })).kind, "later");
      await advance(1_000);
      assert.deepEqual(await budget.reserve({ id: "b", tenantId: other }), {
        ...{ kind: "later", delayMs: 1_000, waitingFor: "number_limit" },
      });
      assert.deepEqual(await budget.reserve({ id: "a", tenantId }), NOW);
    },
  );

  check(
    "one tenant's thousand messages do not hold up another tenant's one",
    { perMinute: 60, perMinutePerTenant: 0 },
    async (harness) => {
      const thousand = names(1_000).map((id) => ({ id, tenantId }));
      const gone = await letGo(harness, [...thousand, { id: "one", tenantId: other }], 10_000);
      assert.ok(gone.get("one")! <= 3_000, `after ${gone.get("one")} ms`);
    },
  );

  check(
    "tenants that all want more than there is share it alike",
    { perMinute: 60, perMinutePerTenant: 0 },
    async (harness) => {
      const tenants = [1, 2, 3, 4, 5].map((id) => aTenantId(id));
      const messages = tenants.flatMap((id) =>
        names(100, `t${id}_`).map((name) => ({ id: name, tenantId: id })),
      );
      const gone = await letGo(harness, messages, 130_000);
      const later = [...gone].filter(([, atMs]) => atMs > 0).map(([id]) => id);
      assert.equal(later.length, 130);
      for (const id of tenants) {
        const share = later.filter((name) => name.startsWith(`t${id}_`)).length;
        assert.ok(share >= 20 && share <= 32, `tenant ${id} got ${share} of 130`);
      }
    },
  );

  check(
    "the gateway's own words take turns too, and have no tenant's limit",
    { perMinute: 60, perMinutePerTenant: 1 },
    async (harness) => {
      const own = names(30, "own").map((id) => ({ id }));
      const gone = await letGo(harness, [...own, { id: "one", tenantId }], 25_000);
      assert.equal(gone.size, 31);
      assert.ok(gone.get("one")! <= 3_000, `after ${gone.get("one")} ms`);
    },
  );

  check(
    "what was not used is there for the next",
    { perMinute: 60, perMinutePerTenant: 30 },
    async ({ budget }) => {
      for (let times = 0; times < 50; times += 1) {
        assert.deepEqual(await budget.reserve({ id: "down", tenantId }), NOW);
        await budget.giveBack({ id: "down", tenantId });
      }
      for (const id of names(10)) assert.deepEqual(await budget.reserve({ id, tenantId }), NOW);
    },
  );

  check(
    "giving back makes no budget larger than it is at rest",
    { perMinute: 0, perMinutePerTenant: 30 },
    async ({ budget, advance }) => {
      await budget.reserve({ id: "a", tenantId });
      await advance(60_000);
      await budget.giveBack({ id: "a", tenantId });
      for (const id of names(10)) assert.deepEqual(await budget.reserve({ id, tenantId }), NOW);
      assert.equal((await budget.reserve({ id: "b", tenantId })).kind, "later");
    },
  );

  check(
    "who does not come for its turn has lost it",
    { perMinute: 0, perMinutePerTenant: 1 },
    async ({ budget, advance }) => {
      for (const id of names(12)) await budget.reserve({ id, tenantId });
      await advance(2 * 60_000 + TURN_KEPT_MS - 1_000);
      assert.deepEqual(await budget.reserve({ id: "r11", tenantId }), NOW);
      await advance(2_000);
      for (const id of names(10, "other")) await budget.reserve({ id, tenantId });
      assert.equal((await budget.reserve({ id: "r10", tenantId })).kind, "later");
    },
  );
}

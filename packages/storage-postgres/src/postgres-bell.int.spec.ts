import { systemClock, type ClaimedDelivery } from "@gateway-router/core";
import { aDelivery, aMapping, aTenantId, eventually, ManualClock } from "@gateway-router/core/testing";
import { PostgresDeliveryQueue } from "./postgres-delivery-queue.js";
import { describeOnPostgres, type SpecTables } from "./testing/postgres-spec.js";

const REQUEST = { limit: 32, perTenantLimit: 10, leaseMs: 40_000 };

await describeOnPostgres("PostgresBell", (_server, openTables) => {
  /** As one more instance, whose clock stands still: it never looks by itself. */
  const openQueue = async (tables: SpecTables) => {
    const database = await tables.open({ clock: new ManualClock() });
    return new PostgresDeliveryQueue({ database, name: "in", duplicateMemoryMs: 3_600_000 });
  };

  it("each kind of news wakes the other instances: enqueued, settled, replayed, released, retired, erased", async () => {
    const tables = await openTables();
    const [here, there] = [await openQueue(tables), await openQueue(tables)];
    let woken = 0;
    there.onWork(() => (woken += 1));
    const wakes = async (act: () => Promise<unknown>) => {
      const before = woken;
      await act();
      await eventually(() => woken > before, 10_000);
    };
    const mapping = aMapping({ tenantId: aTenantId(2) });
    const delivery = aDelivery(mapping);
    const claimed = async (): Promise<ClaimedDelivery> => (await here.claimDue(REQUEST)).claims[0]!;
    await wakes(() => here.enqueue(delivery));
    const claim = await claimed();
    await wakes(() => here.settle(claim, { kind: "dead", reason: "refused", error: "HTTP 400" }));
    await wakes(() => here.replay(delivery.id, mapping));
    await here.holdTenant(mapping.tenantId);
    await wakes(() => here.releaseTenant(mapping.tenantId));
    await wakes(() => here.retire(mapping.generation, "mapping_changed"));
    await wakes(() => here.erase({ contacts: [mapping.contact], untilMs: tables.nowMs() + 1 }));
    await tables.close();
  });

  it("a queue's news wake nobody who waits at another queue, nor who stopped listening", async () => {
    const tables = await openTables();
    const [here, there] = [await tables.open(), await tables.open({ clock: new ManualClock() })];
    const heard: string[] = [];
    const stop = there.bell.on("in", () => heard.push("in"));
    there.bell.on("out", () => heard.push("out"));
    here.bell.ring("out");
    await eventually(() => heard.length > 0, 10_000);
    expect(heard).toEqual(["out"]);
    stop();
    here.bell.ring("in");
    here.bell.ring("out");
    await eventually(() => heard.length > 1, 10_000);
    expect(new Set(heard)).toEqual(new Set(["out"]));
    await tables.close();
  });

  it("a connection that breaks is made again, and who waits is woken for what it may have missed", async () => {
    const tables = await openTables();
    const database = await tables.open({ clock: systemClock });
    let woken = 0;
    database.bell.on("in", () => (woken += 1));
    const listening = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SET synchronous_commit = off%'";
    await tables.run(`SELECT pg_terminate_backend(pid) FROM (${listening}) AS l`);
    await eventually(() => woken > 0, 10_000);
    await tables.close();
  });

  it("a line that follows another waits for it at every instance, and is offered to all when that is empty", async () => {
    const tables = await openTables();
    const [here, there] = [await openQueue(tables), await openQueue(tables)];
    const tenantId = aTenantId(2);
    const [ended, kept] = [aMapping({ tenantId }), aMapping({ tenantId })];
    const first = [aDelivery(ended), aDelivery(ended)];
    const second = aDelivery(kept);
    for (const delivery of [...first, second]) await here.enqueue(delivery);
    await here.follow({ tenantId, line: kept.generation, behind: ended.generation });
    // A circle would never end.
    await there.follow({ tenantId, line: ended.generation, behind: kept.generation });
    const delivered: string[] = [];
    for (const queue of [there, here, there]) {
      const { claims } = await queue.claimDue(REQUEST);
      expect(claims).toHaveLength(1);
      delivered.push(claims[0]!.id);
      await queue.settle(claims[0]!, { kind: "delivered" });
    }
    expect(delivered).toEqual([...first, second].map(({ id }) => id));
    await tables.close();
  });
});

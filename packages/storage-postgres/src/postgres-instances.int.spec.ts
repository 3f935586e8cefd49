import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { StorageUnavailableError, type ClaimedDelivery } from "@gateway-router/core";
import { aDelivery, aMapping, aTenantId, eventually, ManualClock } from "@gateway-router/core/testing";
import { PostgresDeliveryQueue } from "./postgres-delivery-queue.js";
import { PostgresMappingStore } from "./postgres-mapping-store.js";
import type { StormOrder, StormReport } from "./testing/link-storm.js";
import { describeOnPostgres, type SpecTables } from "./testing/postgres-spec.js";

const REQUEST = { limit: 32, perTenantLimit: 10, leaseMs: 40_000 };

async function openQueues(tables: SpecTables, instances: number): Promise<PostgresDeliveryQueue[]> {
  const databases = await Promise.all(Array.from({ length: instances }, () => tables.open()));
  return databases.map(
    (database) => new PostgresDeliveryQueue({ database, name: "in", duplicateMemoryMs: 3_600_000 }),
  );
}

function stormProcess(order: StormOrder): Promise<readonly StormReport[]> {
  const child = fork(fileURLToPath(new URL("../dist/testing/link-storm.js", import.meta.url)), {
    execArgv: [],
    serialization: "advanced",
  });
  child.send(order);
  return Promise.race([
    once(child, "message").then(([reports]) => reports as readonly StormReport[]),
    once(child, "exit").then(([code]) => {
      throw new Error(`A process of the storm ended with ${code}`);
    }),
  ]);
}

await describeOnPostgres("several gateways on one PostgreSQL", (server, openTables) => {
  it("a thousand contacts, each with ten tenants' links at once in three processes: one tenant each, one first", async () => {
    const tables = await openTables();
    const order = {
      url: tables.url,
      schema: tables.schema,
      contacts: 1_000,
      linksPerContact: 10,
      processes: 3,
    };
    const reports = (await Promise.all([0, 1, 2].map((share) => stormProcess({ ...order, share })))).flat();
    expect(reports).toHaveLength(10_000);
    const byContact = new Map<number, StormReport[]>();
    for (const report of reports) {
      byContact.set(report.contact, [...(byContact.get(report.contact) ?? []), report]);
    }
    expect(byContact.size).toBe(1_000);
    for (const links of byContact.values()) {
      expect(new Set(links.map(({ tenantId }) => tenantId)).size).toBe(1);
      expect(links.filter(({ locked }) => locked)).toHaveLength(1);
      expect(links.filter(({ isFirst }) => isFirst)).toHaveLength(1);
    }
    expect(await tables.count("mappings")).toBe(1_000);
    expect(await tables.count("deliveries")).toBe(10_000);
    await tables.close();
  }, 240_000);

  it("keeps each contact's order over all instances, retries included, and never has two attempts of one", async () => {
    const tables = await openTables();
    const queues = await openQueues(tables, 3);
    const mappings = Array.from({ length: 12 }, (_, index) =>
      aMapping({ tenantId: aTenantId((index % 4) + 1) }),
    );
    const expected = new Map<string, string[]>();
    for (let count = 0; count < 15; count += 1) {
      for (const [index, mapping] of mappings.entries()) {
        const delivery = aDelivery(mapping);
        await queues[index % 3]!.enqueue(delivery);
        expected.set(mapping.generation, [...(expected.get(mapping.generation) ?? []), delivery.id]);
      }
    }
    const delivered = new Map<string, string[]>();
    const underWay = new Set<string>();
    let attempts = 0;
    const attempt = async (queue: PostgresDeliveryQueue, claim: ClaimedDelivery): Promise<void> => {
      expect(underWay.has(claim.generation)).toBe(false);
      underWay.add(claim.generation);
      await new Promise((resolve) => setImmediate(resolve));
      attempts += 1;
      underWay.delete(claim.generation);
      // Every third attempt is refused for now; a refusal pauses nobody.
      if (attempts % 3 === 0) {
        await queue.settle(claim, { kind: "retry", cause: "refused", delayMs: 0, error: "HTTP 422" });
        return;
      }
      delivered.set(claim.generation, [...(delivered.get(claim.generation) ?? []), claim.id]);
      await queue.settle(claim, { kind: "delivered" });
    };
    const work = async (queue: PostgresDeliveryQueue): Promise<void> => {
      while ((await queue.counts()).pending > 0) {
        const { claims } = await queue.claimDue({ ...REQUEST, limit: 3 });
        await Promise.all(claims.map((claim) => attempt(queue, claim)));
      }
    };
    await Promise.all(queues.map(work));
    expect(delivered).toEqual(expected);
    await tables.close();
  });

  it("keeps a tenant's limit over all instances that claim at once", async () => {
    const tables = await openTables();
    const queues = await openQueues(tables, 4);
    for (let count = 0; count < 40; count += 1) await queues[0]!.enqueue(aDelivery(aMapping()));
    let claimed = 0;
    for (let round = 0; round < 5; round += 1) {
      const results = await Promise.all(queues.map((queue) => queue.claimDue(REQUEST)));
      claimed += results.flatMap(({ claims }) => claims).length;
      expect(claimed).toBeLessThanOrEqual(REQUEST.perTenantLimit);
    }
    expect(claimed).toBe(REQUEST.perTenantLimit);
    await tables.close();
  });

  it("a tenant for which nothing waits any more, at the moment something does again, is not forgotten", async () => {
    const tables = await openTables();
    const queues = await openQueues(tables, 4);
    const tenantId = aTenantId(2);
    const expected: string[] = [];
    const delivered: string[] = [];
    let isEnqueueing = true;
    const enqueueAll = async (queue: PostgresDeliveryQueue) => {
      for (let count = 0; count < 150; count += 1) {
        const delivery = aDelivery(aMapping({ tenantId }));
        expected.push(delivery.id);
        await queue.enqueue(delivery);
      }
    };
    const drain = async (queue: PostgresDeliveryQueue) => {
      while (isEnqueueing || (await queue.counts()).pending > 0) {
        const { claims } = await queue.claimDue({ ...REQUEST, limit: 1 });
        for (const claim of claims) {
          await queue.settle(claim, { kind: "delivered" });
          delivered.push(claim.id);
        }
      }
    };
    const [one, two, three, four] = queues;
    const draining = [three!, four!].map(drain);
    await Promise.all([one!, two!].map(enqueueAll));
    isEnqueueing = false;
    await Promise.all(draining);
    expect(delivered.toSorted()).toEqual(expected.toSorted());
    // Nothing waits, and the engine knows.
    expect(await tables.run("SELECT FROM tenant_schedules WHERE is_waiting AND queue = 'in'")).toEqual([]);
    await tables.close();
  }, 120_000);

  it("a pause that one instance's attempts bring about holds for the others, and ends for them too", async () => {
    const tables = await openTables();
    const [one, other] = await openQueues(tables, 2);
    for (let count = 0; count < 5; count += 1) await one!.enqueue(aDelivery(aMapping()));
    const failure = { kind: "retry", cause: "unreachable", delayMs: 1_000, error: "HTTP 500" } as const;
    const first = (await one!.claimDue({ ...REQUEST, limit: 2 })).claims;
    const second = (await other!.claimDue({ ...REQUEST, limit: 1 })).claims;
    for (const claim of first) expect((await one!.settle(claim, failure)).pause).toBeUndefined();
    expect((await other!.settle(second[0]!, failure)).pause).toBe("paused");
    expect((await one!.claimDue(REQUEST)).claims).toEqual([]);
    await tables.advance(1_000);
    const probe = (await one!.claimDue(REQUEST)).claims;
    expect(probe).toHaveLength(1);
    expect((await other!.claimDue(REQUEST)).claims).toEqual([]);
    expect((await one!.settle(probe[0]!, { kind: "delivered" })).pause).toBe("resumed");
    expect((await other!.claimDue(REQUEST)).claims).toHaveLength(4);
    await tables.close();
  });

  it("what an instance had claimed when it died is claimed by another when the lease has run out", async () => {
    const tables = await openTables();
    const [dying, other] = await openQueues(tables, 2);
    const delivery = aDelivery(aMapping());
    await dying!.enqueue(delivery);
    const [lost] = (await dying!.claimDue(REQUEST)).claims;
    const { claims, nextDueInMs } = await other!.claimDue(REQUEST);
    expect([claims, nextDueInMs]).toEqual([[], REQUEST.leaseMs]);
    await tables.advance(REQUEST.leaseMs);
    expect((await other!.claimDue(REQUEST)).claims.map(({ id }) => id)).toEqual([delivery.id]);
    expect((await dying!.settle(lost!, { kind: "delivered" })).stale).toBe(true);
    await tables.close();
  });

  it("an instance that sleeps is woken by what another one enqueues, and looks by itself where nobody tells it", async () => {
    const tables = await openTables();
    const clock = new ManualClock();
    const sleeping = new PostgresDeliveryQueue({
      ...{ database: await tables.open({ clock }), name: "in", duplicateMemoryMs: 1 },
    });
    const [waking] = await openQueues(tables, 1);
    let woken = 0;
    sleeping.onWork(() => (woken += 1));
    await waking!.enqueue(aDelivery(aMapping()));
    await eventually(() => woken > 0);
    const before = woken;
    clock.advance(5_000);
    expect(woken).toBe(before + 1);
    await tables.close();
  });

  it("while the engine is away everything says so, and goes on when it is back", async () => {
    const tables = await openTables();
    const [queue, other] = await openQueues(tables, 2);
    const store = new PostgresMappingStore(await tables.open());
    const mapping = aMapping();
    await store.lock(mapping, tables.nowMs());
    await queue!.enqueue(aDelivery(mapping));
    const [claim] = (await queue!.claimDue(REQUEST)).claims;

    await server.stop("immediate");
    for (const ask of [
      () => store.find(mapping.contact),
      () => store.unlock(mapping.contact),
      () => queue!.enqueue(aDelivery(mapping)),
      () => queue!.claimDue(REQUEST),
      () => queue!.settle(claim!, { kind: "delivered" }),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: "storage_unavailable", retryable: true });
      await expect(ask()).rejects.toBeInstanceOf(StorageUnavailableError);
    }

    await server.start();
    expect(await store.find(mapping.contact)).toEqual(mapping);
    expect(await queue!.settle(claim!, { kind: "delivered" })).toEqual({ stale: false });
    let woken = 0;
    other!.onWork(() => (woken += 1));
    // It hears again as soon as it has connected again.
    await eventually(async () => {
      await queue!.enqueue(aDelivery(mapping));
      return woken > 0;
    }, 30_000);
    await tables.reconnect();
    await tables.close();
  });

  it("a transaction whose connection breaks has not happened, and the next one has a sound connection", async () => {
    const tables = await openTables();
    const database = await tables.open();
    const put = { name: "put", text: "INSERT INTO gateway_state (name, value) VALUES ($1, $2)" };
    const cut = { name: "cut", text: "SELECT pg_terminate_backend(pg_backend_pid())" };
    const broken = database.transaction(async (transaction) => {
      await transaction.query(put, ["a", "1"]);
      await transaction.query(cut);
    });
    await expect(broken).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(await tables.count("gateway_state")).toBe(0);
    await database.query(put, ["a", "2"]);
    expect(await tables.count("gateway_state")).toBe(1);
    await tables.close();
  });

  it("of two transactions that wait for each other both are done, one after the other", async () => {
    const tables = await openTables();
    const database = await tables.open();
    const lock = { name: "lock", text: "SELECT pg_advisory_xact_lock($1)" };
    const note = { name: "note", text: "INSERT INTO gateway_state (name, value) VALUES ($1, '')" };
    let inside = 0;
    const both = async (first: number, second: number): Promise<void> =>
      database.transaction(async (transaction) => {
        await transaction.query(lock, [first]);
        inside += 1;
        await eventually(() => inside >= 2);
        await transaction.query(lock, [second]);
        await transaction.query(note, [`${first} ${second}`]);
      });
    await Promise.all([both(1, 2), both(2, 1)]);
    expect(await tables.count("gateway_state")).toBe(2);
    await tables.close();
  });

  it("a faulty statement is no outage", async () => {
    const tables = await openTables();
    const database = await tables.open();
    const faulty = database.query({ name: "faulty", text: "SELECT no_such_function()" });
    await expect(faulty).rejects.toMatchObject({ code: "42883" });
    await tables.close();
  });
});

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  StorageUnavailableError,
  systemClock,
  type ClaimedDelivery,
  type ContactId,
} from "@gateway-router/core";
import {
  aContact,
  aDelivery,
  aMapping,
  aMessage,
  aTenantId,
  eventually,
  ManualClock,
  silentLogger,
} from "@gateway-router/core/testing";
import type { Reply } from "./redis-database.js";
import { RedisContactHashes } from "./redis-contact-hashes.js";
import { RedisDeliveryQueue } from "./redis-delivery-queue.js";
import { RedisMappingStore } from "./redis-mapping-store.js";
import { openRedisStorage } from "./redis-storage.js";
import type { StormOrder, StormReport } from "./testing/link-storm.js";
import { describeOnRedis, type SpecKeys } from "./testing/redis-spec.js";

const REQUEST = { limit: 32, perTenantLimit: 10, leaseMs: 40_000 };

async function openQueues(keys: SpecKeys, instances: number): Promise<RedisDeliveryQueue[]> {
  const databases = await Promise.all(Array.from({ length: instances }, () => keys.open()));
  return databases.map(
    (database) => new RedisDeliveryQueue({ database, name: "in", duplicateMemoryMs: 3_600_000 }),
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

await describeOnRedis("several gateways on one Redis", (server, openKeys) => {
  it("a thousand contacts, each with ten tenants' links at once in three processes: one tenant each, one first", async () => {
    const keys = await openKeys();
    const order = { url: keys.url, prefix: "storm:", contacts: 1_000, linksPerContact: 10, processes: 3 };
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
    expect(await keys.call("HLEN", "storm:mappings")).toBe(1_000);
    expect(await keys.call("ZCARD", "storm:q:in:pending")).toBe(10_000);
    await keys.close();
  }, 240_000);

  it("keeps each contact's order over all instances, retries included, and never has two attempts of one", async () => {
    const keys = await openKeys();
    const queues = await openQueues(keys, 3);
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
    const attempt = async (queue: RedisDeliveryQueue, claim: ClaimedDelivery): Promise<void> => {
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
    const work = async (queue: RedisDeliveryQueue): Promise<void> => {
      while ((await queue.counts()).pending > 0) {
        const { claims } = await queue.claimDue({ ...REQUEST, limit: 3 });
        await Promise.all(claims.map((claim) => attempt(queue, claim)));
      }
    };
    await Promise.all(queues.map(work));
    expect(delivered).toEqual(expected);
    await keys.close();
  });

  it("keeps a tenant's limit over all instances that claim at once", async () => {
    const keys = await openKeys();
    const queues = await openQueues(keys, 4);
    for (let count = 0; count < 40; count += 1) await queues[0]!.enqueue(aDelivery(aMapping()));
    const results = await Promise.all(queues.map((queue) => queue.claimDue(REQUEST)));
    expect(results.flatMap(({ claims }) => claims)).toHaveLength(REQUEST.perTenantLimit);
    await keys.close();
  });

  it("a pause that one instance's attempts bring about holds for the others, and ends for them too", async () => {
    const keys = await openKeys();
    const [one, other] = await openQueues(keys, 2);
    for (let count = 0; count < 5; count += 1) await one!.enqueue(aDelivery(aMapping()));
    const failure = { kind: "retry", cause: "unreachable", delayMs: 1_000, error: "HTTP 500" } as const;
    const first = (await one!.claimDue({ ...REQUEST, limit: 2 })).claims;
    const second = (await other!.claimDue({ ...REQUEST, limit: 1 })).claims;
    for (const claim of first) expect((await one!.settle(claim, failure)).pause).toBeUndefined();
    expect((await other!.settle(second[0]!, failure)).pause).toBe("paused");
    expect((await one!.claimDue(REQUEST)).claims).toEqual([]);
    await keys.advance(1_000);
    const probe = (await one!.claimDue(REQUEST)).claims;
    expect(probe).toHaveLength(1);
    expect((await other!.claimDue(REQUEST)).claims).toEqual([]);
    expect((await one!.settle(probe[0]!, { kind: "delivered" })).pause).toBe("resumed");
    expect((await other!.claimDue(REQUEST)).claims).toHaveLength(4);
    await keys.close();
  });

  it("what an instance had claimed when it died is claimed by another when the lease has run out", async () => {
    const keys = await openKeys();
    const [dying, other] = await openQueues(keys, 2);
    const delivery = aDelivery(aMapping());
    await dying!.enqueue(delivery);
    const [lost] = (await dying!.claimDue(REQUEST)).claims;
    const { claims, nextDueInMs } = await other!.claimDue(REQUEST);
    expect([claims, nextDueInMs]).toEqual([[], REQUEST.leaseMs]);
    await keys.advance(REQUEST.leaseMs);
    expect((await other!.claimDue(REQUEST)).claims.map(({ id }) => id)).toEqual([delivery.id]);
    expect((await dying!.settle(lost!, { kind: "delivered" })).stale).toBe(true);
    await keys.close();
  });

  it("an instance that sleeps is woken by what another one enqueues, and looks by itself where nobody tells it", async () => {
    const keys = await openKeys();
    const clock = new ManualClock();
    const sleeping = new RedisDeliveryQueue({
      ...{ database: await keys.open({ clock }), name: "in", duplicateMemoryMs: 1 },
    });
    const [waking] = await openQueues(keys, 1);
    let woken = 0;
    sleeping.onWork(() => (woken += 1));
    await waking!.enqueue(aDelivery(aMapping()));
    await eventually(() => woken > 0);
    const before = woken;
    clock.advance(5_000);
    expect(woken).toBe(before + 1);
    await keys.close();
  });

  it("while the engine is away everything says so, and goes on when it is back, with what it knew", async () => {
    const keys = await openKeys();
    const [queue, other] = await openQueues(keys, 2);
    const database = await keys.open();
    const store = new RedisMappingStore({ database, hashes: new RedisContactHashes(database) });
    const mapping = aMapping();
    await store.lock(mapping, keys.nowMs());
    await queue!.enqueue(aDelivery(mapping));
    const [claim] = (await queue!.claimDue(REQUEST)).claims;

    await server.kill();
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
    await eventually(() =>
      store.find(mapping.contact).then(
        (found) => found?.generation === mapping.generation,
        () => false,
      ),
    );
    // What was claimed by a call whose answer never came is given back; this claim is not.
    await eventually(() =>
      queue!.claimDue(REQUEST).then(
        ({ claims }) => claims.length === 0,
        () => false,
      ),
    );
    expect(await queue!.settle(claim!, { kind: "delivered" })).toEqual({ stale: false });
    let woken = 0;
    other!.onWork(() => (woken += 1));
    await eventually(async () => {
      await queue!.enqueue(aDelivery(mapping)).catch(() => undefined);
      return woken > 0;
    }, 30_000);
    await keys.close();
  });

  it("nothing acknowledged is lost when the engine crashes under load; what was not comes once when it comes again", async () => {
    const keys = await openKeys();
    const settings = {
      ...{ url: keys.url, prefix: keys.prefix, clockLua: keys.clockLua },
      ...{ clock: systemClock, logger: silentLogger, duplicateMemoryDays: 7 },
    };
    const storages = [await openRedisStorage(settings), await openRedisStorage(settings)];
    const acknowledged = new Set<string>();
    const contacts = Array.from({ length: 40 }, () => aContact());
    const take = async (contact: ContactId, index: number) => {
      const deliveryId = `${contact}/${index}`;
      const { kind } = await storages[index % 2]!.intake.take({
        message: aMessage({ identity: deliveryId, contact, sentAtMs: keys.nowMs() }),
        ...{ deliveryId, holdIfUnmapped: false },
        proposal: { ...aMapping({ tenantId: aTenantId(2) }), lockedAtMs: keys.nowMs() },
      });
      expect(kind).not.toBe("unmapped");
      acknowledged.add(deliveryId);
    };
    /** As WAHA does it: a contact's next message, once the one before is acknowledged. */
    const talk = async (contact: ContactId) => {
      for (let index = 0; index < 25; index += 1) {
        await eventually(
          () =>
            take(contact, index).then(
              () => true,
              (error: unknown) => {
                if (error instanceof StorageUnavailableError) return false;
                throw error;
              },
            ),
          60_000,
        );
      }
    };
    const talking = Promise.all(contacts.map(talk));
    for (const moment of [150, 450, 750]) {
      await eventually(() => acknowledged.size >= moment, 60_000);
      await server.kill();
      const known = [...acknowledged];
      await server.start();
      let kept: Reply = [];
      await eventually(() =>
        keys.call("HKEYS", `${keys.prefix}q:in:ids:0`).then(
          (reply) => {
            kept = reply;
            return true;
          },
          () => false,
        ),
      );
      const there = new Set(kept as readonly string[]);
      expect(known.filter((id) => !there.has(id))).toEqual([]);
    }
    await talking;
    const drained: string[] = [];
    for (;;) {
      const { claims } = await storages[0]!.deliveries.claimDue({ ...REQUEST, perTenantLimit: 100 });
      if (claims.length === 0) break;
      for (const claim of claims) {
        drained.push(claim.id);
        await storages[0]!.deliveries.settle(claim, { kind: "delivered" });
      }
    }
    for (const contact of contacts) {
      const ofContact = drained.filter((id) => id.startsWith(`${contact}/`));
      expect(ofContact).toEqual(Array.from({ length: 25 }, (_, index) => `${contact}/${index}`));
    }
    for (const storage of storages) await storage.close();
    await keys.close();
  }, 240_000);

  it("an engine that hangs is one that is away, and what it claimed meanwhile is claimed again at once", async () => {
    const keys = await openKeys();
    const database = await keys.open({ answerTimeoutMs: 200 });
    const queue = new RedisDeliveryQueue({ database, name: "in", duplicateMemoryMs: 1 });
    const delivery = aDelivery(aMapping());
    await queue.enqueue(delivery);
    server.freeze();
    try {
      await expect(queue.claimDue(REQUEST)).rejects.toBeInstanceOf(StorageUnavailableError);
    } finally {
      server.thaw();
    }
    await eventually(async () => (await keys.call("ZCARD", `${keys.prefix}q:in:leases`)) === 1);
    expect((await queue.claimDue(REQUEST)).claims.map(({ id }) => id)).toEqual([delivery.id]);
    await keys.close();
  });

  it("a line that lost its deliveries, by whatever hand, holds up nobody", async () => {
    const keys = await openKeys();
    const [queue] = await openQueues(keys, 1);
    const [damaged, sound] = [aDelivery(aMapping()), aDelivery(aMapping())];
    await queue!.enqueue(damaged);
    await queue!.enqueue(sound);
    await keys.call("DEL", `${keys.prefix}q:in:waiting:${damaged.generation}`);
    expect((await queue!.claimDue(REQUEST)).claims.map(({ id }) => id)).toEqual([sound.id]);
    expect(await keys.call("EXISTS", `${keys.prefix}q:in:line:${damaged.generation}`)).toBe(0);
    await keys.close();
  });

  it("an engine without memory refuses a message whole, and delivers what waits", async () => {
    const keys = await openKeys();
    const storage = await openRedisStorage({
      ...{ url: keys.url, prefix: keys.prefix, clockLua: keys.clockLua },
      ...{ clock: systemClock, logger: silentLogger, duplicateMemoryDays: 7 },
    });
    const { intake, deliveries, mappings } = storage;
    const request = (deliveryId: string) => ({
      ...{ message: aMessage({ sentAtMs: keys.nowMs() }), deliveryId, holdIfUnmapped: true },
      proposal: { ...aMapping({ tenantId: aTenantId(2) }), lockedAtMs: keys.nowMs() },
    });
    await intake.take(request("msg_1"));
    const { contact } = request("msg_2").message;
    await mappings.unlock(contact);
    await keys.advance(2_000);
    await keys.call("CONFIG", "SET", "maxmemory", "1");
    try {
      await expect(intake.take(request("msg_2"))).rejects.toBeInstanceOf(StorageUnavailableError);
      expect(await mappings.find(contact)).toBeUndefined();
      const [claim] = (await deliveries.claimDue(REQUEST)).claims;
      expect(await deliveries.settle(claim!, { kind: "delivered" })).toEqual({ stale: false });
    } finally {
      await keys.call("CONFIG", "SET", "maxmemory", "0");
    }
    expect(await intake.take(request("msg_3"))).toMatchObject({ kind: "routed", isFirst: true });
    await storage.close();
    await keys.close();
  });
});

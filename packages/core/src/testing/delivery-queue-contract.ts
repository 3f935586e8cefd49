import assert from "node:assert/strict";
import { LONGEST_PROBE_INTERVAL_MS } from "../domain/circuit.js";
import type { ClaimedDelivery, Delivery } from "../domain/delivery.js";
import type { ClaimRequest, DeliveryQueue, Settlement } from "../ports/delivery-queue.js";
import { aContact, aDelivery, aGeneration, aMapping, aTenantId, aTraceContext } from "./builders.js";
import { assertSameRecord, withOpened, type DeclareTest } from "./contract.js";

export interface DeliveryQueueHarness {
  readonly queue: DeliveryQueue;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void> | void;
  /** Closes the queue as after a clean stop and opens it again; absent where nothing outlives the process. */
  readonly reopen?: () => Promise<DeliveryQueue>;
  close(): Promise<void>;
}

export interface DeliveryQueueContractOptions {
  readonly test: DeclareTest;
  /** A fresh, empty queue that remembers identities for `duplicateMemoryMs`. */
  readonly open: (options: { readonly duplicateMemoryMs: number }) => Promise<DeliveryQueueHarness>;
}

const WEEK_MS = 7 * 24 * 3_600_000;
const REQUEST: ClaimRequest = { limit: 100, perTenantLimit: 100, leaseMs: 40_000 };
const DELIVERED: Settlement = { kind: "delivered" };

/** What every DeliveryQueue keeps. */
export function deliveryQueueContract({ test, open }: DeliveryQueueContractOptions): void {
  const check = (name: string, run: (queue: DeliveryQueue, harness: DeliveryQueueHarness) => Promise<void>) =>
    test(name, () =>
      withOpened(
        () => open({ duplicateMemoryMs: WEEK_MS }),
        (harness) => run(harness.queue, harness),
      ),
    );

  check("an empty queue gives nothing and waits for nothing", async (queue) => {
    assert.deepEqual(await queue.claimDue(REQUEST), { claims: [], nextDueInMs: undefined });
    assert.deepEqual(await queue.counts(), {
      ...{ pending: 0, dead: 0, pausedTenants: 0, heldTenants: 0 },
      oldestEnqueuedAtMs: undefined,
    });
  });

  check("gives what was enqueued, whole", async (queue, { nowMs }) => {
    const delivery = aDelivery(aMapping());
    await queue.enqueue(delivery);
    const claim = await claimOne(queue);
    assertSameRecord(bare(claim), delivery);
    assert.equal(claim.isFirst, true);
    assert.equal(claim.replayed, false);
    assert.equal(claim.attempts, 0);
    assert.equal(claim.probeNumber, 0);
    assert.ok(Math.abs(claim.enqueuedAtMs - nowMs()) < 60_000);
  });

  check("exactly one delivery of a generation is its first, also after the line ran empty", async (queue) => {
    const mapping = aMapping();
    assert.deepEqual(await queue.enqueue(aDelivery(mapping)), { kind: "first" });
    assert.deepEqual(await queue.enqueue(aDelivery(mapping)), { kind: "enqueued" });
    await deliverAll(queue);
    assert.deepEqual(await queue.enqueue(aDelivery(mapping)), { kind: "enqueued" });
    assert.deepEqual(await queue.enqueue(aDelivery({ ...mapping, generation: aGeneration() })), {
      kind: "first",
    });
  });

  check("an identity is enqueued once, and names its tenant, also when settled", async (queue) => {
    const delivery = aDelivery(aMapping({ tenantId: aTenantId(7) }));
    assert.equal(await queue.recall(delivery.identity), undefined);
    await queue.enqueue(delivery);
    const again = { ...aDelivery(aMapping({ tenantId: aTenantId(8) })), identity: delivery.identity };
    assert.deepEqual(await queue.enqueue(again), { kind: "duplicate", tenantId: 7 });
    await deliverAll(queue);
    assert.deepEqual(await queue.enqueue(again), { kind: "duplicate", tenantId: 7 });
    assert.equal(await queue.recall(delivery.identity), 7);
    assert.equal((await queue.counts()).pending, 0);
  });

  check(
    "tells since when what waits longest has waited, heads and those behind them",
    async (queue, { advance }) => {
      const [first, second] = [aMapping(), aMapping()];
      await queue.enqueue(aDelivery(first));
      const firstAtMs = (await queue.counts()).oldestEnqueuedAtMs!;
      await advance(1_000);
      await queue.enqueue(aDelivery(first));
      await advance(1_000);
      await queue.enqueue(aDelivery(second));
      assert.equal((await queue.counts()).oldestEnqueuedAtMs, firstAtMs);
      const [head, other] = await claimAll(queue);
      assert.equal(head!.generation, first.generation);
      await queue.settle(other!, { kind: "released" });
      assert.equal((await queue.counts()).oldestEnqueuedAtMs, firstAtMs);
      await queue.settle(head!, { kind: "delivered" });
      const behindIt = (await queue.counts()).oldestEnqueuedAtMs!;
      assert.ok(behindIt >= firstAtMs + 1_000 && behindIt < firstAtMs + 2_000);
      await deliverAll(queue);
      assert.equal((await queue.counts()).oldestEnqueuedAtMs, undefined);
    },
  );

  check("fifty at once of one new generation: one first; of one identity: one enqueued", async (queue) => {
    const mapping = aMapping();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => queue.enqueue(aDelivery(mapping))));
    assert.equal(outcomes.filter((outcome) => outcome.kind === "first").length, 1);
    const delivery = aDelivery(mapping);
    const same = await Promise.all(Array.from({ length: 50 }, () => queue.enqueue(delivery)));
    assert.equal(same.filter((outcome) => outcome.kind !== "duplicate").length, 1);
    assert.equal((await queue.counts()).pending, 51);
  });

  test("an identity is remembered for the whole duplicate memory and forgotten in the end", () =>
    withOpened(
      () => open({ duplicateMemoryMs: 60_000 }),
      async ({ queue, advance }) => {
        const delivery = aDelivery(aMapping());
        await queue.enqueue(delivery);
        await deliverAll(queue);
        await advance(59_000);
        assert.equal((await queue.enqueue(delivery)).kind, "duplicate");
        for (let minutes = 0; minutes < 3; minutes += 1) {
          await advance(61_000);
          await queue.enqueue(aDelivery(aMapping()));
        }
        assert.equal(await queue.recall(delivery.identity), undefined);
      },
    ));

  check("a line is first in, first out, one at a time", async (queue) => {
    const mapping = aMapping();
    const deliveries = [1, 2, 3].map(() => aDelivery(mapping));
    for (const delivery of deliveries) await queue.enqueue(delivery);
    for (const delivery of deliveries) {
      const claim = await claimOne(queue);
      assert.equal(claim.id, delivery.id);
      assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
      await queue.settle(claim, DELIVERED);
    }
    assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
  });

  check("a head that waits for its retry holds back its own line only", async (queue, { advance }) => {
    const mapping = aMapping();
    const [head, behind] = [aDelivery(mapping), aDelivery(mapping)];
    const others = [aDelivery(aMapping()), aDelivery(aMapping()), aDelivery(aMapping())];
    for (const delivery of [head, behind, ...others]) await queue.enqueue(delivery);
    const claims = await claimAll(queue);
    assert.equal(claims.length, 4);
    await queue.settle(byId(claims, head.id), failed({ delayMs: 30_000 }));
    for (const other of others) await queue.settle(byId(claims, other.id), DELIVERED);
    assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
    const { nextDueInMs } = await queue.claimDue(REQUEST);
    assert.ok(nextDueInMs !== undefined && nextDueInMs > 25_000 && nextDueInMs <= 30_000);
    await advance(31_000);
    const retried = await claimOne(queue);
    assert.equal(retried.id, head.id);
    assert.equal(retried.attempts, 1);
    assert.equal(retried.countedAttempts, 1);
    assert.equal(retried.lastError, "HTTP 500");
    await queue.settle(retried, DELIVERED);
    assert.equal((await claimOne(queue)).id, behind.id);
  });

  check("keeps the trace through retries, death and replay", async (queue, { advance }) => {
    const trace = aTraceContext();
    const mapping = aMapping();
    const delivery = aDelivery(mapping, { trace });
    await queue.enqueue(delivery);
    await queue.enqueue(aDelivery(mapping));
    const [first, second] = (await queue.pending({ limit: 10 })).items;
    assert.equal(first!.trace, trace);
    assert.equal(second!.trace, undefined);
    await queue.settle(await claimOne(queue), failed());
    await advance(2_000);
    const retried = await claimOne(queue);
    assert.equal(retried.trace, trace);
    await queue.settle(retried, { kind: "postponed", delayMs: 1_000, waitingFor: "media" });
    await advance(2_000);
    await queue.settle(await claimOne(queue), { kind: "dead", reason: "refused", error: "HTTP 400" });
    assert.equal((await queue.findDeadLetter(delivery.id))?.trace, trace);
    await deliverAll(queue);
    await queue.replay(delivery.id, { ...mapping, generation: aGeneration() });
    const replayed = await claimOne(queue);
    assert.equal(replayed.id, delivery.id);
    assert.equal(replayed.trace, trace);
  });

  check("a claim whose lease ran out is void, its delivery claimable again", async (queue, { advance }) => {
    const delivery = aDelivery(aMapping());
    await queue.enqueue(delivery);
    const first = await claimOne(queue);
    await advance(REQUEST.leaseMs + 1_000);
    const second = await claimOne(queue);
    assert.equal(second.id, delivery.id);
    assert.notEqual(second.leaseToken, first.leaseToken);
    assert.equal((await queue.settle(first, DELIVERED)).stale, true);
    assert.equal((await queue.counts()).pending, 1);
    assert.equal((await queue.settle(second, DELIVERED)).stale, false);
    assert.equal((await queue.settle(second, DELIVERED)).stale, true);
    assert.equal((await queue.counts()).pending, 0);
  });

  check("a lease that ran out and that nobody took over yet is stale as well", async (queue, { advance }) => {
    await queue.enqueue(aDelivery(aMapping()));
    const claim = await claimOne(queue);
    await advance(REQUEST.leaseMs + 1_000);
    assert.equal((await queue.settle(claim, DELIVERED)).stale, true);
    assert.equal((await queue.counts()).pending, 1);
  });

  check("a released claim is due at once and counts no attempt", async (queue) => {
    const delivery = aDelivery(aMapping());
    await queue.enqueue(delivery);
    await queue.settle(await claimOne(queue), { kind: "released" });
    const again = await claimOne(queue);
    assert.equal(again.id, delivery.id);
    assert.equal(again.attempts, 0);
  });

  check("a tenant has no more claims than its limit, whatever waits", async (queue) => {
    const slow = aTenantId(15);
    for (let count = 0; count < 10; count += 1) await queue.enqueue(aDelivery(aMapping({ tenantId: slow })));
    const claims = (await queue.claimDue({ ...REQUEST, perTenantLimit: 3 })).claims;
    assert.equal(claims.length, 3);
    await queue.enqueue(aDelivery(aMapping({ tenantId: aTenantId(16) })));
    const more = (await queue.claimDue({ ...REQUEST, perTenantLimit: 3 })).claims;
    assert.deepEqual(
      more.map((claim) => claim.tenantId),
      [16],
    );
    await queue.settle(claims[0]!, DELIVERED);
    assert.equal((await queue.claimDue({ ...REQUEST, perTenantLimit: 3 })).claims.length, 1);
  });

  check("tenants take turns, however much one of them has", async (queue) => {
    for (let count = 0; count < 20; count += 1)
      await queue.enqueue(aDelivery(aMapping({ tenantId: aTenantId(1) })));
    for (const id of [2, 3, 4]) await queue.enqueue(aDelivery(aMapping({ tenantId: aTenantId(id) })));
    const { claims } = await queue.claimDue({ ...REQUEST, limit: 4 });
    assert.deepEqual(
      claims.map((claim) => claim.tenantId).sort((a, b) => a - b),
      [1, 2, 3, 4],
    );
  });

  check("three contacts that fail with no success between pause their tenant, two do not", async (queue) => {
    const tenantId = aTenantId();
    for (let count = 0; count < 5; count += 1) await queue.enqueue(aDelivery(aMapping({ tenantId })));
    const [a, b, c, d] = await claimAll(queue);
    assert.equal((await queue.settle(a!, failed())).pause, undefined);
    assert.equal((await queue.settle(b!, failed())).pause, undefined);
    assert.equal((await queue.settle(c!, failed())).pause, "paused");
    assert.equal((await queue.counts()).pausedTenants, 1);
    assert.deepEqual(await queue.pausedTenants(), [c!.tenantId]);
    assert.equal((await queue.settle(d!, failed())).pause, undefined);
    assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
  });

  check("a success between keeps the tenant from being paused", async (queue) => {
    const tenantId = aTenantId();
    for (let count = 0; count < 6; count += 1) await queue.enqueue(aDelivery(aMapping({ tenantId })));
    const [a, b, c, d, e] = await claimAll(queue);
    await queue.settle(a!, failed());
    await queue.settle(b!, failed());
    await queue.settle(c!, DELIVERED);
    assert.equal((await queue.settle(d!, failed())).pause, undefined);
    assert.equal((await queue.settle(e!, failed())).pause, undefined);
  });

  check("where fewer wait, all of them failing pause the tenant", async (queue) => {
    await queue.enqueue(aDelivery(aMapping()));
    assert.equal((await queue.settle(await claimOne(queue), failed())).pause, "paused");
  });

  check("one contact failing again and again is one contact", async (queue, { advance }) => {
    const tenantId = aTenantId();
    const bad = aDelivery(aMapping({ tenantId }));
    await queue.enqueue(bad);
    for (let count = 0; count < 3; count += 1) await queue.enqueue(aDelivery(aMapping({ tenantId })));
    let claims = await claimAll(queue);
    for (let count = 0; count < 5; count += 1) {
      const claim = byId(claims, bad.id);
      assert.equal((await queue.settle(claim, failed({ delayMs: 1_000 }))).pause, undefined);
      await advance(2_000);
      claims = await claimAll(queue);
    }
  });

  check("a refused message pauses nobody and counts as refused", async (queue, { advance }) => {
    await queue.enqueue(aDelivery(aMapping()));
    const refusal: Settlement = { kind: "retry", cause: "refused", delayMs: 1_000, error: "HTTP 422" };
    assert.equal((await queue.settle(await claimOne(queue), refusal)).pause, undefined);
    assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
    await advance(1_500);
    assert.equal((await claimOne(queue)).refusals, 1);
  });

  check(
    "a paused tenant gives one probe at a time, another contact each, at most 20 s apart",
    async (queue, { advance }) => {
      await pausedTenant(queue, 5);
      const probed = new Set<string>();
      for (let probe = 1; probe <= 5; probe += 1) {
        await advance(LONGEST_PROBE_INTERVAL_MS);
        const claim = await claimOne(queue);
        assert.equal(claim.probeNumber, probe);
        probed.add(claim.contact);
        assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
        await queue.settle(claim, failed({ delayMs: 3_600_000 }));
        const { claims, nextDueInMs } = await queue.claimDue(REQUEST);
        assert.deepEqual(claims, []);
        assert.ok(nextDueInMs !== undefined && nextDueInMs <= LONGEST_PROBE_INTERVAL_MS);
      }
      assert.equal(probed.size, 5);
    },
  );

  check("probes do not count against their message", async (queue, { advance }) => {
    const tenantId = aTenantId();
    await queue.enqueue(aDelivery(aMapping({ tenantId })));
    await queue.settle(await claimOne(queue), failed());
    for (let probe = 0; probe < 4; probe += 1) {
      await advance(LONGEST_PROBE_INTERVAL_MS);
      await queue.settle(await claimOne(queue), failed());
    }
    await advance(LONGEST_PROBE_INTERVAL_MS);
    const claim = await claimOne(queue);
    assert.equal(claim.attempts, 5);
    assert.equal(claim.countedAttempts, 1);
  });

  check(
    "a probe that is taken resumes the tenant: all that waits is due at once",
    async (queue, { advance }) => {
      await pausedTenant(queue, 5, { delayMs: 3_600_000 });
      await advance(LONGEST_PROBE_INTERVAL_MS);
      assert.equal((await queue.settle(await claimOne(queue), DELIVERED)).pause, "resumed");
      assert.equal((await claimAll(queue)).length, 4);
      assert.equal((await queue.counts()).pausedTenants, 0);
      assert.deepEqual(await queue.pausedTenants(), []);
    },
  );

  check("a probe that is refused shows that the tenant is back", async (queue, { advance }) => {
    await pausedTenant(queue, 4, { delayMs: 3_600_000 });
    await advance(LONGEST_PROBE_INTERVAL_MS);
    const probe = await claimOne(queue);
    const refusal: Settlement = { kind: "retry", cause: "refused", delayMs: 60_000, error: "HTTP 422" };
    assert.equal((await queue.settle(probe, refusal)).pause, "resumed");
    const claims = await claimAll(queue);
    assert.equal(claims.length, 3);
    assert.ok(claims.every((claim) => claim.id !== probe.id));
  });

  check(
    "a tenant's wish to be spared is kept, by probes and by the end of a pause too",
    async (queue, { advance }) => {
      const tenantId = aTenantId();
      const spared = aDelivery(aMapping({ tenantId }));
      await queue.enqueue(spared);
      await queue.settle(await claimOne(queue), failed({ delayMs: 1_000, floorMs: 300_000 }));
      await advance(LONGEST_PROBE_INTERVAL_MS);
      assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
      const other = aDelivery(aMapping({ tenantId }));
      await queue.enqueue(other);
      const probe = await claimOne(queue);
      assert.equal(probe.id, other.id);
      assert.equal((await queue.settle(probe, DELIVERED)).pause, "resumed");
      assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
      await advance(300_000);
      assert.equal((await claimOne(queue)).id, spared.id);
    },
  );

  check("one bad message makes no other contact wait for a probe's time", async (queue) => {
    const tenantId = aTenantId();
    const bad = aDelivery(aMapping({ tenantId }));
    await queue.enqueue(bad);
    assert.equal((await queue.settle(await claimOne(queue), failed({ delayMs: 3_600_000 }))).pause, "paused");
    const good = aDelivery(aMapping({ tenantId }));
    await queue.enqueue(good);
    const claim = await claimOne(queue);
    assert.equal(claim.id, good.id);
    assert.equal((await queue.settle(claim, DELIVERED)).pause, "resumed");
  });

  check("nor does one whose probe is under way when another contact writes", async (queue, { advance }) => {
    const tenantId = aTenantId();
    await queue.enqueue(aDelivery(aMapping({ tenantId })));
    await queue.settle(await claimOne(queue), failed({ delayMs: 1_000 }));
    await advance(1_500);
    const probe = await claimOne(queue);
    const good = aDelivery(aMapping({ tenantId }));
    await queue.enqueue(good);
    await queue.settle(probe, failed({ delayMs: 3_600_000 }));
    assert.equal((await claimOne(queue)).id, good.id);
  });

  check(
    "a tenant that lets its probes time out is probed every 20 s all the same",
    async (queue, { advance }) => {
      await pausedTenant(queue, 5, { delayMs: 3_600_000 });
      await advance(LONGEST_PROBE_INTERVAL_MS);
      const slow = await claimOne(queue);
      await advance(LONGEST_PROBE_INTERVAL_MS);
      const next = await claimOne(queue);
      assert.notEqual(next.contact, slow.contact);
      await advance(10_000);
      await queue.settle(slow, failed({ delayMs: 3_600_000 }));
      await advance(10_000);
      assert.equal((await queue.claimDue(REQUEST)).claims.length, 1);
      assert.equal((await queue.settle(next, DELIVERED)).pause, "resumed");
    },
  );

  check("a claim knows whether others succeed since its message first failed", async (queue, { advance }) => {
    const tenantId = aTenantId();
    const bad = aDelivery(aMapping({ tenantId }));
    await queue.enqueue(bad);
    for (let count = 0; count < 4; count += 1) await queue.enqueue(aDelivery(aMapping({ tenantId })));
    let claims = await claimAll(queue);
    await queue.settle(
      claims.find((claim) => claim.id !== bad.id)!,
      DELIVERED,
    );
    await queue.settle(byId(claims, bad.id), failed({ delayMs: 1_000 }));
    await advance(2_000);
    let retried = byId(await claimAll(queue), bad.id);
    assert.equal(retried.othersSucceed, false);
    claims = claims.filter((claim) => claim.id !== bad.id);
    await queue.settle(claims.at(-1)!, DELIVERED);
    await queue.settle(retried, failed({ delayMs: 1_000 }));
    await advance(2_000);
    retried = byId(await claimAll(queue), bad.id);
    assert.equal(retried.othersSucceed, true);
  });

  check("a held tenant gives nothing until it is released; others do", async (queue) => {
    const held = aTenantId(9);
    await queue.enqueue(aDelivery(aMapping({ tenantId: held })));
    await queue.holdTenant(held);
    await queue.holdTenant(held);
    assert.deepEqual(await queue.heldTenants(), [9]);
    await queue.enqueue(aDelivery(aMapping({ tenantId: held })));
    await queue.enqueue(aDelivery(aMapping({ tenantId: aTenantId(10) })));
    assert.deepEqual(
      (await claimAll(queue)).map((claim) => claim.tenantId),
      [10],
    );
    await queue.releaseTenant(held);
    await queue.releaseTenant(held);
    assert.deepEqual(await queue.heldTenants(), []);
    assert.equal((await claimAll(queue)).length, 2);
  });

  check("the age clock stands still while the tenant is held", async (queue, { advance }) => {
    const tenantId = aTenantId();
    await queue.enqueue(aDelivery(aMapping({ tenantId })));
    await advance(10_000);
    await queue.holdTenant(tenantId);
    await advance(3_600_000);
    await queue.releaseTenant(tenantId);
    await advance(5_000);
    const { ageMs } = await claimOne(queue);
    assert.ok(ageMs >= 15_000 && ageMs < 60_000, `${ageMs} ms`);
  });

  check(
    "what is given up is a dead letter with its content, and its line goes on",
    async (queue, { nowMs }) => {
      const mapping = aMapping();
      const [bad, next] = [aDelivery(mapping), aDelivery(mapping)];
      await queue.enqueue(bad);
      await queue.enqueue(next);
      await queue.settle(await claimOne(queue), { kind: "dead", reason: "refused", error: "HTTP 422" });
      assert.equal((await claimOne(queue)).id, next.id);
      const letter = (await queue.findDeadLetter(bad.id))!;
      assertSameRecord(bare(letter), bad);
      assert.equal(letter.reason, "refused");
      assert.equal(letter.lastError, "HTTP 422");
      assert.equal(letter.attempts, 1);
      assert.ok(Math.abs(letter.diedAtMs - nowMs()) < 60_000);
      assertSameRecord((await queue.deadLetters({ limit: 10 })).items, [letter]);
      const { pending, dead } = await queue.counts();
      assert.deepEqual({ pending, dead }, { pending: 1, dead: 1 });
      assert.equal((await queue.enqueue(bad)).kind, "duplicate");
    },
  );

  check("lists are paged, by tenant too, and miss nothing that stays", async (queue) => {
    const ids: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      const delivery = aDelivery(aMapping({ tenantId: aTenantId(count === 3 ? 8 : 7) }));
      ids.push(delivery.id);
      await queue.enqueue(delivery);
    }
    const pending = await allPages((cursor) => queue.pending({ limit: 2, ...cursor }));
    assert.deepEqual(pending.map((delivery) => delivery.id).sort(), [...ids].sort());
    assert.equal(
      (await allPages((cursor) => queue.pending({ limit: 2, tenantId: aTenantId(7), ...cursor }))).length,
      6,
    );
    for (const claim of await claimAll(queue))
      await queue.settle(claim, { kind: "dead", reason: "refused", error: "HTTP 400" });
    const dead = await allPages((cursor) => queue.deadLetters({ limit: 3, ...cursor }));
    assert.deepEqual(dead.map((letter) => letter.id).sort(), [...ids].sort());
    const ofSeven = await queue.deadLetters({ limit: 3, tenantId: aTenantId(7) });
    assert.equal(ofSeven.items.length, 3);
    for (const letter of ofSeven.items) await queue.replay(letter.id, aMapping());
    const rest = await queue.deadLetters({ limit: 10, tenantId: aTenantId(7), cursor: ofSeven.nextCursor! });
    assert.equal(rest.items.length, 3);
    assert.equal(rest.nextCursor, undefined);
  });

  check("a cursor that no page handed out is an error, not a page", async (queue) => {
    for (const cursor of ["zzz", "", "{}", '["x"]', "[2]", "\u0000", "bnVsbA"]) {
      for (const list of [
        () => queue.pending({ limit: 2, cursor }),
        () => queue.deadLetters({ limit: 2, cursor }),
      ]) {
        await assert.rejects(list, { code: "bad_cursor" });
      }
    }
  });

  check("a line is listed in its order", async (queue) => {
    const mapping = aMapping();
    const deliveries = Array.from({ length: 5 }, () => aDelivery(mapping));
    for (const delivery of deliveries) await queue.enqueue(delivery);
    const listed = (await queue.pending({ limit: 10 })).items;
    assert.deepEqual(
      listed.map((delivery) => delivery.id),
      deliveries.map((delivery) => delivery.id),
    );
  });

  check(
    "a replayed dead letter goes to the end of the line with the same id, as new",
    async (queue, { advance }) => {
      const mapping = aMapping();
      const bad = aDelivery(mapping);
      await queue.enqueue(bad);
      const behind = aDelivery(mapping);
      await queue.enqueue(behind);
      await queue.settle(await claimOne(queue), { kind: "dead", reason: "refused", error: "HTTP 422" });
      await advance(3_600_000);
      assert.equal(await queue.replay(bad.id, mapping), true);
      assert.equal(await queue.replay(bad.id, mapping), false);
      assert.equal(await queue.findDeadLetter(bad.id), undefined);
      const first = await claimOne(queue);
      assert.equal(first.id, behind.id);
      await queue.settle(first, DELIVERED);
      const replayed = await claimOne(queue);
      assertSameRecord(bare(replayed), bad);
      assert.equal(replayed.replayed, true);
      assert.equal(replayed.isFirst, true);
      assert.equal(replayed.attempts, 0);
      assert.equal(replayed.refusals, 0);
      assert.ok(replayed.ageMs < 60_000);
    },
  );

  check("a dead letter is replayed to whom it is said, and to nobody where there is none", async (queue) => {
    const bad = aDelivery(aMapping({ tenantId: aTenantId(2) }));
    await queue.enqueue(bad);
    await queue.settle(await claimOne(queue), { kind: "dead", reason: "mapping_changed" });
    const holder = aMapping({ contact: bad.contact, tenantId: aTenantId(55) });
    assert.equal(await queue.replay("msg_unknown", holder), false);
    await queue.replay(bad.id, holder);
    const claim = await claimOne(queue);
    assert.equal(claim.tenantId, 55);
    assert.equal(claim.generation, holder.generation);
    assert.equal(claim.isFirst, true);
  });

  check("a dead letter replayed to a line that has begun is not its first", async (queue) => {
    const bad = aDelivery(aMapping({ tenantId: aTenantId(2) }));
    await queue.enqueue(bad);
    await queue.settle(await claimOne(queue), { kind: "dead", reason: "mapping_changed" });
    const holder = aMapping({ contact: bad.contact, tenantId: aTenantId(55) });
    await queue.enqueue(aDelivery(holder));
    await queue.replay(bad.id, holder);
    await queue.settle(await claimOne(queue), DELIVERED);
    const replayed = await claimOne(queue);
    assert.equal(replayed.id, bad.id);
    assert.equal(replayed.isFirst, false);
    await queue.settle(replayed, DELIVERED);
    assert.equal((await queue.enqueue(aDelivery(holder))).kind, "enqueued");
  });

  check(
    "what waits under a retired generation dies, what is claimed ends as it is settled",
    async (queue) => {
      const mapping = aMapping();
      const deliveries = Array.from({ length: 4 }, () => aDelivery(mapping));
      const other = aDelivery(aMapping({ tenantId: mapping.tenantId }));
      for (const delivery of [...deliveries, other]) await queue.enqueue(delivery);
      const claims = await claimAll(queue);
      assert.equal(await queue.retire(mapping.generation, "mapping_changed"), 3);
      assert.equal(await queue.retire(mapping.generation, "mapping_changed"), 0);
      assert.equal((await queue.settle(byId(claims, deliveries[0]!.id), DELIVERED)).stale, false);
      await queue.settle(byId(claims, other.id), DELIVERED);
      assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
      const dead = (await queue.deadLetters({ limit: 10 })).items;
      assert.deepEqual(
        dead.map((letter) => letter.id),
        deliveries.slice(1).map((delivery) => delivery.id),
      );
      assert.ok(dead.every((letter) => letter.reason === "mapping_changed"));
      assert.equal(await queue.retire(aGeneration(), "mapping_changed"), 0);
    },
  );

  check(
    "an erased contact's deliveries are gone, waiting, claimed and dead ones, and no other's",
    async (queue, harness) => {
      const { nowMs } = harness;
      const mapping = aMapping();
      const { contact, tenantId } = mapping;
      const [poison, ...deliveries] = Array.from({ length: 4 }, () => aDelivery(mapping));
      const otherName = aDelivery(aMapping({ tenantId, contact: aContact("4545454545@lid") }));
      const other = aDelivery(aMapping({ tenantId }));
      await queue.enqueue(poison!);
      await queue.settle(await claimOne(queue), { kind: "dead", reason: "refused", error: "HTTP 400" });
      for (const delivery of [...deliveries, otherName, other]) await queue.enqueue(delivery);
      const claims = await claimAll(queue);
      const request = { contacts: [contact, otherName.contact], untilMs: nowMs() + 1_000 };
      assert.equal(await queue.erase(request), 5);
      assert.equal(await queue.erase(request), 0);
      assert.equal((await queue.settle(byId(claims, deliveries[0]!.id), DELIVERED)).stale, true);
      assert.equal((await queue.settle(byId(claims, other.id), DELIVERED)).stale, false);
      assert.deepEqual(await queue.counts().then(({ pending, dead }) => [pending, dead]), [0, 0]);
      assert.equal(await queue.findDeadLetter(poison!.id), undefined);
      assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
      // That it was here is remembered: what comes twice is not delivered anew.
      assert.equal((await queue.enqueue(deliveries[1]!)).kind, "duplicate");
    },
  );

  check(
    "what was taken in after an erasure stays, in the line of an erased claim too",
    async (queue, { nowMs, advance }) => {
      const mapping = aMapping();
      await queue.enqueue(aDelivery(mapping));
      const claim = await claimOne(queue);
      const untilMs = nowMs();
      await advance(2_000);
      const young = aDelivery(mapping);
      await queue.enqueue(young);
      assert.equal(await queue.erase({ contacts: [mapping.contact], untilMs }), 1);
      assert.equal((await queue.settle(claim, DELIVERED)).stale, true);
      assert.equal((await claimOne(queue)).id, young.id);
    },
  );

  check("a claim that was erased and never settled blocks nobody", async (queue, { nowMs, advance }) => {
    const mapping = aMapping();
    await queue.enqueue(aDelivery(mapping));
    await claimOne(queue);
    await queue.erase({ contacts: [mapping.contact], untilMs: nowMs() + 1_000 });
    await advance(REQUEST.leaseMs + 1_000);
    assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
    const next = aDelivery(mapping);
    await queue.enqueue(next);
    assert.equal((await claimOne(queue)).id, next.id);
  });

  check("a retired line with nothing claimed is gone whole", async (queue) => {
    const mapping = aMapping();
    await queue.enqueue(aDelivery(mapping));
    await queue.enqueue(aDelivery(mapping));
    assert.equal(await queue.retire(mapping.generation, "mapping_changed"), 2);
    assert.deepEqual((await queue.claimDue(REQUEST)).claims, []);
    assert.equal((await queue.counts()).pending, 0);
  });

  check(
    "what waits too long expires, in a paused tenant's lines too, what is claimed does not",
    async (queue, { advance }) => {
      const limits = { maxAgeMs: 3_600_000, maxHeldAgeMs: 30 * 24 * 3_600_000 };
      const tenantId = aTenantId();
      const mapping = aMapping({ tenantId });
      await queue.enqueue(aDelivery(mapping));
      await queue.enqueue(aDelivery(mapping));
      await queue.settle(await claimOne(queue), failed());
      await queue.enqueue(aDelivery(aMapping({ tenantId: aTenantId(3) })));
      await advance(1_800_000);
      await queue.enqueue(aDelivery(mapping));
      assert.equal(await queue.expire(limits), 0);
      await advance(1_800_001);
      const claimed = (await queue.claimDue({ ...REQUEST })).claims.find((claim) => claim.tenantId === 3)!;
      const probe = (await queue.claimDue(REQUEST)).claims;
      assert.deepEqual(probe, []);
      await advance(REQUEST.leaseMs - 1_000);
      await queue.settle(claimed, DELIVERED);
      await advance(2_000);
      assert.equal(await queue.expire(limits), 2);
      const dead = (await queue.deadLetters({ limit: 10 })).items;
      assert.deepEqual(
        dead.map((letter) => letter.reason),
        ["expired", "expired"],
      );
      assert.equal((await queue.counts()).pending, 1);
    },
  );

  check("many that expired at once expire together, and their lines go on", async (queue, { advance }) => {
    const limits = { maxAgeMs: 3_600_000, maxHeldAgeMs: 30 * 24 * 3_600_000 };
    const long = aMapping();
    const others = Array.from({ length: 150 }, () => aMapping());
    await Promise.all(Array.from({ length: 1_200 }, () => queue.enqueue(aDelivery(long))));
    for (const mapping of others) await queue.enqueue(aDelivery(mapping));
    await advance(3_600_001);
    const young = aDelivery(long);
    await queue.enqueue(young);
    let told = 0;
    queue.onWork(() => (told += 1));
    assert.equal(await queue.expire(limits), 1_350);
    assert.ok(told > 0);
    assert.deepEqual(
      (await claimAll(queue)).map((claim) => claim.id),
      [young.id],
    );
  });

  check("at a held tenant messages wait longer, but not for ever", async (queue, { advance }) => {
    const limits = { maxAgeMs: 3_600_000, maxHeldAgeMs: 10 * 3_600_000 };
    const tenantId = aTenantId();
    await queue.enqueue(aDelivery(aMapping({ tenantId })));
    await queue.holdTenant(tenantId);
    await advance(9 * 3_600_000);
    assert.equal(await queue.expire(limits), 0);
    await advance(2 * 3_600_000);
    assert.equal(await queue.expire(limits), 1);
  });

  check("old dead letters are pruned, young ones not", async (queue, { advance }) => {
    for (let count = 0; count < 2; count += 1) {
      await queue.enqueue(aDelivery(aMapping()));
      await queue.settle(await claimOne(queue), { kind: "dead", reason: "refused", error: "HTTP 400" });
      await advance(60_000);
    }
    assert.equal(await queue.pruneDeadLetters(90_000), 1);
    assert.equal((await queue.counts()).dead, 1);
    assert.equal((await queue.deadLetters({ limit: 10 })).items.length, 1);
  });

  check("tells of new work: enqueued, settled, released, replayed", async (queue) => {
    let told = 0;
    const stop = queue.onWork(() => (told += 1));
    const grown = async (act: () => Promise<unknown>) => {
      const before = told;
      await act();
      assert.ok(told > before);
    };
    const mapping = aMapping();
    const delivery = aDelivery(mapping);
    await grown(() => queue.enqueue(delivery));
    const claim = await claimOne(queue);
    await grown(() => queue.settle(claim, { kind: "dead", reason: "refused", error: "HTTP 400" }));
    await grown(() => queue.replay(delivery.id, mapping));
    await queue.holdTenant(mapping.tenantId);
    await grown(() => queue.releaseTenant(mapping.tenantId));
    stop();
    const before = told;
    await queue.enqueue(aDelivery(mapping));
    assert.equal(told, before);
  });

  test("order, attempts, pauses, holds, dead letters and identities outlive a restart", () =>
    withOpened(
      () => open({ duplicateMemoryMs: WEEK_MS }),
      async (harness) => {
        if (harness.reopen === undefined) return;
        const { queue, advance } = harness;
        const paused = aMapping({ tenantId: aTenantId(1) });
        const trace = aTraceContext();
        const waiting = [aDelivery(paused, { trace }), aDelivery(paused), aDelivery(paused)];
        for (const delivery of waiting) await queue.enqueue(delivery);
        await queue.settle(await claimOne(queue), failed({ delayMs: 3_600_000 }));
        const claimedAtStop = aDelivery(aMapping({ tenantId: aTenantId(2) }));
        await queue.enqueue(claimedAtStop);
        await claimOne(queue);
        const held = aDelivery(aMapping({ tenantId: aTenantId(3) }));
        await queue.enqueue(held);
        await queue.holdTenant(held.tenantId);
        const dead = aDelivery(aMapping({ tenantId: aTenantId(4) }));
        await queue.enqueue(dead);
        await queue.settle(await claimOne(queue), { kind: "dead", reason: "refused", error: "HTTP 400" });

        const reopened = await harness.reopen();
        const { oldestEnqueuedAtMs, ...counts } = await reopened.counts();
        assert.deepEqual(counts, { pending: 5, dead: 1, pausedTenants: 1, heldTenants: 1 });
        assert.notEqual(oldestEnqueuedAtMs, undefined);
        assert.equal((await reopened.enqueue(waiting[0]!)).kind, "duplicate");
        assert.equal((await reopened.enqueue(aDelivery(paused))).kind, "enqueued");
        // A claim dies with its process, without waiting for its lease.
        assert.deepEqual(
          (await claimAll(reopened)).map((claim) => claim.id),
          [claimedAtStop.id],
        );
        await advance(LONGEST_PROBE_INTERVAL_MS);
        const probe = await claimOne(reopened);
        assert.equal(probe.id, waiting[0]!.id);
        assert.equal(probe.attempts, 1);
        assert.equal(probe.probeNumber, 1);
        assert.equal(probe.trace, trace);
        await reopened.settle(probe, DELIVERED);
        assert.equal((await claimOne(reopened)).id, waiting[1]!.id);
        await reopened.releaseTenant(held.tenantId);
        assert.equal((await claimOne(reopened)).id, held.id);
        assert.equal((await reopened.findDeadLetter(dead.id))?.lastError, "HTTP 400");
      },
    ));
}

async function claimAll(queue: DeliveryQueue): Promise<readonly ClaimedDelivery[]> {
  return (await queue.claimDue(REQUEST)).claims;
}

async function claimOne(queue: DeliveryQueue): Promise<ClaimedDelivery> {
  const { claims } = await queue.claimDue({ ...REQUEST, limit: 1 });
  assert.equal(claims.length, 1, "nothing to claim");
  return claims[0]!;
}

async function deliverAll(queue: DeliveryQueue): Promise<void> {
  for (;;) {
    const claims = await claimAll(queue);
    if (claims.length === 0) return;
    for (const claim of claims) await queue.settle(claim, DELIVERED);
  }
}

/** A tenant with that many contacts waiting, the first three of which have failed. */
async function pausedTenant(queue: DeliveryQueue, contacts: number, { delayMs = 1_000 } = {}): Promise<void> {
  const tenantId = aTenantId();
  for (let count = 0; count < contacts; count += 1) await queue.enqueue(aDelivery(aMapping({ tenantId })));
  const claims = await claimAll(queue);
  for (const claim of claims.slice(3)) await queue.settle(claim, { kind: "released" });
  for (const claim of claims.slice(0, 3)) await queue.settle(claim, failed({ delayMs }));
  assert.equal((await queue.counts()).pausedTenants, 1);
}

function failed({
  delayMs = 1_000,
  ...rest
}: { readonly delayMs?: number; readonly floorMs?: number } = {}): Settlement {
  return { kind: "retry", cause: "unreachable", delayMs, error: "HTTP 500", ...rest };
}

function byId(claims: readonly ClaimedDelivery[], id: string): ClaimedDelivery {
  const claim = claims.find((candidate) => candidate.id === id);
  assert.ok(claim !== undefined, `${id} is not among the claims`);
  return claim;
}

/** The delivery without what the queue adds to it. */
function bare({ id, identity, tenantId, contact, generation, body }: Delivery): Delivery {
  return { id, identity, tenantId, contact, generation, body };
}

export async function allPages<Item>(
  read: (cursor: {
    cursor?: string;
  }) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor === undefined ? {} : { cursor });
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}

import { StorageUnavailableError } from "../domain/errors.js";
import type { Mapping } from "../domain/mapping.js";
import { ExponentialRetryPolicy, type RetryPolicy } from "../domain/retry-policy.js";
import type { DispatchResult } from "../ports/tenant-dispatcher.js";
import { untraced, type Tracer } from "../ports/tracer.js";
import {
  aContact,
  aDelivery,
  aMapping,
  aMessage,
  aTenant,
  aTenantId,
  aTraceContext,
  textOf,
} from "../testing/builders.js";
import { eventually } from "../testing/eventually.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { InMemoryTenantDirectory } from "../testing/in-memory-tenant-directory.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { RecordingTracer } from "../testing/recording-tracer.js";
import { ScriptedDispatcher } from "../testing/scripted-dispatcher.js";
import { DeliverDueMessages } from "./deliver-due-messages.js";

const HOUR_MS = 3_600_000;
const ACCEPTED: DispatchResult = { kind: "accepted", replies: [] };
const DOWN: DispatchResult = { kind: "unreachable", error: "connection refused" };
const REFUSED: DispatchResult = { kind: "refused", error: "HTTP 422" };

const ONE_SECOND_DOUBLING = new ExponentialRetryPolicy({
  firstDelayMs: 1_000,
  longestDelayMs: 60_000,
  random: () => 0,
});

class House {
  readonly clock = new ManualClock();
  readonly logger = new RecordingLogger();
  readonly tracer = new RecordingTracer();
  readonly storage = new InMemoryStorage({ clock: this.clock });
  readonly tenants = new InMemoryTenantDirectory([aTenant({ id: 2 }), aTenant({ id: 3 })]);
  readonly dispatcher = new ScriptedDispatcher();
  readonly deliver = this.delivering(ONE_SECOND_DOUBLING);

  delivering(
    retryPolicy: RetryPolicy,
    { tracer = this.tracer }: { readonly tracer?: Tracer } = {},
  ): DeliverDueMessages {
    return new DeliverDueMessages({
      queue: this.storage.deliveries,
      mappings: this.storage.mappings,
      tenants: this.tenants,
      dispatcher: this.dispatcher,
      replies: this.storage.replies,
      replyJournal: this.storage.replyJournal,
      clock: this.clock,
      logger: this.logger,
      tracer,
      retryPolicy,
      settings: {
        concurrency: 1_000,
        perTenantConcurrency: 4,
        attemptTimeoutMs: 30_000,
        maxAgeMs: 72 * HOUR_MS,
      },
    });
  }

  async locked(tenantId = 2, lock: Partial<Mapping> = {}): Promise<Mapping> {
    const mapping = aMapping({ ...lock, tenantId: aTenantId(tenantId) });
    await this.storage.mappings.lock(mapping, this.clock.nowMs());
    return mapping;
  }

  async says(mapping: Mapping, text: string): Promise<string> {
    const body = aMessage({ contact: mapping.contact, text });
    const delivery = aDelivery(mapping, { body, identity: body.identity });
    await this.storage.deliveries.enqueue(delivery);
    return delivery.id;
  }

  /** What each attempt's handler was told of the campaign. */
  get campaigns(): unknown[] {
    return this.dispatcher.attempts.map(({ delivery }) => [textOf(delivery.body), delivery.campaign]);
  }

  async isSettled(): Promise<boolean> {
    return (await this.storage.deliveries.counts()).pending === 0;
  }

  /** Lets the clock run, a second at a time, until the condition holds. */
  async runUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
    await eventually(async () => {
      if (await condition()) return true;
      this.clock.advance(1_000);
      return false;
    });
  }
}

describe("DeliverDueMessages", () => {
  let house: House;
  beforeEach(() => {
    house = new House();
    house.deliver.start();
  });
  afterEach(async () => {
    const stopped = house.deliver.stop(0);
    house.clock.advance(1);
    await stopped;
  });

  it("brings a contact's messages to its tenant, one after the other", async () => {
    const mapping = await house.locked();
    for (const text of ["one", "two", "three"]) await house.says(mapping, text);
    await eventually(() => house.isSettled());
    expect(house.dispatcher.texts).toEqual(["one", "two", "three"]);
    expect(house.dispatcher.attempts[0]!.tenant.id).toBe(2);
  });

  it("forgets what was still being queued when its contact was erased: not even a dead letter stays", async () => {
    const mapping = await house.locked();
    const other = await house.locked();
    await house.storage.mappings.beginErasure(mapping.contact);
    await house.says(mapping, "too late");
    await house.says(other, "hello");
    await house.runUntil(() => house.isSettled());
    expect(house.dispatcher.texts).toEqual(["hello"]);
    expect((await house.storage.deliveries.deadLetters({ limit: 10 })).items).toEqual([]);
  });

  it("traces each attempt under what led to the message, and the replies under the attempt they answer", async () => {
    const mapping = await house.locked();
    const trace = aTraceContext();
    house.dispatcher.answer = () => DOWN;
    const delivery = aDelivery(mapping, { trace });
    await house.storage.deliveries.enqueue(delivery);
    await house.dispatcher.attempted(1);
    house.dispatcher.answer = () => ({ kind: "accepted", replies: [{ kind: "text", text: "Hi" }] });
    await house.runUntil(() => house.isSettled());
    const about = { "gateway.tenant_id": 2, "gateway.delivery_id": delivery.id };
    expect(house.tracer.steps).toMatchObject([
      { name: "delivery wait", cause: trace, attributes: about, tookMs: 0 },
      {
        ...{ name: "delivery attempt", cause: trace, failed: true },
        attributes: { ...about, "gateway.attempt": 1, "gateway.result": "unreachable" },
      },
      {
        ...{ name: "delivery attempt", cause: trace, failed: false },
        attributes: { ...about, "gateway.attempt": 2, "gateway.result": "accepted" },
      },
    ]);
    // What the handler is told is the attempt, not what led to it.
    const attempts = house.tracer.steps.slice(1).map(({ context }) => context);
    expect(house.dispatcher.attempts.map(({ delivery: told }) => told.trace)).toEqual(attempts);
    const [reply] = (await house.storage.replies.pending({ limit: 10 })).items;
    expect(reply!.trace).toBe(attempts[1]);
  });

  it("tells how long a message waited in all before its first attempt", async () => {
    const mapping = await house.locked();
    const { tenantId } = mapping;
    await house.storage.deliveries.holdTenant(tenantId);
    await house.storage.deliveries.enqueue(aDelivery(mapping, { trace: aTraceContext() }));
    house.clock.advance(90_000);
    await house.storage.deliveries.releaseTenant(tenantId);
    await eventually(() => house.isSettled());
    expect(house.tracer.steps[0]).toMatchObject({ name: "delivery wait", tookMs: 90_000 });
  });

  it("begins a trace with the attempt where nothing says what led to the message", async () => {
    const mapping = await house.locked();
    await house.says(mapping, "Hello");
    await eventually(() => house.isSettled());
    expect(house.tracer.steps).toMatchObject([{ name: "delivery attempt", cause: undefined }]);
  });

  it("passes a trace on as it is where nothing is traced any more", async () => {
    await house.deliver.stop(0);
    const mapping = await house.locked();
    const trace = aTraceContext();
    await house.storage.deliveries.enqueue(aDelivery(mapping, { trace }));
    house.dispatcher.answer = () => ({ kind: "accepted", replies: [{ kind: "text", text: "Hi" }] });
    const untracedDeliver = house.delivering(ONE_SECOND_DOUBLING, { tracer: untraced });
    untracedDeliver.start();
    await eventually(() => house.isSettled());
    await untracedDeliver.stop(0);
    expect(house.dispatcher.attempts[0]!.delivery.trace).toBe(trace);
    expect((await house.storage.replies.pending({ limit: 10 })).items[0]!.trace).toBe(trace);
  });

  it("delivers in order after the handler was down, with one id for all attempts of a message", async () => {
    const mapping = await house.locked();
    house.dispatcher.answer = () => DOWN;
    const ids = [await house.says(mapping, "one"), await house.says(mapping, "two")];
    await house.runUntil(() => house.dispatcher.attempts.length >= 3);
    house.dispatcher.answer = () => ACCEPTED;
    await house.runUntil(() => house.isSettled());
    const attempted = house.dispatcher.attempts.map(({ delivery }) => delivery.id);
    expect(attempted.at(-1)).toBe(ids[1]);
    expect(attempted.slice(0, -1).every((id) => id === ids[0])).toBe(true);
  });

  describe("the campaign by which a contact came", () => {
    it("is told with its first message, on each attempt, and with no other", async () => {
      const mapping = await house.locked(2, { campaign: "instagram" });
      house.dispatcher.answer = () => DOWN;
      await house.says(mapping, "one");
      await house.says(mapping, "two");
      await house.dispatcher.attempted(1);
      house.dispatcher.answer = () => ACCEPTED;
      await house.runUntil(() => house.isSettled());
      expect(house.campaigns).toEqual([
        ["one", "instagram"],
        ["one", "instagram"],
        ["two", undefined],
      ]);
    });

    it("is told again with a replay of that message", async () => {
      const mapping = await house.locked(2, { campaign: "instagram" });
      house.dispatcher.answer = () => REFUSED;
      const id = await house.says(mapping, "one");
      await house.runUntil(() => house.isSettled());
      house.dispatcher.answer = () => ACCEPTED;
      await house.storage.deliveries.replay(id, mapping);
      await house.runUntil(() => house.isSettled());
      expect(house.campaigns.at(-1)).toEqual(["one", "instagram"]);
    });

    it("is no business of another lock's: a message replayed under one that had its first is told none", async () => {
      const mapping = await house.locked(2, { campaign: "instagram" });
      house.dispatcher.answer = () => REFUSED;
      const id = await house.says(mapping, "one");
      await house.runUntil(() => house.isSettled());
      house.dispatcher.answer = () => ACCEPTED;
      const later = await house.locked(3, { campaign: "flyer" });
      await house.says(later, "hello");
      await house.runUntil(() => house.isSettled());
      await house.storage.deliveries.replay(id, later);
      await house.runUntil(() => house.isSettled());
      expect(house.campaigns.slice(-2)).toEqual([
        ["hello", "flyer"],
        ["one", undefined],
      ]);
    });

    it("is left out where there was none, and for a lock that ended in another one's", async () => {
      const [phone, lid] = [aContact("971501234567"), aContact("4242424242424@lid")];
      await house.says(await house.locked(), "no campaign");
      await house.runUntil(() => house.isSettled());
      const kept = await house.locked(2, { contact: phone, campaign: "instagram", lockedAtMs: 1 });
      const ended = await house.locked(2, { contact: lid, campaign: "flyer", lockedAtMs: 2 });
      await house.storage.mappings.learnAlias({ lid, phone });
      await house.says(ended, "by the flyer");
      await house.says(kept, "by instagram");
      await house.runUntil(() => house.isSettled());
      expect(house.campaigns).toEqual([
        ["no campaign", undefined],
        ["by the flyer", undefined],
        ["by instagram", "instagram"],
      ]);
    });
  });

  it("a waiting message holds back its own contact only", async () => {
    const [slow, quick] = [await house.locked(), await house.locked()];
    let release!: (result: DispatchResult) => void;
    house.dispatcher.answer = ({ contact }) =>
      contact === slow.contact ? new Promise((resolve) => (release = resolve)) : ACCEPTED;
    await house.says(slow, "slow");
    await house.says(slow, "behind");
    for (const text of ["a", "b", "c"]) await house.says(quick, text);
    await eventually(() => house.dispatcher.texts.includes("c"));
    expect(house.dispatcher.texts).not.toContain("behind");
    release(ACCEPTED);
    await eventually(() => house.dispatcher.texts.includes("behind"));
    release(ACCEPTED);
    await eventually(() => house.isSettled());
  });

  it("a tenant that answers slowly takes no other tenant's slots", async () => {
    house.dispatcher.answer = ({ tenantId }, signal) =>
      tenantId === 2
        ? new Promise((resolve) => signal.addEventListener("abort", () => resolve(DOWN)))
        : ACCEPTED;
    for (let count = 0; count < 10; count += 1) await house.says(await house.locked(2), `slow ${count}`);
    for (let count = 0; count < 10; count += 1) await house.says(await house.locked(3), `quick ${count}`);
    await eventually(() => house.dispatcher.texts.filter((text) => text!.startsWith("quick")).length === 10);
    expect(house.dispatcher.texts.filter((text) => text!.startsWith("slow"))).toHaveLength(4);
  });

  it("gives a message up after three refusals, and goes on with the contact's next", async () => {
    const mapping = await house.locked();
    house.dispatcher.answer = ({ body }) => (textOf(body) === "bad" ? REFUSED : ACCEPTED);
    const bad = await house.says(mapping, "bad");
    await house.says(mapping, "good");
    await house.runUntil(() => house.isSettled());
    expect(house.dispatcher.texts).toEqual(["bad", "bad", "bad", "good"]);
    expect(await house.storage.deliveries.findDeadLetter(bad)).toMatchObject({
      reason: "refused",
      lastError: "HTTP 422",
      attempts: 3,
    });
  });

  it("gives up a poisonous message after 20 attempts while others succeed, and holds up nobody", async () => {
    const [poisoned, fine] = [await house.locked(), await house.locked()];
    house.dispatcher.answer = ({ body }) => (textOf(body) === "poison" ? DOWN : ACCEPTED);
    const poison = await house.says(poisoned, "poison");
    await house.says(poisoned, "after the poison");
    let sent = 0;
    await house.runUntil(async () => {
      await house.says(fine, `fine ${(sent += 1)}`);
      return (await house.storage.deliveries.findDeadLetter(poison)) !== undefined;
    });
    await house.runUntil(() => house.isSettled());
    const letter = (await house.storage.deliveries.findDeadLetter(poison))!;
    expect(letter.reason).toBe("attempts_exhausted");
    expect(letter.countedAttempts + 1).toBe(20);
    expect(house.dispatcher.texts.filter((text) => text?.startsWith("fine"))).toHaveLength(sent);
    expect(
      house.dispatcher.texts.at(-1) === "after the poison" ||
        house.dispatcher.texts.includes("after the poison"),
    ).toBe(true);
  });

  it("keeps a message of an unreachable tenant however many attempts fail, until it is too old", async () => {
    const mapping = await house.locked();
    house.dispatcher.answer = () => DOWN;
    const id = await house.says(mapping, "patience");
    await house.runUntil(() => house.dispatcher.attempts.length > 50);
    expect(await house.storage.deliveries.findDeadLetter(id)).toBeUndefined();
    house.clock.advance(72 * HOUR_MS);
    await house.runUntil(() => house.isSettled());
    expect(await house.storage.deliveries.findDeadLetter(id)).toMatchObject({ reason: "expired" });
  });

  it("a dead tenant with 1,000 waiting contacts costs one attempt per probe, and drains when it is back", async () => {
    house.dispatcher.answer = () => DOWN;
    for (let count = 0; count < 1_000; count += 1) await house.says(await house.locked(), `hello ${count}`);
    await house.runUntil(async () => (await house.storage.deliveries.counts()).pausedTenants === 1);
    const untilPaused = house.dispatcher.attempts.length;
    expect(untilPaused).toBeLessThanOrEqual(3 + 4);
    for (let minute = 0; minute < 60; minute += 1) {
      house.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Growing from two seconds to twenty, a minute holds about six probes.
    expect(house.dispatcher.attempts.length - untilPaused).toBeLessThanOrEqual(8);
    const probed = house.dispatcher.texts.slice(untilPaused);
    expect(new Set(probed).size).toBe(probed.length);
    house.dispatcher.answer = () => ACCEPTED;
    const backAtMs = house.clock.nowMs();
    await house.runUntil(() => house.isSettled());
    expect(house.clock.nowMs() - backAtMs).toBeLessThanOrEqual(30_000);
  });

  it("keeps a tenant's Retry-After, up to an hour", async () => {
    const mapping = await house.locked();
    house.dispatcher.answer = () => ({ kind: "unreachable", error: "HTTP 429", retryAfterMs: 99 * HOUR_MS });
    await house.says(mapping, "later");
    await house.dispatcher.attempted(1);
    house.dispatcher.answer = () => ACCEPTED;
    await eventually(async () => (await house.storage.deliveries.counts()).pausedTenants === 1);
    house.clock.advance(HOUR_MS - 1_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(house.dispatcher.attempts).toHaveLength(1);
    await house.runUntil(() => house.isSettled());
    expect(house.dispatcher.attempts).toHaveLength(2);
  });

  it("never brings what waits under an older lock to anybody", async () => {
    const mapping = await house.locked();
    house.dispatcher.answer = () => DOWN;
    const id = await house.says(mapping, "for tenant 2 only");
    await house.dispatcher.attempted(1);
    await house.storage.mappings.unlock(mapping.contact);
    const later = aMapping({ contact: mapping.contact, tenantId: aTenantId(3) });
    await house.storage.mappings.lock(later, house.clock.nowMs());
    house.dispatcher.answer = () => ACCEPTED;
    await house.runUntil(() => house.isSettled());
    expect(house.dispatcher.attempts).toHaveLength(1);
    expect(await house.storage.deliveries.findDeadLetter(id)).toMatchObject({ reason: "mapping_changed" });
  });

  it.each([
    ["is inactive", aTenant({ id: 2, active: false })],
    ["is gone from the directory", undefined],
  ])("holds what waits for a tenant that %s, without an attempt", async (_, tenant) => {
    const mapping = await house.locked();
    if (tenant) house.tenants.put(tenant);
    else house.tenants.remove(aTenantId(2));
    await house.says(mapping, "hello");
    await eventually(async () => (await house.storage.deliveries.heldTenants()).length === 1);
    expect(house.dispatcher.attempts).toHaveLength(0);
    house.tenants.put(aTenant({ id: 2 }));
    await house.storage.deliveries.releaseTenant(aTenantId(2));
    await eventually(() => house.isSettled());
    expect(house.dispatcher.texts).toEqual(["hello"]);
  });

  it("has a handler's replies queued, in order and once, before the delivery counts as done", async () => {
    const mapping = await house.locked();
    house.dispatcher.answer = () => ({
      kind: "accepted",
      replies: [
        { kind: "text", text: "Welcome!" },
        { kind: "text", text: "Buy or rent?" },
      ],
    });
    const id = await house.says(mapping, "hi");
    await eventually(() => house.isSettled());
    const replies = (await house.storage.replies.pending({ limit: 10 })).items;
    expect(replies.map(({ id: replyId, body }) => [replyId, body])).toEqual([
      [`${id}_0`, { kind: "text", text: "Welcome!" }],
      [`${id}_1`, { kind: "text", text: "Buy or rent?" }],
    ]);
    expect(await house.storage.replyJournal.find(`${id}_1`)).toMatchObject({ state: "queued", tenantId: 2 });
  });

  it("names the replies to a replayed message by its new lock too, so that no record is another's", async () => {
    const first = await house.locked();
    const reply = { kind: "text", text: "Welcome!" } as const;
    house.dispatcher.answer = () => REFUSED;
    const id = await house.says(first, "hi");
    await house.runUntil(() => house.isSettled());
    house.dispatcher.answer = () => ({ kind: "accepted", replies: [reply] });
    const second = aMapping({ tenantId: aTenantId(3) });
    await house.storage.mappings.lock(second, house.clock.nowMs());
    await house.storage.deliveries.replay(id, second);
    await eventually(() => house.isSettled());
    const replyId = `${id}_${second.generation}_0`;
    expect((await house.storage.replies.pending({ limit: 10 })).items).toMatchObject([
      { id: replyId, tenantId: 3, contact: second.contact },
    ]);
    expect(await house.storage.replyJournal.find(replyId)).toMatchObject({ state: "queued", tenantId: 3 });
  });

  it("does not settle a delivery whose replies could not be kept", async () => {
    const mapping = await house.locked();
    house.dispatcher.answer = () => ({ kind: "accepted", replies: [{ kind: "text", text: "Welcome!" }] });
    const enqueue = house.storage.replies.enqueue.bind(house.storage.replies);
    house.storage.replies.enqueue = () => Promise.reject(new StorageUnavailableError("disk full"));
    await house.says(mapping, "hi");
    await eventually(() => house.logger.messages("error").length > 0);
    expect(await house.isSettled()).toBe(false);
    house.storage.replies.enqueue = enqueue;
    await house.runUntil(() => house.isSettled());
    expect((await house.storage.replies.counts()).pending).toBe(1);
  });

  it("tries again to keep what came of an attempt, instead of making the attempt again", async () => {
    const mapping = await house.locked();
    const settle = house.storage.deliveries.settle.bind(house.storage.deliveries);
    let failures = 2;
    house.storage.deliveries.settle = (claim, settlement) =>
      (failures -= 1) >= 0
        ? Promise.reject(new StorageUnavailableError("disk full"))
        : settle(claim, settlement);
    await house.says(mapping, "hi");
    await house.runUntil(() => house.isSettled());
    expect(house.dispatcher.attempts).toHaveLength(1);
  });

  it("goes on when the queue cannot be asked for a while", async () => {
    const mapping = await house.locked();
    const claimDue = house.storage.deliveries.claimDue.bind(house.storage.deliveries);
    house.storage.deliveries.claimDue = () => Promise.reject(new StorageUnavailableError("gone"));
    await house.says(mapping, "hi");
    await eventually(() => house.logger.messages("error").length > 0);
    house.storage.deliveries.claimDue = claimDue;
    await house.runUntil(() => house.isSettled());
  });

  it("keeps a short delay right after the start too, while its slots still grow", async () => {
    const quick = new House();
    const deliver = quick.delivering({ delayMs: () => 200 });
    const mapping = await quick.locked();
    quick.dispatcher.answer = () => REFUSED;
    await quick.says(mapping, "again soon");
    deliver.start();
    await quick.dispatcher.attempted(1);
    await eventually(
      async () => (await quick.storage.deliveries.pending({ limit: 1 })).items[0]?.refusals === 1,
    );
    // The worker looks once more before it waits for the retry.
    await eventually(() => quick.clock.waiting > 0);
    quick.clock.advance(200);
    await quick.dispatcher.attempted(2);
    await deliver.stop(0);
  });

  it("aborts an attempt at its time-out, well before its lease ends", async () => {
    const mapping = await house.locked();
    house.dispatcher.answer = (_, signal) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => resolve({ kind: "unreachable", error: "aborted" })),
      );
    const id = await house.says(mapping, "hi");
    await house.dispatcher.attempted(1);
    house.clock.advance(30_000);
    await eventually(
      async () => (await house.storage.deliveries.pending({ limit: 1 })).items[0]?.attempts === 1,
    );
    const [pending] = (await house.storage.deliveries.pending({ limit: 1 })).items;
    expect(pending).toMatchObject({ id, lastError: "aborted" });
  });

  it("waits at a stop for what is under way, and puts back what is not done in time as if never tried", async () => {
    const [quick, slow] = [await house.locked(2), await house.locked(3)];
    let finish!: (result: DispatchResult) => void;
    house.dispatcher.answer = ({ tenantId }, signal) =>
      new Promise((resolve) => {
        if (tenantId === 2) finish = resolve;
        else signal.addEventListener("abort", () => resolve(DOWN));
      });
    await house.says(quick, "quick");
    const slowId = await house.says(slow, "slow");
    await house.dispatcher.attempted(2);
    const stopped = house.deliver.stop(10_000);
    finish(ACCEPTED);
    await house.says(quick, "not any more");
    await eventually(async () => (await house.storage.deliveries.counts()).pending === 2);
    house.clock.advance(10_000);
    await stopped;
    expect(house.dispatcher.attempts).toHaveLength(2);
    const pending = (await house.storage.deliveries.pending({ limit: 10 })).items;
    expect(pending.find((delivery) => delivery.id === slowId)).toMatchObject({ attempts: 0 });
  });
});

import { StorageUnavailableError } from "../domain/errors.js";
import { IDEMPOTENCY_KEPT_MS } from "../ports/idempotency-keys.js";
import { aContact, aMapping, aTenantId, aTraceContext } from "../testing/builders.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { silentLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { RecordingTracer } from "../testing/recording-tracer.js";
import { FindReplyStatus } from "./find-reply-status.js";
import { MOST_WAITING_REPLIES, SendReply } from "./send-reply.js";

const content = { kind: "text", text: "Your viewing is tomorrow at ten." } as const;

async function house() {
  const clock = new ManualClock();
  const tracer = new RecordingTracer();
  const storage = new InMemoryStorage({ clock });
  const { mappings, optOuts, replies, replyJournal: journal, idempotencyKeys: keys } = storage;
  let made = 0;
  const ids = { deliveryId: () => `msg_${(made += 1)}` };
  const mapping = aMapping({ tenantId: aTenantId(2) });
  await mappings.lock(mapping, clock.nowMs());
  return {
    ...{ clock, tracer, mappings, optOuts, replies, journal, keys, mapping },
    send: new SendReply({ mappings, optOuts, replies, journal, keys, ids, logger: silentLogger, tracer }),
    status: new FindReplyStatus({ journal, replies }),
  };
}

describe("SendReply", () => {
  it("queues in the contact's line, and has a record", async () => {
    const { send, replies, journal, mapping } = await house();
    const { tenantId, contact, generation } = mapping;
    expect(await send.execute({ tenantId, contact, content })).toEqual({ kind: "queued", id: "msg_1" });
    expect(await send.execute({ tenantId, contact, content })).toEqual({ kind: "queued", id: "msg_2" });
    expect((await replies.pending({ limit: 10 })).items).toMatchObject([
      { id: "msg_1", tenantId, contact, generation, body: content },
      { id: "msg_2", tenantId, contact, generation, body: content },
    ]);
    expect(await journal.find("msg_1")).toMatchObject({ state: "queued", tenantId, contact, generation });
  });

  it("keeps the trace of the request with the reply", async () => {
    const { send, tracer, replies, mapping } = await house();
    const { tenantId, contact } = mapping;
    const trace = aTraceContext();
    tracer.currentSpan = { context: trace, set: () => undefined, fail: () => undefined };
    await send.execute({ tenantId, contact, content });
    expect((await replies.pending({ limit: 10 })).items[0]!.trace).toBe(trace);
  });

  it("answers alike for another tenant's contact and for nobody's, and keeps nothing of it", async () => {
    const { send, replies, mapping } = await house();
    const stranger = { tenantId: aTenantId(2), contact: aContact(), content };
    const others = { tenantId: aTenantId(55), contact: mapping.contact, content };
    expect(await send.execute(stranger)).toEqual({ kind: "not_your_contact" });
    expect(await send.execute(others)).toEqual({ kind: "not_your_contact" });
    expect((await replies.counts()).pending).toBe(0);
  });

  it("turns away what is for a contact that asked for no more, of its own tenant and of no other", async () => {
    const { send, optOuts, replies, mapping, clock } = await house();
    const { tenantId, contact } = mapping;
    await optOuts.note(contact, { wish: "opt_out", sentAtMs: clock.nowMs() });
    expect(await send.execute({ tenantId, contact, content })).toEqual({ kind: "opted_out" });
    expect(await send.execute({ tenantId: aTenantId(55), contact, content })).toEqual({
      kind: "not_your_contact",
    });
    expect((await replies.counts()).pending).toBe(0);
    await optOuts.note(contact, { wish: "opt_in", sentAtMs: clock.nowMs() + 1_000 });
    expect(await send.execute({ tenantId, contact, content })).toMatchObject({ kind: "queued" });
  });

  it("turns away what would not go out in its time", async () => {
    const { send, replies, mapping } = await house();
    replies.counts = async () => ({
      pending: MOST_WAITING_REPLIES,
      dead: 0,
      pausedTenants: 0,
      heldTenants: 0,
      oldestEnqueuedAtMs: undefined,
    });
    expect(await send.execute({ ...mapping, content })).toEqual({ kind: "too_many_waiting" });
  });

  it("sends nothing of what could not be kept whole", async () => {
    const { send, replies, journal, mapping } = await house();
    journal.open = () => Promise.reject(new StorageUnavailableError("disk full"));
    await expect(send.execute({ ...mapping, content })).rejects.toThrow(StorageUnavailableError);
    expect((await replies.counts()).pending).toBe(0);
  });
});

describe("FindReplyStatus", () => {
  it("follows a reply, and calls what is being sent queued", async () => {
    const { send, status, journal, mapping, clock } = await house();
    const { tenantId, contact } = mapping;
    await send.execute({ tenantId, contact, content });
    const find = () => status.execute({ tenantId, id: "msg_1" });
    const changedAtMs = clock.nowMs();
    expect(await find()).toEqual({ id: "msg_1", contact, status: "queued", changedAtMs });
    await journal.beginAttempt({ ...mapping, id: "msg_1" }, { fingerprint: "f" });
    expect(await find()).toMatchObject({ status: "queued" });
    await journal.markSent("msg_1", "3EB0");
    expect(await find()).toMatchObject({ status: "sent" });
    await journal.acknowledge("3EB0", "read");
    expect(await find()).toMatchObject({ status: "read" });
  });

  it("says why one failed", async () => {
    const { status, journal, mapping } = await house();
    await journal.fail({ ...mapping, id: "msg_1" }, { reason: "refused", error: "HTTP 400" });
    expect(await status.execute({ tenantId: mapping.tenantId, id: "msg_1" })).toMatchObject({
      ...{ status: "failed", reason: "refused", error: "HTTP 400" },
    });
  });

  it("knows what was retired with its mapping as failed, though no attempt was made to say so", async () => {
    const { send, status, replies, mapping } = await house();
    const { tenantId, contact, generation } = mapping;
    await send.execute({ tenantId, contact, content });
    await replies.retire(generation, "mapping_changed");
    expect(await status.execute({ tenantId, id: "msg_1" })).toMatchObject({
      ...{ contact, status: "failed", reason: "mapping_changed" },
    });
  });

  it("knows nothing for another tenant, in whichever state the reply is, nor of what nobody sent", async () => {
    const { send, status, replies, mapping, journal } = await house();
    const { tenantId, contact, generation } = mapping;
    await send.execute({ tenantId, contact, content });
    const other = aTenantId(55);
    expect(await status.execute({ tenantId: other, id: "msg_1" })).toBeUndefined();
    await replies.retire(generation, "mapping_changed");
    expect(await status.execute({ tenantId: other, id: "msg_1" })).toBeUndefined();
    expect(await status.execute({ tenantId, id: "msg_9" })).toBeUndefined();
    await journal.open({ id: "unmapped_1", contact });
    expect(await status.execute({ tenantId, id: "unmapped_1" })).toBeUndefined();
  });
});

describe("FindReplyStatus", () => {
  it("takes the same look-ups for one's own reply, for another tenant's and for nobody's", async () => {
    const { send, status, journal, replies, mapping } = await house();
    const sent = await send.execute({ ...mapping, content });
    const asked: string[] = [];
    const find = journal.find.bind(journal);
    journal.find = (id) => (asked.push("journal"), find(id));
    const findDeadLetter = replies.findDeadLetter.bind(replies);
    replies.findDeadLetter = (id) => (asked.push("dead letters"), findDeadLetter(id));
    const lookUps = async (tenantId: number, id: string) => {
      const found = await status.execute({ tenantId: aTenantId(tenantId), id });
      return { found: found !== undefined, asked: asked.splice(0) };
    };
    const { id } = sent as { id: string };
    const own = await lookUps(2, id);
    expect(own.found).toBe(true);
    expect(await lookUps(55, id)).toEqual({ ...own, found: false });
    expect(await lookUps(55, "msg_of_nobody")).toEqual({ ...own, found: false });
  });
});

describe("SendReply with an idempotency key", () => {
  const idempotency = { key: "order-4711", fingerprint: "f1" };

  it("queues one reply, however often and whenever the request is repeated", async () => {
    const { send, replies, mapping } = await house();
    const request = { ...mapping, content, idempotency };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => send.execute(request)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set([JSON.stringify({ kind: "queued", id: (outcomes[0] as { id: string }).id })]),
    );
    expect((await replies.pending({ limit: 50 })).items).toHaveLength(1);
  });

  it("gives the first answer again, though the contact is not the tenant's any more", async () => {
    const { send, mappings, mapping } = await house();
    const request = { ...mapping, content, idempotency };
    const first = await send.execute(request);
    await mappings.unlock(mapping.contact);
    expect(await send.execute(request)).toEqual(first);
    expect(await send.execute({ ...request, idempotency: { ...idempotency, key: "other" } })).toEqual({
      kind: "not_your_contact",
    });
  });

  it("refuses the key for another message, and takes it for another tenant's", async () => {
    const { send, mappings, mapping, clock } = await house();
    await send.execute({ ...mapping, content, idempotency });
    const other = { ...mapping, content, idempotency: { ...idempotency, fingerprint: "f2" } };
    expect(await send.execute(other)).toEqual({ kind: "key_reused" });
    const others = aMapping({ tenantId: aTenantId(55) });
    await mappings.lock(others, clock.nowMs());
    expect(await send.execute({ ...other, ...others })).toMatchObject({ kind: "queued" });
  });

  it("does not remember a refusal", async () => {
    const { send, mappings, clock, mapping } = await house();
    const stranger = aMapping({ tenantId: mapping.tenantId });
    const request = { ...stranger, content, idempotency };
    expect(await send.execute(request)).toEqual({ kind: "not_your_contact" });
    await mappings.lock(stranger, clock.nowMs());
    expect(await send.execute(request)).toMatchObject({ kind: "queued" });
  });

  it("completes what a crash cut off between the key and the queue, under the same id", async () => {
    const { send, replies, mapping } = await house();
    const request = { ...mapping, content, idempotency };
    const enqueue = replies.enqueue.bind(replies);
    replies.enqueue = () => Promise.reject(new StorageUnavailableError("cut off"));
    await expect(send.execute(request)).rejects.toThrow("cut off");
    replies.enqueue = enqueue;
    expect(await send.execute(request)).toEqual({ kind: "queued", id: "msg_1" });
    expect((await replies.pending({ limit: 50 })).items).toMatchObject([{ id: "msg_1" }]);
  });

  it("is free again after a day", async () => {
    const { send, replies, mapping, clock } = await house();
    const request = { ...mapping, content, idempotency };
    await send.execute(request);
    clock.advance(IDEMPOTENCY_KEPT_MS);
    expect(await send.execute({ ...request, idempotency: { ...idempotency, fingerprint: "f2" } })).toEqual({
      ...{ kind: "queued", id: "msg_2" },
    });
    expect((await replies.pending({ limit: 50 })).items).toHaveLength(2);
  });
});

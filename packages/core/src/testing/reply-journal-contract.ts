import assert from "node:assert/strict";
import { BadCursorError } from "../domain/errors.js";
import type { ReplyFilter } from "../domain/reply-place.js";
import {
  CLOCKS_DIFFER_BY_MS,
  type ReplyOrigin,
  type ReplyRecord,
  type ReplyState,
} from "../domain/reply-record.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import { aContact, aGeneration, aTenantId } from "./builders.js";
import { assertSameRecord, withOpened, type DeclareTest } from "./contract.js";

export interface ReplyJournalHarness {
  readonly journal: ReplyJournal;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void> | void;
  /** The journal as another process, or this one after a restart, finds it; left out where it forgets. */
  readonly reopen?: () => Promise<ReplyJournal>;
  close(): Promise<void>;
}

let made = 0;

function aReply(overrides: Partial<ReplyOrigin> = {}): ReplyOrigin {
  made += 1;
  const id = `msg_${made}_0`;
  return { id, contact: aContact(), tenantId: aTenantId(), generation: aGeneration(), ...overrides };
}

/** What every ReplyJournal keeps. */
export function replyJournalContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<ReplyJournalHarness>;
}): void {
  const check = (name: string, run: (harness: ReplyJournalHarness) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, run));

  const stateOf = async (journal: ReplyJournal, { id }: ReplyOrigin): Promise<ReplyState | undefined> =>
    (await journal.find(id))?.state;

  /** Replies of one fingerprint with an attempt each, a second apart. */
  const attempted = async (
    { journal, advance }: ReplyJournalHarness,
    count: number,
    fingerprint = "hello",
  ) => {
    const replies: ReplyOrigin[] = [];
    for (let index = 0; index < count; index += 1) {
      const reply = aReply();
      await journal.beginAttempt(reply, { fingerprint });
      replies.push(reply);
      await advance(1_000);
    }
    return replies;
  };

  /** All pages of a list; one may be short or empty, and none too long. */
  const walk = async (journal: ReplyJournal, limit: number, filter: ReplyFilter = {}) => {
    const seen: ReplyRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await journal.list({ limit, ...filter, ...(cursor === undefined ? {} : { cursor }) });
      assert.ok(page.items.length <= limit);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return seen;
  };

  const idsOf = (records: readonly ReplyOrigin[]) => records.map(({ id }) => id);

  check("opens a record once, and finds it by its id only", async ({ journal, nowMs, advance }) => {
    const reply = aReply();
    assert.equal(await journal.find(reply.id), undefined);
    const openedAtMs = nowMs();
    await journal.open(reply);
    await advance(5_000);
    await journal.open(reply);
    const record = await journal.find(reply.id);
    assert.deepEqual(
      { ...record },
      { ...reply, state: "queued", queuedAtMs: openedAtMs, changedAtMs: openedAtMs },
    );
    assert.equal(await journal.find(`${reply.id}0`), undefined);
  });

  check("goes from queued to read, and notes when", async ({ journal, nowMs, advance }) => {
    const reply = aReply();
    await journal.open(reply);
    await advance(1_000);
    assert.equal((await journal.beginAttempt(reply, { fingerprint: "hello" })).state, "sending");
    await advance(1_000);
    assert.equal((await journal.markSent(reply.id, "3EB0A"))?.state, "sent");
    await advance(1_000);
    assert.equal((await journal.acknowledge("3EB0A", "delivered"))?.state, "delivered");
    await advance(1_000);
    assert.equal((await journal.acknowledge("3EB0A", "read"))?.state, "read");
    const record = await journal.find(reply.id);
    assert.equal(record?.messageId, "3EB0A");
    assert.equal(record.changedAtMs, nowMs());
    assert.equal(record.queuedAtMs, nowMs() - 4_000);
  });

  check("never goes backwards", async ({ journal }) => {
    const reply = aReply();
    await journal.beginAttempt(reply, { fingerprint: "hello" });
    await journal.markSent(reply.id, "3EB0B");
    await journal.acknowledge("3EB0B", "read");
    const late = [
      () => journal.open(reply),
      () => journal.beginAttempt(reply, { fingerprint: "hello" }),
      () => journal.cutOffAttempt(reply.id),
      () => journal.withdrawAttempt(reply.id),
      () => journal.markSent(reply.id, "3EB0B"),
      () => journal.markSent(reply.id),
      () => journal.fail(reply, { reason: "expired" }),
      () => journal.acknowledge("3EB0B", "sent"),
      () => journal.acknowledge("3EB0B", "delivered"),
      () => journal.acknowledge("3EB0B", "failed"),
      () => journal.recognise({ messageId: "3EB0B", fingerprints: ["hello"], sentAtMs: 0 }),
    ];
    for (const step of late) assert.equal((await step())?.state, "read");
  });

  check("what is delivered does not fail; what is sent may, and stays so", async ({ journal }) => {
    const [delivered, sent] = [aReply(), aReply()];
    for (const [reply, messageId] of [
      [delivered, "3EB0C"],
      [sent, "3EB0D"],
    ] as const) {
      await journal.beginAttempt(reply, { fingerprint: "hello" });
      await journal.markSent(reply.id, messageId);
    }
    await journal.acknowledge("3EB0C", "delivered");
    assert.equal((await journal.acknowledge("3EB0C", "failed"))?.state, "delivered");
    assert.equal((await journal.fail(sent, { reason: "expired" })).state, "sent");
    const failed = await journal.acknowledge("3EB0D", "failed");
    assert.equal(failed?.state, "failed");
    assert.equal(failed.reason, "undelivered");
    assert.equal((await journal.acknowledge("3EB0D", "delivered"))?.state, "failed");
    assert.equal((await journal.beginAttempt(sent, { fingerprint: "hello" })).state, "failed");
  });

  check("gives up what was not sent, with the reason; also what it never heard of", async ({ journal }) => {
    const [queued, sending, unknown] = [aReply(), aReply(), aReply()];
    await journal.open(queued);
    await journal.beginAttempt(sending, { fingerprint: "hello" });
    for (const reply of [queued, sending, unknown]) {
      const record = await journal.fail(reply, { reason: "refused", error: "HTTP 400" });
      assert.equal(record.state, "failed");
      assert.equal(record.tenantId, reply.tenantId);
      assert.deepEqual([record.reason, record.error], ["refused", "HTTP 400"]);
    }
    await journal.fail(queued, { reason: "expired" });
    assert.equal((await journal.find(queued.id))?.reason, "refused");
  });

  check("an attempt that sent nothing is taken back, and can't be recognised", async ({ journal, nowMs }) => {
    const reply = aReply();
    await journal.beginAttempt(reply, { fingerprint: "hello", messageId: "3EB0E" });
    assert.equal((await journal.withdrawAttempt(reply.id))?.state, "queued");
    assert.equal((await journal.find(reply.id))?.messageId, undefined);
    assert.equal(await journal.acknowledge("3EB0E", "sent"), undefined);
    const seen = { messageId: "3EB0F", fingerprints: ["hello"], sentAtMs: nowMs() };
    assert.equal(await journal.recognise(seen), undefined);
    assert.equal(await stateOf(journal, reply), "queued");
  });

  check("an attempt before the one that is taken back stays open", async ({ journal, nowMs, advance }) => {
    const reply = aReply();
    const first = await journal.beginAttempt(reply, { fingerprint: "hello" });
    await advance(1_000);
    const cutOff = await journal.cutOffAttempt(reply.id);
    assert.equal(cutOff?.attempt?.endedAtMs, nowMs());
    assert.equal(cutOff.attempt.startedAtMs, first.attempt?.startedAtMs);
    await advance(30_000);
    await journal.beginAttempt(reply, { fingerprint: "hello" });
    const taken = await journal.withdrawAttempt(reply.id, cutOff.attempt);
    assert.equal(taken?.state, "sending");
    assert.equal(taken.attempt?.endedAtMs, cutOff.attempt.endedAtMs);
    const seen = { messageId: "3EB10", fingerprints: ["hello"], sentAtMs: nowMs() };
    assert.equal((await journal.recognise(seen))?.id, reply.id);
  });

  check("a chosen id is known from the attempt on", async ({ journal }) => {
    const [reply, other] = [aReply(), aReply()];
    await journal.beginAttempt(reply, { fingerprint: "hello", messageId: "3EB11" });
    await journal.beginAttempt(other, { fingerprint: "hello", messageId: "3EB12" });
    assert.equal((await journal.acknowledge("3EB12", "sent"))?.id, other.id);
    const seen = { messageId: "3EB11", fingerprints: [], sentAtMs: 0 };
    assert.equal((await journal.recognise(seen))?.state, "sent");
    assert.equal(await stateOf(journal, reply), "sent");
  });

  check(
    "a reply with a chosen id is not taken for another message of its text",
    async ({ journal, nowMs }) => {
      const reply = aReply();
      await journal.beginAttempt(reply, { fingerprint: "hello", messageId: "3EB13" });
      const seen = { messageId: "3EB14", fingerprints: ["hello"], sentAtMs: nowMs() };
      assert.equal(await journal.recognise(seen), undefined);
      assert.equal(await stateOf(journal, reply), "sending");
    },
  );

  check("an own message is the reply with its fingerprint that was attempted first", async (harness) => {
    const { journal, nowMs } = harness;
    const [first, second] = await attempted(harness, 2);
    await attempted(harness, 1, "goodbye");
    const seen = (messageId: string) =>
      journal.recognise({ messageId, fingerprints: ["hello@lid", "hello"], sentAtMs: nowMs() });
    assert.equal((await seen("3EB15"))?.id, first!.id);
    assert.equal((await seen("3EB16"))?.id, second!.id);
    assert.equal(await seen("3EB17"), undefined);
    assert.equal((await journal.acknowledge("3EB16", "read"))?.id, second!.id);
  });

  check("an own message that comes again is the same reply again", async (harness) => {
    const { journal, nowMs } = harness;
    const [first, second] = await attempted(harness, 2);
    const seen = { messageId: "3EB18", fingerprints: ["hello"], sentAtMs: nowMs() };
    for (let times = 0; times < 3; times += 1) assert.equal((await journal.recognise(seen))?.id, first!.id);
    assert.equal(await stateOf(journal, second!), "sending");
  });

  check("an own message from before the attempt is none of it", async (harness) => {
    const { journal, nowMs } = harness;
    const sentAtMs = nowMs() - CLOCKS_DIFFER_BY_MS - 1_000;
    const [reply] = await attempted(harness, 1);
    assert.equal(
      await journal.recognise({ messageId: "3EB19", fingerprints: ["hello"], sentAtMs }),
      undefined,
    );
    assert.equal(await stateOf(journal, reply!), "sending");
  });

  check(
    "what was sent without being told its id learns it, but not from a much later message",
    async (harness) => {
      const { journal, nowMs, advance } = harness;
      const [first, second] = await attempted(harness, 2);
      for (const { id } of [first!, second!]) await journal.markSent(id);
      const seen = (messageId: string) =>
        journal.recognise({ messageId, fingerprints: ["hello"], sentAtMs: nowMs() });
      assert.equal((await seen("3EB1A"))?.id, first!.id);
      await advance(CLOCKS_DIFFER_BY_MS + 1_000);
      const [third] = await attempted(harness, 1);
      assert.equal((await seen("3EB1B"))?.id, third!.id);
      assert.equal((await journal.find(second!.id))?.messageId, undefined);
    },
  );

  check("the id that an answer tells counts over the one that was concluded", async (harness) => {
    const { journal, nowMs } = harness;
    const [reply] = await attempted(harness, 1);
    await journal.recognise({ messageId: "3EB1C", fingerprints: ["hello"], sentAtMs: nowMs() });
    await journal.markSent(reply!.id, "3EB1D");
    assert.equal(await journal.acknowledge("3EB1C", "read"), undefined);
    assert.equal((await journal.acknowledge("3EB1D", "delivered"))?.id, reply!.id);
  });

  check("knows nothing of a message that is no reply", async ({ journal, nowMs }) => {
    assert.equal(await journal.acknowledge("3EB1E", "read"), undefined);
    assert.equal(
      await journal.recognise({ messageId: "3EB1E", fingerprints: ["x"], sentAtMs: nowMs() }),
      undefined,
    );
    for (const step of [
      journal.markSent("msg_none", "3EB1F"),
      journal.cutOffAttempt("msg_none"),
      journal.withdrawAttempt("msg_none"),
    ]) {
      assert.equal(await step, undefined);
    }
    assert.equal(await journal.acknowledge("3EB1F", "read"), undefined);
  });

  check("fifty own messages of one text at once are fifty replies", async (harness) => {
    const { journal, nowMs } = harness;
    const replies = await attempted(harness, 50);
    const recognised = await Promise.all(
      replies.map((_reply, index) =>
        journal.recognise({ messageId: `3EB2${index}`, fingerprints: ["hello"], sentAtMs: nowMs() }),
      ),
    );
    assert.equal(new Set(recognised.map((record) => record?.id)).size, 50);
    for (const reply of replies) assert.equal(await stateOf(journal, reply), "sent");
  });

  check("answer, own message and acknowledgements at once: all of them count", async (harness) => {
    const { journal, nowMs } = harness;
    for (let round = 0; round < 20; round += 1) {
      const reply = aReply();
      const messageId = `3EB3${round}`;
      const fingerprint = `race ${round}`;
      await journal.beginAttempt(reply, { fingerprint });
      await Promise.all([
        journal.recognise({ messageId, fingerprints: [fingerprint], sentAtMs: nowMs() }),
        journal.acknowledge(messageId, "sent"),
        journal.cutOffAttempt(reply.id),
        journal.markSent(reply.id, messageId),
        journal.acknowledge(messageId, "read"),
        journal.acknowledge(messageId, "delivered"),
      ]);
      const record = await journal.find(reply.id);
      // An acknowledgement may have been too early; what was not is never lost again.
      assert.ok(["sent", "delivered", "read"].includes(record!.state), record!.state);
      assert.equal(record?.messageId, messageId);
    }
  });

  check("old records are pruned with all that leads to them, young ones stay", async (harness) => {
    const { journal, nowMs, advance } = harness;
    const [open, sent, failed, sending] = [aReply(), aReply(), aReply(), aReply()];
    await journal.open(open);
    await journal.beginAttempt(sent, { fingerprint: "hello" });
    await journal.markSent(sent.id, "3EB40");
    await journal.fail(failed, { reason: "refused" });
    await journal.beginAttempt(sending, { fingerprint: "hello" });
    await advance(60_000);
    const young = aReply();
    await journal.beginAttempt(young, { fingerprint: "hello" });
    assert.equal(await journal.prune(60_000), 0);
    await advance(1);
    assert.equal(await journal.prune(60_000), 4);
    assert.equal(await journal.prune(60_000), 0);
    for (const reply of [open, sent, failed, sending]) assert.equal(await journal.find(reply.id), undefined);
    assert.equal(await journal.acknowledge("3EB40", "read"), undefined);
    const seen = { messageId: "3EB41", fingerprints: ["hello"], sentAtMs: nowMs() };
    assert.equal((await journal.recognise(seen))?.id, young.id);
  });

  check("lists whole records, those queued last first, whatever became of them since", async (harness) => {
    const { journal, advance } = harness;
    assert.deepEqual(await journal.list({ limit: 10 }), { items: [], nextCursor: undefined });
    const replies = [aReply(), aReply(), aReply()];
    for (const reply of replies) {
      await journal.open(reply);
      await advance(1_000);
    }
    await journal.fail(replies[0]!, { reason: "refused", error: "HTTP 400" });
    const records = await Promise.all(replies.map(({ id }) => journal.find(id)));
    const { items, nextCursor } = await journal.list({ limit: 10 });
    assertSameRecord(items, records.toReversed());
    assert.equal(nextCursor, undefined);
  });

  check("pages through all, each once, whatever comes, goes or changes meanwhile", async (harness) => {
    const { journal, advance } = harness;
    // Two of each moment, so that pages end between them, too.
    const replies = Array.from({ length: 8 }, () => aReply());
    for (const [index, reply] of replies.entries()) {
      await journal.open(reply);
      if (index % 2 === 1) await advance(1_000);
    }
    for (const limit of [1, 3, 5, 8]) {
      assert.deepEqual(idsOf(await walk(journal, limit)).sort(), idsOf(replies).sort());
    }
    const first = await journal.list({ limit: 3 });
    await journal.open(aReply());
    await journal.fail(first.items[2]!, { reason: "refused" });
    await advance(1_000);
    // The two oldest go: they were queued five seconds ago, the next ones four.
    assert.equal(await journal.prune(4_500), 2);
    const rest = await journal.list({ limit: 10, cursor: first.nextCursor! });
    assert.deepEqual(idsOf([...first.items, ...rest.items]).sort(), idsOf(replies.slice(2)).sort());
    assert.equal(rest.nextCursor, undefined);
  });

  check("lists one tenant's replies alone, and nobody's as nobody's", async ({ journal }) => {
    const own = [aReply({ tenantId: aTenantId(2) }), aReply({ tenantId: aTenantId(2) })];
    const others = [aReply({ tenantId: aTenantId(22) }), aReply({ tenantId: aTenantId(55) })];
    const unmapped: ReplyOrigin = { id: "unmapped_1", contact: aContact() };
    for (const reply of [own[0]!, ...others, unmapped, own[1]!]) await journal.open(reply);
    for (const limit of [1, 2, 9]) {
      const listed = idsOf(await walk(journal, limit, { tenantId: aTenantId(2) }));
      assert.deepEqual(listed.sort(), idsOf(own).sort());
    }
    assert.deepEqual(await walk(journal, 9, { tenantId: aTenantId(7) }), []);
    const records = await walk(journal, 9);
    assert.equal(records.find(({ id }) => id === unmapped.id)?.tenantId, undefined);
  });

  check("lists those in the states asked for", async ({ journal }) => {
    const [queued, sending, sent, failed] = [aReply(), aReply(), aReply(), aReply()];
    await journal.open(queued);
    await journal.beginAttempt(sending, { fingerprint: "hello" });
    await journal.beginAttempt(sent, { fingerprint: "hello" });
    await journal.markSent(sent.id, "3EB50");
    await journal.fail(failed, { reason: "expired" });
    for (const [states, expected] of [
      [["queued"], [queued]],
      [["sent"], [sent]],
      [["delivered"], []],
      [
        ["failed", "sending"],
        [sending, failed],
      ],
    ] as const) {
      assert.deepEqual(idsOf(await walk(journal, 1, { states })).sort(), idsOf(expected).sort());
    }
  });

  check("lists a contact's replies under each of its names", async ({ journal }) => {
    const [phone, lid] = [aContact("971501234567"), aContact("4242424242424@lid")];
    const [byLid, byPhone, other] = [aReply({ contact: lid }), aReply({ contact: phone }), aReply()];
    for (const reply of [byLid, other, byPhone]) await journal.open(reply);
    const names = await walk(journal, 1, { contacts: [phone, lid] });
    assert.deepEqual(idsOf(names).sort(), idsOf([byLid, byPhone]).sort());
    assert.deepEqual(idsOf(await walk(journal, 9, { contacts: [lid] })), [byLid.id]);
    const both = { contacts: [phone, lid], tenantId: byLid.tenantId!, states: ["failed"] } as const;
    await journal.fail(byLid, { reason: "expired" });
    assert.deepEqual(idsOf(await walk(journal, 9, both)), [byLid.id]);
  });

  check("a list goes on where its contact's other name was learnt meanwhile", async ({ journal }) => {
    const [phone, lid] = [aContact("971501234567"), aContact("4242424242424@lid")];
    for (let index = 0; index < 3; index += 1) await journal.open(aReply({ contact: lid }));
    const first = await journal.list({ limit: 2, contacts: [lid] });
    const rest = await journal.list({ limit: 2, contacts: [phone, lid], cursor: first.nextCursor! });
    assert.equal(new Set(idsOf([...first.items, ...rest.items])).size, 3);
  });

  check("refuses cursors it did not hand out, or handed out for another list", async ({ journal }) => {
    const contact = aContact();
    const asked = { contacts: [contact], tenantId: aTenantId(2), states: ["queued"] } as const;
    for (let index = 0; index < 3; index += 1) await journal.open(aReply({ contact }));
    const cursor = (await journal.list({ limit: 2, ...asked })).nextCursor!;
    assert.equal((await journal.list({ limit: 2, ...asked, cursor })).items.length, 1);
    const all = (await journal.list({ limit: 2 })).nextCursor!;
    for (const request of [
      { cursor },
      { ...asked, cursor: all },
      { ...asked, cursor, tenantId: aTenantId(22) },
      { ...asked, cursor, states: ["sent"] },
      { ...asked, cursor, states: ["queued", "sent"] },
      { ...asked, cursor, contacts: [aContact()] },
      { contacts: asked.contacts, cursor },
      { cursor: "no cursor" },
      { cursor: all.slice(0, 16) },
      { cursor: `${all.slice(0, 17)}x` },
      { cursor: `${all.slice(0, 17)}1e99.msg_1` },
    ] as const) {
      await assert.rejects(journal.list({ limit: 2, ...request }), BadCursorError);
    }
  });

  check("what a promise said is there after a restart", async (harness) => {
    if (harness.reopen === undefined) return;
    const { journal, nowMs } = harness;
    const [sending, sent] = [aReply(), aReply()];
    await journal.beginAttempt(sending, { fingerprint: "hello" });
    await journal.beginAttempt(sent, { fingerprint: "goodbye" });
    await journal.markSent(sent.id, "3EB42");
    const reopened = await harness.reopen();
    assert.equal(await stateOf(reopened, sent), "sent");
    const seen = { messageId: "3EB43", fingerprints: ["hello"], sentAtMs: nowMs() };
    assert.equal((await reopened.recognise(seen))?.id, sending.id);
    assert.equal((await reopened.acknowledge("3EB42", "read"))?.id, sent.id);
  });
}

import type { Reply, SendResult } from "../ports/reply-sender.js";
import { fingerprintOf } from "../domain/reply.js";
import { InProcessSendBudget } from "../runtime/in-process-send-budget.js";
import { aContact, aMapping } from "../testing/builders.js";
import { eventually } from "../testing/eventually.js";
import { InMemoryMappingStore } from "../testing/in-memory-mapping-store.js";
import { InMemoryOptOuts } from "../testing/in-memory-opt-outs.js";
import { InMemoryReplyJournal } from "../testing/in-memory-reply-journal.js";
import { InMemoryUnmappedMarks } from "../testing/in-memory-unmapped-marks.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { ReplyToUnmapped, UNMAPPED_REPLY_WAIT_MS } from "./reply-to-unmapped.js";

const contact = aContact("971509999999");

function house() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const mappings = new InMemoryMappingStore({ clock });
  const marks = new InMemoryUnmappedMarks({ clock });
  const journal = new InMemoryReplyJournal({ clock });
  const budget = new InProcessSendBudget({ clock, limits: { perMinute: 1, perMinutePerTenant: 0 } });
  const sent: Reply[] = [];
  const answer: { result: SendResult } = { result: { kind: "sent" } };
  const sender = {
    async send(reply: Reply) {
      sent.push(reply);
      return answer.result;
    },
  };
  const optOuts = new InMemoryOptOuts();
  const options = {
    mappings,
    optOuts,
    marks,
    sender,
    budget,
    journal,
    clock,
    logger,
    text: "Please use your agent's link.",
  };
  const unmapped = new ReplyToUnmapped(options);
  unmapped.start();
  return { clock, logger, mappings, optOuts, journal, budget, sent, answer, options, unmapped };
}

describe("ReplyToUnmapped", () => {
  it("tells a stranger once, after waiting for its link message", async () => {
    const { unmapped, clock, sent, logger } = house();
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    clock.advance(UNMAPPED_REPLY_WAIT_MS - 1);
    expect(sent).toEqual([]);
    clock.advance(1);
    await eventually(() => logger.messages("info").length === 1);
    expect(sent).toMatchObject([
      { contact, content: { kind: "text", text: "Please use your agent's link." } },
    ]);
  });

  it("stays silent where the link message came meanwhile", async () => {
    const { unmapped, clock, sent, mappings } = house();
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    await mappings.lock(aMapping({ contact }), clock.nowMs());
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    expect(sent).toEqual([]);
  });

  it("stays silent about what a contact wrote before it was erased, and notes nothing of it anew", async () => {
    const { unmapped, clock, sent, mappings, options } = house();
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    clock.advance(1_000);
    await mappings.beginErasure(contact);
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    expect(sent).toEqual([]);
    expect((await options.journal.list({ limit: 1 })).items).toEqual([]);
    expect(await options.marks.mark(contact)).toBe(true);
  });

  it("stays silent to who asked for no more, also by its other name, and marks nothing", async () => {
    const { unmapped, clock, sent, mappings, optOuts, options } = house();
    const lid = aContact("4242@lid");
    await optOuts.note(lid, { wish: "opt_out", sentAtMs: clock.nowMs() });
    await mappings.learnAlias({ phone: contact, lid });
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    expect(sent).toEqual([]);
    expect(await options.marks.mark(contact)).toBe(true);
  });

  it("tells nobody twice a day, not after a restart either", async () => {
    const { unmapped, clock, sent, options } = house();
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    const restarted = new ReplyToUnmapped(options);
    restarted.start();
    restarted.consider({ contact, sentAtMs: clock.nowMs() });
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await restarted.stop();
    expect(sent).toHaveLength(1);
  });

  it("makes one attempt only", async () => {
    const { unmapped, clock, sent, logger, answer } = house();
    answer.result = { kind: "unavailable", error: "the session is not WORKING", mayBeSent: false };
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await eventually(() => logger.messages("warn").length === 1);
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    expect(sent).toHaveLength(1);
  });

  it("ignores strangers where there is nothing to tell", async () => {
    const { options, clock } = house();
    const silent = new ReplyToUnmapped({ ...options, text: undefined });
    silent.start();
    silent.consider({ contact, sentAtMs: clock.nowMs() });
    expect(clock.waiting).toBe(0);
  });

  it("says nothing more once stopped, and leaves no timer", async () => {
    const { unmapped, clock, sent } = house();
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    await unmapped.stop();
    unmapped.consider({ contact: aContact(), sentAtMs: clock.nowMs() });
    expect(clock.waiting).toBe(0);
    expect(sent).toEqual([]);
  });

  it("waits for its turn at the number, and looks again then whether it is still wanted", async () => {
    const { unmapped, clock, sent, mappings, budget, logger } = house();
    for (let index = 0; index < 10; index += 1) await budget.reserve({ id: `r${index}` });
    const [stranger, customer] = [contact, aContact()];
    for (const each of [stranger, customer]) unmapped.consider({ contact: each, sentAtMs: clock.nowMs() });
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await eventually(() => clock.waiting === 2);
    expect(sent).toEqual([]);
    await mappings.lock(aMapping({ contact: customer }), clock.nowMs());
    await eventually(() => {
      clock.advance(10_000);
      return logger.messages("info").length === 1;
    });
    await eventually(() => {
      clock.advance(10_000);
      return clock.waiting === 0;
    });
    expect(sent.map((reply) => reply.contact)).toEqual([stranger]);
  });

  it("uses up no turn for who was told before", async () => {
    const { unmapped, clock, sent, budget } = house();
    for (let times = 0; times < 20; times += 1) {
      unmapped.consider({ contact, sentAtMs: clock.nowMs() });
      clock.advance(UNMAPPED_REPLY_WAIT_MS);
      await eventually(() => clock.waiting === 0 && sent.length === 1);
      // Lets the last one, which nothing tells of, come to its end.
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(await budget.reserve({ id: "r" })).toEqual({ kind: "now" });
    await unmapped.stop();
  });

  it("has records, so that its message is not taken for a reply with the same words", async () => {
    const { unmapped, clock, journal, answer } = house();
    const text = "Please use your agent's link.";
    answer.result = { kind: "unavailable", error: "no answer in time", mayBeSent: true };
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    const fingerprint = fingerprintOf({ contact, text, hasMedia: false });
    clock.advance(1_000);
    await journal.beginAttempt({ ...aMapping({ contact }), id: "m_0" }, { fingerprint });
    const seen = { messageId: "3EB0", fingerprints: [fingerprint], sentAtMs: clock.nowMs() - 1_000 };
    const own = await journal.recognise(seen);
    expect(own).toMatchObject({ id: expect.stringContaining("unmapped_"), state: "sent" });
    expect(own).not.toHaveProperty("tenantId");
    expect((await journal.find("m_0"))?.state).toBe("sending");
  });

  it.each<[string, SendResult, string]>([
    ["sent", { kind: "sent", messageId: "3EB0" }, "sent"],
    ["rejected", { kind: "rejected", error: "HTTP 400" }, "failed"],
    ["not sent", { kind: "unavailable", error: "down", mayBeSent: false }, "failed"],
  ])("notes what is %s", async (_name, result, state) => {
    const { unmapped, clock, journal, answer } = house();
    answer.result = result;
    unmapped.consider({ contact, sentAtMs: clock.nowMs() });
    const id = `unmapped_${contact}_${clock.nowMs()}`;
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    expect((await journal.find(id))?.state).toBe(state);
  });
});

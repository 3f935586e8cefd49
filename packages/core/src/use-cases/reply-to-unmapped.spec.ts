import type { Reply, SendResult } from "../ports/reply-sender.js";
import { aContact, aMapping } from "../testing/builders.js";
import { eventually } from "../testing/eventually.js";
import { InMemoryMappingStore } from "../testing/in-memory-mapping-store.js";
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
  const sent: Reply[] = [];
  const answer: { result: SendResult } = { result: { kind: "sent" } };
  const sender = {
    async send(reply: Reply) {
      sent.push(reply);
      return answer.result;
    },
  };
  const options = { mappings, marks, sender, clock, logger, text: "Please use your agent's link." };
  const unmapped = new ReplyToUnmapped(options);
  unmapped.start();
  return { clock, logger, mappings, sent, answer, options, unmapped };
}

describe("ReplyToUnmapped", () => {
  it("tells a stranger once, after waiting for its link message", async () => {
    const { unmapped, clock, sent, logger } = house();
    unmapped.consider(contact);
    unmapped.consider(contact);
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
    unmapped.consider(contact);
    await mappings.lock(aMapping({ contact }), clock.nowMs());
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    expect(sent).toEqual([]);
  });

  it("tells nobody twice a day, not after a restart either", async () => {
    const { unmapped, clock, sent, options } = house();
    unmapped.consider(contact);
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    const restarted = new ReplyToUnmapped(options);
    restarted.start();
    restarted.consider(contact);
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await restarted.stop();
    expect(sent).toHaveLength(1);
  });

  it("makes one attempt only", async () => {
    const { unmapped, clock, sent, logger, answer } = house();
    answer.result = { kind: "unavailable", error: "the session is not WORKING", mayBeSent: false };
    unmapped.consider(contact);
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await eventually(() => logger.messages("warn").length === 1);
    unmapped.consider(contact);
    clock.advance(UNMAPPED_REPLY_WAIT_MS);
    await unmapped.stop();
    expect(sent).toHaveLength(1);
  });

  it("ignores strangers where there is nothing to tell", async () => {
    const { options, clock } = house();
    const silent = new ReplyToUnmapped({ ...options, text: undefined });
    silent.start();
    silent.consider(contact);
    expect(clock.waiting).toBe(0);
  });

  it("says nothing more once stopped, and leaves no timer", async () => {
    const { unmapped, clock, sent } = house();
    unmapped.consider(contact);
    await unmapped.stop();
    unmapped.consider(aContact());
    expect(clock.waiting).toBe(0);
    expect(sent).toEqual([]);
  });
});

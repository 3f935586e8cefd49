import { ExponentialRetryPolicy } from "../domain/retry-policy.js";
import type { Mapping } from "../domain/mapping.js";
import type { Reply, ReplySender, SendResult } from "../ports/reply-sender.js";
import { aMapping } from "../testing/builders.js";
import { eventually } from "../testing/eventually.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { SendDueReplies } from "./send-due-replies.js";

class ScriptedSender implements ReplySender {
  readonly sent: Reply[] = [];
  answer: () => SendResult = () => ({ kind: "sent" });

  async chooseMessageId(): Promise<undefined> {
    return undefined;
  }

  async send(reply: Reply): Promise<SendResult> {
    this.sent.push(reply);
    return this.answer();
  }
}

describe("SendDueReplies", () => {
  const clock = new ManualClock();
  let storage: InMemoryStorage;
  let sender: ScriptedSender;
  let send: SendDueReplies;
  let logger: RecordingLogger;
  let mapping: Mapping;

  beforeEach(async () => {
    storage = new InMemoryStorage({ clock });
    sender = new ScriptedSender();
    logger = new RecordingLogger();
    send = new SendDueReplies({
      replies: storage.replies,
      mappings: storage.mappings,
      sender,
      clock,
      logger,
      retryPolicy: new ExponentialRetryPolicy({
        firstDelayMs: 1_000,
        longestDelayMs: 60_000,
        random: () => 0,
      }),
      limits: { concurrency: 10, perTenantConcurrency: 2, attemptTimeoutMs: 30_000 },
    });
    mapping = aMapping();
    await storage.mappings.lock(mapping, clock.nowMs());
    send.start();
  });
  afterEach(() => send.stop(0));

  const reply = async (id: string, text: string) => {
    const { tenantId, contact, generation } = mapping;
    await storage.replies.enqueue({
      id,
      identity: id,
      tenantId,
      contact,
      generation,
      body: { kind: "text", text },
    });
  };
  const settled = async () => (await storage.replies.counts()).pending === 0;

  it("sends a contact's replies in their order", async () => {
    await reply("m_0", "one");
    await reply("m_1", "two");
    await eventually(settled);
    expect(sender.sent).toEqual([
      { id: "m_0", contact: mapping.contact, content: { kind: "text", text: "one" } },
      { id: "m_1", contact: mapping.contact, content: { kind: "text", text: "two" } },
    ]);
  });

  it("tries again while the number is not connected, and keeps the order", async () => {
    sender.answer = () => ({ kind: "unavailable", error: "session is not WORKING", mayBeSent: false });
    await reply("m_0", "one");
    await reply("m_1", "two");
    await eventually(() => sender.sent.length > 0);
    sender.answer = () => ({ kind: "sent" });
    await eventually(async () => {
      clock.advance(1_000);
      return settled();
    });
    expect(sender.sent.map(({ id }) => id)).toEqual(["m_0", "m_0", "m_1"]);
  });

  it("gives up visibly what WhatsApp rejects, and what is a day old", async () => {
    sender.answer = () => ({ kind: "rejected", error: "HTTP 400" });
    await reply("m_0", "one");
    await eventually(settled);
    sender.answer = () => ({ kind: "unavailable", error: "down", mayBeSent: false });
    await reply("m_1", "two");
    await eventually(() => sender.sent.length === 2);
    clock.advance(25 * 3_600_000);
    await eventually(async () => {
      clock.advance(20_000);
      return settled();
    });
    expect((await storage.replies.deadLetters({ limit: 10 })).items.map(({ reason }) => reason)).toEqual([
      "refused",
      "expired",
    ]);
    expect(logger.messages("error")).toHaveLength(2);
  });

  it("drops a reply of a tenant that no longer holds the contact", async () => {
    await storage.mappings.unlock(mapping.contact);
    await reply("m_0", "too late");
    await eventually(settled);
    expect(sender.sent).toEqual([]);
    expect(await storage.replies.findDeadLetter("m_0")).toMatchObject({ reason: "mapping_changed" });
  });
});

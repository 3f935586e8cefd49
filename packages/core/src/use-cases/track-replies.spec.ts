import { fingerprintOf } from "../domain/reply.js";
import { aContact, aMapping } from "../testing/builders.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { EARLY_ACKNOWLEDGEMENT_KEPT_MS, TrackReplies } from "./track-replies.js";

async function house() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const { replyJournal: journal, mappings, deliveries } = new InMemoryStorage({ clock });
  const mapping = aMapping();
  await mappings.lock(mapping, clock.nowMs());
  const reply = { ...mapping, id: "m_0" };
  const attempt = (text: string) =>
    journal.beginAttempt(reply, {
      fingerprint: fingerprintOf({ contact: mapping.contact, text, hasMedia: false }),
    });
  const own = (text: string, contact = mapping.contact) => ({
    ...{ messageId: "3EB0", contact, sentAtMs: clock.nowMs(), byProgram: true, text, hasMedia: false },
  });
  const track = new TrackReplies({ journal, mappings, deliveries, clock, logger });
  return { clock, logger, journal, mappings, deliveries, mapping, reply, attempt, own, track };
}

describe("TrackReplies", () => {
  it("knows a reply again by contact and text, whatever became of its line ends", async () => {
    const { attempt, own, track, journal } = await house();
    await attempt("Hello\r\nthere ");
    await track.ownMessage(own("Hello there"));
    expect((await journal.find("m_0"))?.state).toBe("sending");
    await track.ownMessage(own("Hello\nthere"));
    expect(await journal.find("m_0")).toMatchObject({ state: "sent", messageId: "3EB0" });
  });

  it("knows it in a chat that is named by the contact's other name", async () => {
    const { attempt, own, track, journal, mappings, mapping } = await house();
    const lid = aContact("88112233445566@lid");
    await mappings.learnAlias({ lid, phone: mapping.contact });
    await attempt("Hello");
    await track.ownMessage(own("Hello", lid));
    expect((await journal.find("m_0"))?.state).toBe("sent");
  });

  it("knows a file by its being one, whatever the engine calls its text", async () => {
    const { own, track, journal, reply, mapping } = await house();
    const fingerprint = fingerprintOf({ contact: mapping.contact, hasMedia: true });
    await journal.beginAttempt(reply, { fingerprint });
    await track.ownMessage({ ...own("plan.pdf"), hasMedia: true });
    expect((await journal.find("m_0"))?.state).toBe("sent");
  });

  it.each([
    ["another contact", "Hello", "971500000001"],
    ["another text", "Hello!", undefined],
  ])("does not take a message to %s for the reply", async (_name, text, contact) => {
    const { attempt, own, track, journal } = await house();
    await attempt("Hello");
    await track.ownMessage(own(text, ...(contact === undefined ? [] : [aContact(contact)])));
    expect((await journal.find("m_0"))?.state).toBe("sending");
  });

  it("keeps early acknowledgements for a minute, and not for longer", async () => {
    const { attempt, clock, track, journal } = await house();
    await attempt("Hello");
    await track.acknowledge({ messageId: "3EB0", level: "read" });
    clock.advance(EARLY_ACKNOWLEDGEMENT_KEPT_MS + 1);
    await track.acknowledge({ messageId: "other", level: "read" });
    await track.sent("m_0", "3EB0");
    expect((await journal.find("m_0"))?.state).toBe("sent");
  });

  it("bounds what it keeps of messages that are nobody's", async () => {
    const { attempt, track, journal } = await house();
    await attempt("Hello");
    for (let index = 0; index < 10_001; index += 1) {
      await track.acknowledge({ messageId: `phone_${index}`, level: "delivered" });
    }
    await track.sent("m_0", "phone_0");
    expect((await journal.find("m_0"))?.state).toBe("sent");
    await track.sent("m_0", "phone_10000");
    expect((await journal.find("m_0"))?.state).toBe("delivered");
  });

  it("loses no acknowledgement that comes while the id is being noted", async () => {
    const { attempt, track, journal } = await house();
    await attempt("Hello");
    await Promise.all([
      track.acknowledge({ messageId: "3EB0", level: "delivered" }),
      track.sent("m_0", "3EB0"),
      track.acknowledge({ messageId: "3EB0", level: "read" }),
    ]);
    expect((await journal.find("m_0"))?.state).toBe("read");
  });

  it("takes what is too long for an id for none", async () => {
    const { attempt, track, journal } = await house();
    await attempt("Hello");
    await track.sent("m_0", "x".repeat(257));
    const record = await journal.find("m_0");
    expect([record?.state, record?.messageId]).toEqual(["sent", undefined]);
  });

  it("tells the tenant once of what WhatsApp could not deliver, also where the first telling failed", async () => {
    const { attempt, track, deliveries, mapping, logger } = await house();
    await attempt("Hello");
    await track.sent("m_0", "3EB0");
    const enqueue = deliveries.enqueue.bind(deliveries);
    deliveries.enqueue = () => Promise.reject(new Error("disk full"));
    const failed = { messageId: "3EB0", level: "failed" } as const;
    await expect(track.acknowledge(failed)).rejects.toThrow("disk full");
    deliveries.enqueue = enqueue;
    for (let times = 0; times < 3; times += 1) await track.acknowledge(failed);
    const { items } = await deliveries.pending({ limit: 10 });
    expect(items).toMatchObject([
      {
        ...{ identity: "reply_failed/m_0", generation: mapping.generation },
        body: { kind: "reply_failed", replyId: "m_0", reason: "undelivered" },
      },
    ]);
    expect(logger.messages("warn")).toHaveLength(1);
  });

  it("tells nobody of an answer to such a telling that could not be delivered either", async () => {
    const { track, deliveries, mapping, journal } = await house();
    const answer = { ...mapping, id: "failed_m_0_0" };
    await journal.beginAttempt(answer, { fingerprint: "f" });
    await track.sent(answer.id, "3EB0");
    await track.acknowledge({ messageId: "3EB0", level: "failed" });
    expect(await journal.find(answer.id)).toMatchObject({ state: "failed", reason: "undelivered" });
    expect((await deliveries.pending({ limit: 10 })).items).toEqual([]);
  });

  it("tells nobody of what failed for a tenant that lost the contact, nor of the gateway's own words", async () => {
    const { attempt, track, deliveries, mappings, mapping, journal } = await house();
    await attempt("Hello");
    await track.sent("m_0", "3EB0");
    await mappings.unlock(mapping.contact);
    await track.acknowledge({ messageId: "3EB0", level: "failed" });
    await journal.beginAttempt({ id: "unmapped", contact: mapping.contact }, { fingerprint: "f" });
    await track.sent("unmapped", "3EB1");
    await track.acknowledge({ messageId: "3EB1", level: "failed" });
    expect((await deliveries.pending({ limit: 10 })).items).toEqual([]);
  });
});

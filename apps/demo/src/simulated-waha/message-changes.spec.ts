import { readEvent, WebhookReceiver } from "../testing/webhook-receiver.js";
import { callWaha } from "../testing/call-waha.js";
import { SimulatedWaha } from "./simulated-waha.js";
import { QUICK_TIMINGS } from "./waha-timings.js";

const ACCOUNT = { phone: "971557357753" };
const MOHAMED = { from: "971501234567", name: "Mohamed" };
const CHAT = "971501234567@c.us";

describe("a message that changes another one", () => {
  let waha: SimulatedWaha;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
    waha = await SimulatedWaha.start({ apiKey: "key", timings: QUICK_TIMINGS });
    await subscribe("message.edited", "message.revoked", "message.reaction");
  });
  afterEach(async () => {
    await waha.stop();
    await receiver.close();
  });

  function subscribe(...events: string[]): Promise<void> {
    return waha.pairAtOnce(ACCOUNT, { webhooks: [{ url: receiver.url, events }] });
  }

  async function theEvent() {
    return readEvent((await waha.nextDelivery()).body);
  }

  it("is an edit: a message with an id of its own, the new text, and the bare id of the one it changes", async () => {
    const { messageId } = waha.contactSends({ ...MOHAMED, text: "Helo" });
    const edit = waha.contactEdits({ ...MOHAMED, messageId, text: "Hello" });
    const { event, payload } = await theEvent();
    expect(event).toBe("message.edited");
    expect(payload).toEqual(edit.payload);
    expect(edit.messageId).not.toBe(messageId);
    expect(payload).toMatchObject({
      id: `false_${CHAT}_${edit.messageId}`,
      from: CHAT,
      fromMe: false,
      body: "Hello",
      editedMessageId: messageId,
      hasMedia: false,
      _data: {
        pushName: "Mohamed",
        message: { protocolMessage: { key: { id: messageId }, editedMessage: { conversation: "Hello" } } },
      },
    });
    expect(waha.whatsApp.messagesIn(CHAT).map(({ content }) => content)).toEqual([
      { kind: "text", text: "Hello" },
    ]);
  });

  it("edits a caption, and nothing of another's", async () => {
    const file = { mimetype: "image/jpeg", bytes: Buffer.from("jpeg") };
    const { messageId, payload } = waha.contactSends({ ...MOHAMED, file, text: "the kichen" });
    waha.contactEdits({ ...MOHAMED, messageId: payload.id, text: "the kitchen" });
    waha.contactEdits({ ...MOHAMED, own: true, messageId, text: "not mine" });
    waha.contactEdits({ from: "971509999999", messageId, text: "another's" });
    expect(waha.whatsApp.messagesIn(CHAT)[0]!.content).toMatchObject({ caption: "the kitchen" });
  });

  it("is a revocation: what revokes is told as `after`, and outside of it only the bare id", async () => {
    const { messageId } = waha.contactSends({ lid: "88@lid", text: "Oops" });
    const { messageId: ownId } = waha.contactRevokes({ lid: "88@lid", messageId });
    const { event, payload } = await theEvent();
    expect(event).toBe("message.revoked");
    expect(Object.keys(payload)).toEqual(["revokedMessageId", "before", "after", "_data"]);
    expect(payload).toMatchObject({
      revokedMessageId: messageId,
      before: null,
      after: { id: `false_88@lid_${ownId}`, from: "88@lid", fromMe: false, body: null },
      _data: {
        key: { remoteJid: "88@lid" },
        message: { protocolMessage: { type: 0, key: { id: messageId } } },
      },
    });
    expect(waha.whatsApp.messagesIn("88@lid")).toEqual([]);
  });

  it("is a reaction to one's own message or to the gateway's, by its full id", async () => {
    await callWaha(waha, "POST", "/api/sendText", { session: "default", chatId: CHAT, text: "Welcome!" });
    const answer = await waha.nextSent();
    const { messageId } = waha.contactSends({ ...MOHAMED, text: "Hello" });
    waha.contactReacts({ ...MOHAMED, messageId: answer.messageId, text: "👍" });
    const first = await theEvent();
    waha.contactReacts({ ...MOHAMED, messageId, text: "" });
    const second = await theEvent();
    expect([first.event, second.event]).toEqual(["message.reaction", "message.reaction"]);
    expect(first.payload).toMatchObject({
      from: CHAT,
      fromMe: false,
      reaction: { text: "👍", messageId: answer.payloadId },
    });
    expect(first.payload).not.toHaveProperty("body");
    expect(second.payload["reaction"]).toEqual({ text: "", messageId: `false_${CHAT}_${messageId}` });
    expect(waha.whatsApp.messagesIn(CHAT)).toHaveLength(2);
  });

  it("reacts to nothing that is not there, unless its full id is given", () => {
    expect(() => waha.contactReacts({ ...MOHAMED, messageId: "3EB0", text: "👍" })).toThrow("3EB0");
    const { payload } = waha.contactReacts({ ...MOHAMED, messageId: `true_${CHAT}_3EB0`, text: "👍" });
    expect(payload.reaction.messageId).toBe(`true_${CHAT}_3EB0`);
  });

  it("is told only to webhooks that subscribed to its event", async () => {
    await subscribe("message", "message.any");
    const { messageId, deliveries } = waha.contactSends({ ...MOHAMED, text: "Hello" });
    await deliveries;
    for (const change of [
      waha.contactReacts({ ...MOHAMED, messageId, text: "👍" }),
      waha.contactEdits({ ...MOHAMED, messageId, text: "Hello!" }),
      waha.contactRevokes({ ...MOHAMED, messageId }),
    ]) {
      await expect(change.deliveries).resolves.toEqual([]);
    }
    expect(receiver.requests).toHaveLength(2);
  });

  it("is seen by nobody while the session does not work, but changes the chat", () => {
    const { messageId } = waha.contactSends({ ...MOHAMED, text: "Hello" });
    waha.failSession();
    expect(() => waha.contactRevokes({ ...MOHAMED, messageId })).toThrow("FAILED");
    expect(waha.whatsApp.messagesIn(CHAT)).toHaveLength(1);
    waha.whatsApp.contactRevokes({ ...MOHAMED, messageId });
    expect(waha.whatsApp.messagesIn(CHAT)).toEqual([]);
  });
});

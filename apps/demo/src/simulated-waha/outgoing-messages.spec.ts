import { callWaha } from "../testing/call-waha.js";
import { readEvent, WebhookReceiver } from "../testing/webhook-receiver.js";
import { SimulatedWaha } from "./simulated-waha.js";
import type { SimulatedWahaOptions } from "./simulated-waha-options.js";
import { QUICK_TIMINGS } from "./waha-timings.js";

const CHAT = "971501234567@c.us";

describe("what the API sends", () => {
  let waha: SimulatedWaha;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
    await start();
  });
  afterEach(async () => {
    await waha.stop();
    await receiver.close();
  });

  async function start(options: Partial<SimulatedWahaOptions> = {}): Promise<void> {
    waha = await SimulatedWaha.start({ apiKey: "key", timings: QUICK_TIMINGS, ...options });
    const webhooks = [{ url: receiver.url, events: ["message.any"] }];
    await waha.pairAtOnce({ phone: "971557357753" }, { webhooks });
  }

  async function startNewer(): Promise<void> {
    await waha.stop();
    await start({ choosesIds: true });
  }

  const sendText = (fields: object = {}) =>
    callWaha(waha, "POST", "/api/sendText", { session: "default", chatId: CHAT, text: "Hi", ...fields });

  const nextOwnMessage = async () => readEvent((await waha.nextDelivery()).body).payload["id"];

  describe("in an older version", () => {
    it("has no ids to choose, and says so by its version", async () => {
      expect(await callWaha(waha, "GET", "/api/default/new-message-id")).toMatchObject({
        status: 404,
        body: { message: "Cannot GET /api/default/new-message-id" },
      });
      for (const path of ["/api/version", "/api/server/version"]) {
        expect((await callWaha(waha, "GET", path)).body["version"]).toBe("2026.2.1");
      }
    });

    it("ignores an id that is given: two requests are two messages", async () => {
      await sendText({ id: "3EB0C0FFEE" });
      await sendText({ id: "3EB0C0FFEE" });
      const ids = waha.sent.map(({ messageId }) => messageId);
      expect(new Set([...ids, "3EB0C0FFEE"]).size).toBe(3);
      expect(ids.map((id) => waha.sendRequests(id))).toEqual([1, 1]);
    });
  });

  describe("in a newer version", () => {
    beforeEach(startNewer);

    it("can have an id that was asked for before", async () => {
      expect((await callWaha(waha, "GET", "/api/version")).body["version"]).toBe("2026.7.1");
      const { status, body } = await callWaha(waha, "GET", "/api/default/new-message-id");
      expect(status).toBe(200);
      expect(body["id"]).toMatch(/^3EB0[0-9A-F]{18}$/);
      const answer = await sendText({ id: body["id"] });
      expect(answer.body).toMatchObject({ key: { id: body["id"] } });
      expect(await nextOwnMessage()).toBe(`true_${CHAT}_${String(body["id"])}`);
    });

    it("reaches the contact once under one id, however often it is sent", async () => {
      const answers = [];
      for (const text of ["Hi", "Hi", "Hi again"]) answers.push(await sendText({ id: "3EB0C0FFEE", text }));
      expect(answers.map(({ status, body }) => [status, (body["key"] as { id: string }).id])).toEqual(
        answers.map(() => [201, "3EB0C0FFEE"]),
      );
      expect(waha.sent).toMatchObject([{ messageId: "3EB0C0FFEE", text: "Hi" }]);
      expect(waha.sendRequests("3EB0C0FFEE")).toBe(3);
      expect(waha.sendRequests("3EB0")).toBe(0);
      expect(waha.whatsApp.messagesIn(CHAT)).toHaveLength(1);
      for (let count = 0; count < 3; count += 1) {
        expect(await nextOwnMessage()).toBe(`true_${CHAT}_3EB0C0FFEE`);
      }
    });

    it.each([null, "", 7])("makes up an id where %j is given", async (id) => {
      expect((await sendText({ id })).body["key"]).toHaveProperty("id", expect.stringMatching(/^3EB0.{18}$/));
    });

    it("takes no id for files", async () => {
      const file = { mimetype: "image/jpeg", data: "" };
      await callWaha(waha, "POST", "/api/sendImage", { chatId: CHAT, file, id: "3EB0C0FFEE" });
      expect(waha.sent[0]!.messageId).not.toBe("3EB0C0FFEE");
    });

    it("gives no id while the session does not work", async () => {
      waha.failSession();
      expect((await callWaha(waha, "GET", "/api/default/new-message-id")).status).toBe(422);
    });
  });

  describe("can be held between WhatsApp and the answer", () => {
    it("until it is released", async () => {
      const held = waha.holdNextSend();
      let isAnswered = false;
      const answer = sendText().finally(() => (isAnswered = true));
      const sent = await held.taken;
      expect(waha.sent).toEqual([sent]);
      expect(await nextOwnMessage()).toBe(sent.payloadId);
      expect(isAnswered).toBe(false);
      held.release();
      expect(await answer).toMatchObject({ status: 201, body: { key: { id: sent.messageId } } });
      expect((await sendText()).status).toBe(201);
    });

    it("and cut there", async () => {
      const held = waha.holdNextSend();
      const answer = sendText();
      await held.taken;
      held.cut();
      await expect(answer).rejects.toThrow("fetch failed");
      expect(waha.sent).toHaveLength(1);
    });

    it("and ends with the server", async () => {
      const held = waha.holdNextSend();
      const answer = sendText().catch((error: unknown) => error);
      await held.taken;
      await waha.stop();
      expect(await answer).toHaveProperty("message", "fetch failed");
      expect(waha.sent).toHaveLength(1);
    });
  });

  it("can be lost before WhatsApp has it", async () => {
    waha.dropNextSend();
    await expect(sendText()).rejects.toThrow("fetch failed");
    expect(waha.sent).toEqual([]);
    expect((await sendText()).status).toBe(201);
    expect(waha.sent).toHaveLength(1);
  });

  it("meets the faults in store in their order", async () => {
    waha.failNextSends(500);
    const held = waha.holdNextSend();
    waha.failNextSends(503);
    expect((await sendText()).status).toBe(500);
    held.release();
    expect((await sendText()).status).toBe(201);
    expect((await sendText()).status).toBe(503);
  });
});

import { ManualClock } from "@gateway-router/core/testing";
import { callWaha } from "../testing/call-waha.js";
import { readEvent, WebhookReceiver } from "../testing/webhook-receiver.js";
import { SimulatedWaha } from "./simulated-waha.js";
import type { SimulatedWahaOptions } from "./simulated-waha-options.js";
import { QUICK_TIMINGS } from "./waha-timings.js";
import { SimulatedWhatsApp } from "./whatsapp/simulated-whatsapp.js";

const ACCOUNT = { phone: "971557357753" };
const MOHAMED = { from: "971501234567", name: "Mohamed" };
const CHAT = "971501234567@c.us";

describe("a server that crashes", () => {
  let whatsApp: SimulatedWhatsApp;
  let waha: SimulatedWaha;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
    whatsApp = new SimulatedWhatsApp();
    await start();
  });
  afterEach(async () => {
    await waha.stop();
    await receiver.close();
  });

  async function start(options: Partial<SimulatedWahaOptions> = {}): Promise<void> {
    waha = await SimulatedWaha.start({ apiKey: "key", timings: QUICK_TIMINGS, whatsApp, ...options });
  }

  async function restart(options: Partial<SimulatedWahaOptions> = {}): Promise<void> {
    const { port } = waha;
    await waha.stop();
    await start({ port, ...options });
  }

  const config = () => ({
    webhooks: [{ url: receiver.url, events: ["message.any", "session.status"] }],
    noweb: { store: { enabled: true, fullSync: true } },
  });

  const session = async () => (await callWaha(waha, "GET", "/api/sessions/default")).body;

  it("comes up on its port with the session stopped and without its configuration, but still paired", async () => {
    await waha.pairAtOnce(ACCOUNT, config());
    const { url } = waha;
    await restart();
    expect(waha.url).toBe(url);
    expect(await session()).toEqual({ name: "default", status: "STOPPED", config: {}, me: null });
    await callWaha(waha, "PUT", "/api/sessions/default", { config: config() });
    await callWaha(waha, "POST", "/api/sessions/default/start");
    await waha.untilStatus("WORKING");
    const statuses = [];
    for (let count = 0; count < 2; count += 1) {
      statuses.push(readEvent((await waha.nextDelivery()).body).payload["status"]);
    }
    expect(statuses).toEqual(["STARTING", "WORKING"]);
    expect(await session()).toMatchObject({ me: { id: "971557357753@c.us" } });
  });

  it("comes up working by itself where it keeps its sessions", async () => {
    await restart({ keepsConfig: true });
    await waha.pairAtOnce(ACCOUNT, config());
    await restart({ keepsConfig: true });
    await waha.untilStatus("WORKING");
    expect(await session()).toMatchObject({ status: "WORKING", config: config() });
    const [attempt] = await waha.contactSends({ ...MOHAMED, text: "Hello" }).deliveries;
    expect(attempt).toMatchObject({ event: "message.any", outcome: "accepted" });
  });

  it("leaves a session stopped that was stopped, with its configuration where it keeps that", async () => {
    await restart({ keepsConfig: true });
    await waha.pairAtOnce(ACCOUNT, config());
    await callWaha(waha, "POST", "/api/sessions/default/stop");
    await restart({ keepsConfig: true });
    expect(await session()).toMatchObject({ status: "STOPPED", config: config() });
    await restart();
    expect(await session()).toMatchObject({ status: "STOPPED", config: {} });
  });

  it("does nothing more of what was under way", async () => {
    const clock = new ManualClock();
    await restart({ keepsConfig: true, clock, timings: {} });
    await waha.pairAtOnce(ACCOUNT, config());
    const under = [callWaha(waha, "POST", "/api/sessions/default/logout")];
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    const chatId = CHAT;
    let giveFile = (): void => undefined;
    receiver.answer = (response) => (giveFile = () => response.end("jpeg"));
    const file = { mimetype: "image/jpeg", url: receiver.url };
    under.push(callWaha(waha, "POST", "/api/sendImage", { chatId, file }));
    while (receiver.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const failed = Promise.allSettled(under);
    await restart({ keepsConfig: true });
    giveFile();
    expect((await failed).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await waha.untilStatus("WORKING");
    expect(waha.config).toEqual(config());
    // The file is there by the time some requests have gone there and back.
    for (let count = 0; count < 5; count += 1) await session();
    expect(waha.sent).toEqual([]);
  });

  it("shows a QR code to an account that logged out before", async () => {
    await waha.pairAtOnce(ACCOUNT);
    await callWaha(waha, "POST", "/api/sessions/default/logout");
    await restart();
    expect(whatsApp.account).toBeUndefined();
    await callWaha(waha, "POST", "/api/sessions/default/start");
    await waha.untilStatus("SCAN_QR_CODE");
  });

  it("needs no pairing on a WhatsApp whose account is paired", async () => {
    whatsApp = new SimulatedWhatsApp({ account: ACCOUNT });
    await restart();
    await callWaha(waha, "POST", "/api/sessions/default/start");
    await waha.untilStatus("WORKING");
  });

  it("has lost its files and the webhooks that waited for their retry", async () => {
    receiver.answer = (response) => response.writeHead(500).end();
    await waha.pairAtOnce(ACCOUNT, config());
    const file = { mimetype: "image/jpeg", bytes: Buffer.from("jpeg") };
    const { payload, deliveries } = waha.contactSends({ ...MOHAMED, file });
    await waha.nextDelivery();
    await restart();
    expect((await deliveries)[0]).toMatchObject({ attempt: 1, outcome: "to_retry" });
    const answer = await fetch(payload.media!.url!, { headers: { "X-Api-Key": "key" } });
    expect(answer.status).toBe(404);
    expect(waha.deliveries).toEqual([]);
  });

  it("remembers what contacts got from it, since they have it", async () => {
    await waha.pairAtOnce(ACCOUNT);
    await callWaha(waha, "POST", "/api/sendText", { chatId: CHAT, text: "Welcome!" });
    await restart();
    expect(waha.sent).toMatchObject([{ text: "Welcome!" }]);
  });

  it("takes the message of an id for the same after it, too", async () => {
    await restart({ choosesIds: true });
    const fields = { chatId: CHAT, text: "Welcome!", id: "3EB0C0FFEE" };
    await waha.pairAtOnce(ACCOUNT);
    const held = waha.holdNextSend();
    const lost = callWaha(waha, "POST", "/api/sendText", fields).catch((error: unknown) => error);
    await held.taken;
    await restart({ choosesIds: true });
    expect(await lost).toHaveProperty("message", "fetch failed");
    await waha.pairAtOnce(ACCOUNT);
    expect((await callWaha(waha, "POST", "/api/sendText", fields)).status).toBe(201);
    expect(waha.sent).toHaveLength(1);
    expect(waha.sendRequests("3EB0C0FFEE")).toBe(2);
  });

  describe("misses what contacts write meanwhile", () => {
    it("for good, but for the store, which shows it when the session works again", async () => {
      await waha.pairAtOnce(ACCOUNT, config());
      const { port } = waha;
      await waha.stop();
      whatsApp.contactSends({ ...MOHAMED, text: "Is anybody there?" });
      await start({ port });
      whatsApp.contactSends({ ...MOHAMED, text: "Hello?" });
      await callWaha(waha, "PUT", "/api/sessions/default", { config: config() });
      await callWaha(waha, "POST", "/api/sessions/default/start");
      await waha.untilStatus("WORKING");
      const answer = await callWaha(waha, "GET", `/api/default/chats/${CHAT}/messages?limit=10`);
      expect(answer.body).toMatchObject([{ body: "Hello?" }, { body: "Is anybody there?" }]);
      await waha.contactSends({ ...MOHAMED, text: "There you are" }).deliveries;
      const told = waha.deliveries.map(({ body }) => readEvent(body));
      expect(
        told.flatMap(({ event, payload }) => (event === "message.any" ? [payload["body"]] : [])),
      ).toEqual(["There you are"]);
    });

    it("and hears of it at once while the session works", async () => {
      await waha.pairAtOnce(ACCOUNT, config());
      const { messageId } = whatsApp.contactSends({ ...MOHAMED, text: "Hello" });
      const { payload } = readEvent((await waha.nextDelivery()).body);
      expect(payload["id"]).toBe(`false_${CHAT}_${messageId}`);
    });
  });

  it("does not start where the port is taken, and then hears nothing", async () => {
    await waha.pairAtOnce(ACCOUNT, config());
    await expect(SimulatedWaha.start({ apiKey: "key", whatsApp, port: waha.port })).rejects.toThrow(
      "EADDRINUSE",
    );
    whatsApp.contactSends({ ...MOHAMED, text: "Hello" });
    await waha.nextDelivery();
    expect(receiver.requests).toHaveLength(1);
  });
});

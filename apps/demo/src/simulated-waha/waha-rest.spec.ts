import { ManualClock } from "@gateway-router/core/testing";
import { callWaha } from "../testing/call-waha.js";
import { readEvent, WebhookReceiver } from "../testing/webhook-receiver.js";
import { SimulatedWaha } from "./simulated-waha.js";
import type { SimulatedWahaOptions } from "./simulated-waha-options.js";
import { QUICK_TIMINGS } from "./waha-timings.js";

const ACCOUNT = { phone: "971557357753" };

describe("the REST API of the simulated WAHA", () => {
  let waha: SimulatedWaha;
  const open: { close(): Promise<void> }[] = [];
  beforeEach(() => start());
  afterEach(async () => {
    await waha.stop();
    for (const each of open.splice(0)) await each.close();
  });

  async function start(options: Partial<SimulatedWahaOptions> = {}): Promise<void> {
    waha = await SimulatedWaha.start({ apiKey: "key", timings: QUICK_TIMINGS, ...options });
  }

  async function restartWith(options: Partial<SimulatedWahaOptions>): Promise<void> {
    await waha.stop();
    await start(options);
  }

  async function aReceiver(): Promise<WebhookReceiver> {
    const receiver = await WebhookReceiver.start();
    open.push(receiver);
    return receiver;
  }

  const call = (method: string, path: string, body?: unknown) => callWaha(waha, method, path, body);

  const sendText = (fields: object) =>
    call("POST", "/api/sendText", { session: "default", chatId: "971501234567@c.us", text: "Hi", ...fields });

  describe("asks for the key", () => {
    it.each([
      ["GET", "/api/version"],
      ["GET", "/api/sessions/default"],
      ["POST", "/api/sendText"],
      ["GET", "/api/files/default/x.jpeg"],
      ["GET", "/no/such/path"],
    ])("%s %s", async (method, path) => {
      for (const headers of [new Headers(), new Headers({ "X-Api-Key": "other" })]) {
        const response = await fetch(`${waha.url}${path}`, { method, headers });
        expect(response.status).toBe(401);
        await expect(response.json()).resolves.toEqual({ message: "Unauthorized", statusCode: 401 });
      }
    });

    it("but answers a ping", async () => {
      const response = await fetch(`${waha.url}/ping`);
      await expect(response.json()).resolves.toEqual({ message: "pong" });
    });
  });

  it("tells its version and how long it runs", async () => {
    const clock = new ManualClock();
    const startedAtMs = clock.nowMs();
    await restartWith({ clock });
    clock.advance(60_000);
    expect(await call("GET", "/api/version")).toMatchObject({
      status: 200,
      body: { version: "2026.2.1", engine: "NOWEB", tier: "CORE" },
    });
    expect((await call("GET", "/api/server/status")).body).toMatchObject({
      startTimestamp: startedAtMs,
      uptime: 60_000,
    });
  });

  describe("sessions", () => {
    it("has default from the first moment, stopped, and no other", async () => {
      expect((await call("GET", "/api/sessions/default")).body).toEqual({
        name: "default",
        status: "STOPPED",
        config: {},
        me: null,
      });
      expect((await call("GET", "/api/sessions")).body).toEqual([]);
      expect((await call("GET", "/api/sessions?all=true")).body).toHaveLength(1);
      expect((await call("GET", "/api/sessions/other")).status).toBe(404);
      expect((await call("PUT", "/api/sessions/other", { config: {} })).status).toBe(404);
      expect((await call("POST", "/api/sessions", { name: "default" })).status).toBe(422);
      expect((await call("POST", "/api/sessions", { name: "other" })).status).toBe(422);
    });

    it("ignores a configuration that comes with a start", async () => {
      const config = { webhooks: [{ url: "http://127.0.0.1:9/", events: ["message"] }] };
      const started = await call("POST", "/api/sessions/default/start", { config });
      expect(started).toMatchObject({ status: 201, body: { status: "STARTING", config: {} } });
      expect(waha.config).toEqual({});
    });

    it("refuses a second start", async () => {
      expect((await call("POST", "/api/sessions/default/start")).status).toBe(201);
      expect(await call("POST", "/api/sessions/default/start")).toMatchObject({
        status: 422,
        body: { statusCode: 422, error: "Unprocessable Entity" },
      });
    });

    it("goes through its states, each told by a webhook", async () => {
      const receiver = await aReceiver();
      const config = { webhooks: [{ url: receiver.url, events: ["session.status"] }] };
      expect((await call("PUT", "/api/sessions/default", { config })).status).toBe(200);
      await call("POST", "/api/sessions/default/start");
      await waha.scanQrCode(ACCOUNT);
      expect((await call("GET", "/api/sessions/default")).body).toMatchObject({
        status: "WORKING",
        config,
        me: { id: "971557357753@c.us" },
      });
      await call("POST", "/api/sessions/default/stop");
      for (const status of ["STARTING", "SCAN_QR_CODE", "WORKING", "STOPPED"]) {
        await waha.nextDelivery(({ body }) => readEvent(body).payload["status"] === status);
      }
      expect((await call("GET", "/api/sessions/default")).body).toMatchObject({
        status: "STOPPED",
        me: null,
      });
    });

    it("starts without a QR code once it is paired, until it is logged out", async () => {
      await waha.pairAtOnce(ACCOUNT);
      await call("POST", "/api/sessions/default/restart");
      await waha.untilStatus("WORKING");
      await call("POST", "/api/sessions/default/logout");
      await waha.untilStatus("SCAN_QR_CODE");
    });

    it("restarts a running session for a new configuration: the old webhooks hear its end, the new ones its start", async () => {
      const [before, after] = [await aReceiver(), await aReceiver()];
      const configFor = ({ url }: WebhookReceiver) => ({ webhooks: [{ url, events: ["session.status"] }] });
      await waha.pairAtOnce(ACCOUNT, configFor(before));
      const config = configFor(after);
      expect((await call("PUT", "/api/sessions/default", { config })).status).toBe(200);
      const statuses = [];
      for (const url of [before.url, after.url, after.url]) {
        const { body } = await waha.nextDelivery((attempt) => attempt.url === url);
        statuses.push(readEvent(body).payload["status"]);
      }
      expect(statuses).toEqual(["STOPPED", "STARTING", "WORKING"]);
      expect(waha.deliveries).toHaveLength(3);
    });

    it("restarts nothing for the configuration of a session that is stopped", async () => {
      const receiver = await aReceiver();
      const webhooks = [{ url: receiver.url, events: ["session.status"] }];
      await call("PUT", "/api/sessions/default", { config: { webhooks } });
      expect(waha.status).toBe("STOPPED");
      expect(waha.deliveries).toEqual([]);
    });

    it("knows nobody until a phone is paired", async () => {
      await call("POST", "/api/sessions/default/start");
      await waha.untilStatus("SCAN_QR_CODE");
      expect((await call("GET", "/api/sessions/default")).body["me"]).toBeNull();
      await waha.scanQrCode({ phone: "971557357753", pushName: "Gateway", lid: "990001111@lid" });
      expect((await call("GET", "/api/sessions/default")).body["me"]).toEqual({
        id: "971557357753@c.us",
        pushName: "Gateway",
        lid: "990001111@lid",
      });
    });

    it("takes the time a real one takes to stop", async () => {
      const clock = new ManualClock();
      await restartWith({ clock, timings: {} });
      await waha.pairAtOnce(ACCOUNT);
      const stopped = call("POST", "/api/sessions/default/stop");
      while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(2_999);
      expect(waha.status).toBe("WORKING");
      clock.advance(1);
      expect((await stopped).body["status"]).toBe("STOPPED");
    });

    it("shows another QR code when one has grown old, and says so again", async () => {
      const clock = new ManualClock();
      await restartWith({ clock, timings: {} });
      const receiver = await aReceiver();
      const webhooks = [{ url: receiver.url, events: ["session.status"] }];
      await call("PUT", "/api/sessions/default", { config: { webhooks } });
      await call("POST", "/api/sessions/default/start");
      clock.advance(2_000);
      const first = (await call("GET", "/api/default/auth/qr?format=raw")).body["value"];
      clock.advance(20_000);
      const second = (await call("GET", "/api/default/auth/qr?format=raw")).body["value"];
      expect(second).not.toBe(first);
      const shows = ({ body }: { readonly body: string }) =>
        readEvent(body).payload["status"] === "SCAN_QR_CODE";
      await waha.nextDelivery(shows);
      await waha.nextDelivery(shows);
    });

    it("fails until it is restarted", async () => {
      await waha.pairAtOnce(ACCOUNT);
      waha.failSession();
      expect(waha.status).toBe("FAILED");
      await expect(waha.scanQrCode(ACCOUNT)).rejects.toThrow("FAILED");
      await call("POST", "/api/sessions/default/restart");
      await waha.untilStatus("WORKING");
    });

    it("forgets a session that is deleted, and makes it anew", async () => {
      await waha.pairAtOnce(ACCOUNT, { metadata: { a: "b" } });
      expect((await call("DELETE", "/api/sessions/default")).status).toBe(200);
      expect((await call("GET", "/api/sessions/default")).status).toBe(404);
      expect((await call("DELETE", "/api/sessions/default")).status).toBe(200);
      expect(await call("POST", "/api/sessions", { name: "default", start: true })).toMatchObject({
        status: 201,
        body: { status: "STARTING", config: {} },
      });
    });

    it.each([
      ["no list of webhooks", { webhooks: "x" }],
      ["a webhook without a URL", { webhooks: [{ events: ["message"] }] }],
      ["a webhook without events", { webhooks: [{ url: "http://127.0.0.1:9/" }] }],
      [
        "an unknown policy",
        { webhooks: [{ url: "http://127.0.0.1:9/", events: [], retries: { policy: "never" } }] },
      ],
      ["no object", "x"],
    ])("refuses a configuration with %s", async (_what, config) => {
      expect((await call("PUT", "/api/sessions/default", { config })).status).toBe(400);
      expect(waha.config).toEqual({});
    });
  });

  describe("pairing", () => {
    it("gives the QR code as an image, as JSON and in the clear", async () => {
      await restartWith({ timings: { ...QUICK_TIMINGS, statusWaitMs: 10_000 } });
      await call("POST", "/api/sessions/default/start");
      const getQr = (headers: Record<string, string>) =>
        fetch(`${waha.url}/api/default/auth/qr`, { headers: { "X-Api-Key": "key", ...headers } });
      const image = await getQr({});
      expect(image.headers.get("content-type")).toContain("image/png");
      const bytes = Buffer.from(await image.arrayBuffer());
      expect(bytes.subarray(1, 4).toString()).toBe("PNG");
      expect(bytes.readUInt32BE(16)).toBe(292);
      const json = await getQr({ Accept: "application/json" });
      await expect(json.json()).resolves.toEqual({ mimetype: "image/png", data: bytes.toString("base64") });
      const raw = await call("GET", "/api/default/auth/qr?format=raw");
      expect(raw.body["value"]).toMatch(/^2@/);
    });

    it("gives a code to type instead", async () => {
      await restartWith({ timings: { ...QUICK_TIMINGS, statusWaitMs: 10_000 } });
      await call("POST", "/api/sessions/default/start");
      const answer = await call("POST", "/api/default/auth/request-code", { phoneNumber: "971557357753" });
      expect(answer.status).toBe(201);
      expect(answer.body["code"]).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
    });

    it("has no QR code for a session that is not waiting for one", async () => {
      expect((await call("GET", "/api/default/auth/qr")).status).toBe(422);
    });
  });

  describe("sending", () => {
    it("answers as the engine does, and remembers what was sent", async () => {
      await waha.pairAtOnce(ACCOUNT);
      const { status, body } = await sendText({ text: "Welcome!" });
      const sent = await waha.nextSent();
      expect(sent).toMatchObject({ kind: "text", chatId: "971501234567@c.us", text: "Welcome!" });
      expect(waha.sent).toEqual([sent]);
      expect({ status, body }).toMatchObject({
        status: 201,
        body: {
          key: { remoteJid: "971501234567@s.whatsapp.net", fromMe: true, id: sent.messageId },
          status: "PENDING",
        },
      });
    });

    it("answers a missing chat or text with 500", async () => {
      await waha.pairAtOnce(ACCOUNT);
      expect((await sendText({ chatId: undefined })).status).toBe(500);
      expect((await sendText({ text: undefined })).status).toBe(500);
      expect((await call("POST", "/api/sendSeen", { session: "default" })).status).toBe(500);
      expect(waha.sent).toEqual([]);
    });

    it("waits 10 s for a session that is not working, then answers 422", async () => {
      const clock = new ManualClock();
      await restartWith({ clock, timings: {} });
      const answer = sendText({});
      while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(9_999);
      expect(clock.waiting).toBe(1);
      clock.advance(1);
      expect(await answer).toMatchObject({
        status: 422,
        body: {
          error: "Session status is not as expected. Try again later or restart the session",
          status: "STOPPED",
          expected: ["WORKING"],
        },
      });
    });

    it("goes on as soon as the session works", async () => {
      const clock = new ManualClock();
      await restartWith({ clock, timings: {} });
      const answer = sendText({});
      while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
      await call("POST", "/api/sessions/default/start");
      clock.advance(2_000);
      const paired = waha.scanQrCode(ACCOUNT);
      while (clock.waiting < 2) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1_000);
      await paired;
      expect((await answer).status).toBe(201);
    });

    it("tells webhooks how far a message that was sent has come, step by step", async () => {
      const clock = new ManualClock();
      await restartWith({ clock, timings: {} });
      const receiver = await aReceiver();
      await waha.pairAtOnce(ACCOUNT, { webhooks: [{ url: receiver.url, events: ["message.ack"] }] });
      await sendText({});
      const sent = await waha.nextSent();
      clock.advance(50);
      const server = readEvent((await waha.nextDelivery()).body);
      clock.advance(50);
      const device = readEvent((await waha.nextDelivery()).body);
      waha.acknowledge(sent, 3);
      const read = readEvent((await waha.nextDelivery()).body);
      expect([server, device, read].map(({ payload }) => payload["ackName"])).toEqual([
        "SERVER",
        "DEVICE",
        "READ",
      ]);
      expect(read.payload).toMatchObject({
        id: sent.payloadId,
        from: "971501234567@c.us",
        fromMe: true,
        ack: 3,
      });
      expect(clock.waiting).toBe(0);
    });

    it.each([
      [-1, "ERROR"],
      [0, "PENDING"],
      [1, "SERVER"],
      [2, "DEVICE"],
      [3, "READ"],
      [4, "PLAYED"],
    ] as const)("tells of the acknowledgement %i as %s, also after a later one", async (ack, ackName) => {
      const receiver = await aReceiver();
      await waha.pairAtOnce(ACCOUNT, { webhooks: [{ url: receiver.url, events: ["message.ack"] }] });
      await sendText({});
      const sent = await waha.nextSent();
      waha.acknowledge(sent, 4);
      waha.acknowledge(sent, ack);
      const isAsked = ({ body }: { readonly body: string }) => readEvent(body).payload["ack"] === ack;
      const { payload } = readEvent((await waha.nextDelivery(isAsked)).body);
      expect(payload).toEqual({ id: sent.payloadId, from: sent.chatId, fromMe: true, ack, ackName });
    });

    it("answers only after the webhook of the own message was tried, where that is asked for", async () => {
      await restartWith({ ownMessageFirst: true });
      const receiver = await aReceiver();
      const order: string[] = [];
      let takeOwnMessage = (): void => undefined;
      receiver.answer = (response) => (takeOwnMessage = () => response.end());
      await waha.pairAtOnce(ACCOUNT, { webhooks: [{ url: receiver.url, events: ["message.any"] }] });
      const answered = sendText({}).then(({ status }) => order.push(`answered ${status}`));
      while (receiver.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
      // An answer that did not wait would be here by the time another request has gone there and back.
      await call("GET", "/api/version");
      order.push("own message taken");
      takeOwnMessage();
      await answered;
      expect(order).toEqual(["own message taken", "answered 201"]);
    });

    it("sends files given as data or by URL, which it fetches itself", async () => {
      await waha.pairAtOnce(ACCOUNT);
      const receiver = await aReceiver();
      receiver.answer = (response, { url }) =>
        response.writeHead(url === "/webhook" ? 200 : 404).end("a plan of the flat");
      const chatId = "971501234567@c.us";
      const data = Buffer.from("jpeg").toString("base64");
      await call("POST", "/api/sendImage", {
        chatId,
        file: { mimetype: "image/jpeg", data },
        caption: "Look",
      });
      expect(await waha.nextSent()).toMatchObject({
        kind: "image",
        text: "Look",
        file: { bytes: Buffer.from("jpeg") },
      });
      const plan = { mimetype: "application/pdf", filename: "plan.pdf", url: receiver.url };
      expect((await call("POST", "/api/sendFile", { chatId, file: plan })).status).toBe(201);
      const { file } = await waha.nextSent(({ kind }) => kind === "file");
      expect(Buffer.from(file!.bytes).toString()).toBe("a plan of the flat");
      expect(
        (await call("POST", "/api/sendVoice", { chatId, file: { mimetype: "audio/ogg", data } })).status,
      ).toBe(201);
      const gone = { ...plan, url: `${receiver.url}/gone` };
      expect((await call("POST", "/api/sendFile", { chatId, file: gone })).status).toBe(500);
      expect((await call("POST", "/api/sendFile", { chatId })).status).toBe(500);
    });

    it("sends no files where the version can't", async () => {
      await restartWith({ sendsFiles: false });
      await waha.pairAtOnce(ACCOUNT);
      const file = { mimetype: "image/jpeg", data: "" };
      const answer = await call("POST", "/api/sendImage", { chatId: "971501234567@c.us", file });
      expect(answer).toMatchObject({ status: 422, body: { error: "Unprocessable Entity" } });
      expect(waha.sent).toEqual([]);
    });

    it("notes what was seen and typed", async () => {
      await waha.pairAtOnce(ACCOUNT);
      const chat = { session: "default", chatId: "971501234567@c.us" };
      await call("POST", "/api/sendSeen", { ...chat, messageIds: ["false_971501234567@c.us_A"] });
      await call("POST", "/api/startTyping", chat);
      expect((await call("POST", "/api/stopTyping", chat)).status).toBe(201);
      expect(waha.signs.map(({ kind }) => kind)).toEqual(["seen", "typing", "typing_stopped"]);
      expect(waha.signs[0]!.messageIds).toEqual(["false_971501234567@c.us_A"]);
    });

    it("fails as often as it was told to", async () => {
      await waha.pairAtOnce(ACCOUNT);
      waha.failNextSends(500, 503);
      const statuses = [];
      for (let count = 0; count < 3; count += 1) statuses.push((await sendText({})).status);
      expect(statuses).toEqual([500, 503, 201]);
      expect(waha.sent).toHaveLength(1);
    });

    it("knows no other session", async () => {
      await waha.pairAtOnce(ACCOUNT);
      expect((await sendText({ session: "other" })).status).toBe(404);
    });
  });

  it("answers what is not JSON, or not there, as a server of its kind does", async () => {
    const response = await fetch(`${waha.url}/api/sendText`, {
      method: "POST",
      headers: { "X-Api-Key": "key", "Content-Type": "application/json" },
      body: "{",
    });
    expect(response.status).toBe(400);
    expect(await call("GET", "/api/nothing")).toMatchObject({
      status: 404,
      body: { message: "Cannot GET /api/nothing" },
    });
  });
});

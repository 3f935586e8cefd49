import { webcrypto } from "node:crypto";
import { readEvent, WebhookReceiver } from "../testing/webhook-receiver.js";
import type { ContactMessage } from "./whatsapp/contact-message.js";
import { SimulatedWaha } from "./simulated-waha.js";
import { QUICK_TIMINGS } from "./waha-timings.js";

const ACCOUNT = { phone: "971557357753" };
const HELLO: ContactMessage = { from: "971501234567", name: "Mohamed", text: "مرحبا, hello 👋" };

describe("the webhooks of a session", () => {
  let waha: SimulatedWaha;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
    waha = await SimulatedWaha.start({ apiKey: "key", timings: QUICK_TIMINGS });
  });
  afterEach(async () => {
    await waha.stop();
    await receiver.close();
  });

  function configure(webhook: object, more: object = {}): Promise<void> {
    return waha.pairAtOnce(ACCOUNT, {
      webhooks: [{ url: receiver.url, events: ["message.any"], ...webhook }],
      ...more,
    });
  }

  it("are signed over the raw bytes, as another implementation of HMAC agrees", async () => {
    await configure({ hmac: { key: "schlüssel" } });
    await waha.contactSends(HELLO).deliveries;
    const { body, headers } = receiver.requests[0]!;
    const key = await webcrypto.subtle.importKey(
      "raw",
      Buffer.from("schlüssel", "utf8"),
      { name: "HMAC", hash: "SHA-512" },
      false,
      ["verify"],
    );
    const signature = String(headers["x-webhook-hmac"]);
    expect(signature).toMatch(/^[0-9a-f]{128}$/);
    const verify = (bytes: Uint8Array) =>
      webcrypto.subtle.verify("HMAC", key, Buffer.from(signature, "hex"), bytes);
    await expect(verify(body)).resolves.toBe(true);
    await expect(verify(Buffer.concat([body, Buffer.from(" ")]))).resolves.toBe(false);
  });

  it("are not signed without a key", async () => {
    await configure({});
    await waha.contactSends(HELLO).deliveries;
    expect(receiver.requests[0]!.headers).not.toHaveProperty("x-webhook-hmac");
    expect(receiver.requests[0]!.headers).not.toHaveProperty("x-webhook-hmac-algorithm");
  });

  it("tell only of events in their list", async () => {
    await configure({ events: ["session.status"] });
    expect(await waha.contactSends(HELLO).deliveries).toEqual([]);
    expect(await waha.emit("session.status", {}).deliveries).toHaveLength(1);
    expect(receiver.requests).toHaveLength(1);
  });

  it("tell of an incoming message twice, under one event id, where both of its events are in the list", async () => {
    await configure({ events: ["message", "message.any"] });
    const { deliveries, eventId } = waha.contactSends(HELLO);
    const told = (await deliveries).map(({ body }) => readEvent(body));
    expect(told.map(({ event }) => event)).toEqual(["message", "message.any"]);
    expect(told.map(({ id }) => id)).toEqual([eventId, eventId]);
    expect(told[0]!.payload).toEqual(told[1]!.payload);
  });

  it("tell of an own message only as message.any", async () => {
    await configure({ events: ["message", "message.any"] });
    const told = await waha.contactSends({ ...HELLO, own: true }).deliveries;
    expect(told.map(({ event }) => event)).toEqual(["message.any"]);
  });

  it("take a star for every event", async () => {
    await configure({ events: ["*"] });
    await expect(waha.emit("message.revoked", {}).deliveries).resolves.toHaveLength(1);
  });

  it("carry the session's metadata and their own headers", async () => {
    await configure(
      { customHeaders: [{ name: "X-Tenant", value: "all" }] },
      { metadata: { "user.id": "123" } },
    );
    await waha.contactSends(HELLO).deliveries;
    expect(readEvent(receiver.requests[0]!.body).metadata).toEqual({ "user.id": "123" });
    expect(receiver.requests[0]!.headers["x-tenant"]).toBe("all");
  });

  it.each([
    ["groups", { from: "971501234567", group: "120363001@g.us", text: "x" }],
    ["status", { from: "971501234567", status: true, text: "x" }],
    ["broadcast", { from: "971501234567", status: true, text: "x" }],
    ["broadcast", { from: "971501234567", broadcast: "12345@broadcast", text: "x" }],
    ["channels", { channel: "120363999@newsletter", text: "x" }],
  ] as const)("keep silent about what is ignored: %s", async (ignored, message) => {
    await configure({});
    await expect(waha.contactSends(message).deliveries).resolves.toHaveLength(1);
    await configure({}, { ignore: { [ignored]: true } });
    await expect(waha.contactSends(message).deliveries).resolves.toHaveLength(0);
    await expect(waha.contactSends(HELLO).deliveries).resolves.toHaveLength(1);
  });

  it("hand on a file's address, type and caption", async () => {
    await configure({});
    const { payload } = waha.contactSends({
      from: "971501234567",
      text: "the kitchen",
      file: { mimetype: "image/jpeg", bytes: Buffer.from("jpeg") },
    });
    expect(payload).toMatchObject({
      body: "the kitchen",
      hasMedia: true,
      media: { filename: null, mimetype: "image/jpeg" },
    });
    expect(payload._data.message).toHaveProperty("imageMessage.caption", "the kitchen");
    const answer = await fetch(payload.media!.url!, { headers: { "X-Api-Key": "key" } });
    expect(answer.headers.get("content-type")).toContain("image/jpeg");
    await expect(answer.text()).resolves.toBe("jpeg");
  });

  it("hear of nothing while the session does not work, because nothing arrives", () => {
    expect(() => waha.contactSends(HELLO)).toThrow("No message reaches a session that is STOPPED");
  });
});

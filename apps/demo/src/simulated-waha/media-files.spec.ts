import { ManualClock } from "@gateway-router/core/testing";
import { readEvent, WebhookReceiver } from "../testing/webhook-receiver.js";
import { SimulatedWaha } from "./simulated-waha.js";
import { QUICK_TIMINGS } from "./waha-timings.js";

const ACCOUNT = { phone: "971557357753" };
const MOHAMED = { from: "971501234567" };
const PHOTO = { mimetype: "image/jpeg", bytes: Buffer.from("jpeg") };

describe("the files of messages", () => {
  let clock: ManualClock;
  let waha: SimulatedWaha;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    clock = new ManualClock();
    receiver = await WebhookReceiver.start();
    waha = await SimulatedWaha.start({ apiKey: "key", timings: QUICK_TIMINGS, clock });
    await waha.pairAtOnce(ACCOUNT, { webhooks: [{ url: receiver.url, events: ["message.any"] }] });
  });
  afterEach(async () => {
    await waha.stop();
    await receiver.close();
  });

  const get = (url: string, key = "key") => fetch(url, { headers: { "X-Api-Key": key } });

  async function nextText(): Promise<unknown> {
    return readEvent((await waha.nextDelivery()).body).payload["body"];
  }

  it("are kept for 180 s", async () => {
    const file = { ...PHOTO, mimetype: "application/pdf", filename: "passport.pdf" };
    const { media } = waha.contactSends({ ...MOHAMED, file }).payload;
    expect(media!.filename).toBe("passport.pdf");
    clock.advance(179_999);
    expect((await get(media!.url!)).status).toBe(200);
    clock.advance(1);
    expect((await get(media!.url!)).status).toBe(404);
  });

  it("are given to nobody without the key, and each request is noted", async () => {
    const url = waha.contactSends({ ...MOHAMED, file: PHOTO }).payload.media!.url!;
    expect((await fetch(url)).status).toBe(401);
    expect((await get(url, "other")).status).toBe(401);
    expect((await get(url)).status).toBe(200);
    const { pathname: path } = new URL(url);
    expect(waha.fileRequests).toEqual([
      { path, hasKey: false },
      { path, hasKey: false },
      { path, hasKey: true },
    ]);
  });

  it("may be impossible to fetch: there is a file, but no URL", async () => {
    const { payload } = waha.contactSends({
      ...MOHAMED,
      text: "Look",
      file: { ...PHOTO, filename: "kitchen.jpeg", failsToDownload: true },
    });
    expect(payload).toMatchObject({ hasMedia: true, body: "Look" });
    expect(payload.media).toEqual({
      url: null,
      filename: "kitchen.jpeg",
      mimetype: "image/jpeg",
      error: { details: expect.stringContaining("Error") },
    });
    expect(payload._data.message).toHaveProperty("imageMessage.fileLength", "4");
  });

  it("take their time, so that a text overtakes its image", async () => {
    const photo = waha.contactSends({ ...MOHAMED, file: PHOTO, text: "image", delayMs: 3_000 });
    waha.contactSends({ ...MOHAMED, text: "text" });
    expect(await nextText()).toBe("text");
    clock.advance(2_999);
    expect(waha.deliveries).toHaveLength(1);
    clock.advance(1);
    expect(await nextText()).toBe("image");
    const [attempt] = await photo.deliveries;
    const event = readEvent(attempt!.body);
    expect(event.id).toBe(photo.eventId);
    // Sent when it was sent, told when it was fetched.
    expect(event.timestamp - Number(event.payload["timestamp"]) * 1000).toBe(3_000);
  });

  it("wait until they are let go, and only then grow old", async () => {
    const { messageId, payload, firstAttempts } = waha.contactSends({
      ...MOHAMED,
      file: PHOTO,
      text: "image",
      heldBack: true,
    });
    waha.contactSends({ ...MOHAMED, text: "text" });
    expect(await nextText()).toBe("text");
    clock.advance(170_000);
    waha.release(messageId);
    expect(await nextText()).toBe("image");
    await firstAttempts;
    clock.advance(170_000);
    expect((await get(payload.media!.url!)).status).toBe(200);
    expect(() => waha.release(messageId)).toThrow(messageId);
  });

  it("are told of by nobody where the session or the server stopped meanwhile", async () => {
    const late = waha.contactSends({ ...MOHAMED, file: PHOTO, delayMs: 1_000 });
    const held = waha.contactSends({ ...MOHAMED, file: PHOTO, heldBack: true });
    const later = waha.contactSends({ ...MOHAMED, file: PHOTO, delayMs: 9_000 });
    waha.failSession();
    clock.advance(1_000);
    await expect(late.deliveries).resolves.toEqual([]);
    await waha.stop();
    await expect(held.deliveries).resolves.toEqual([]);
    await expect(later.deliveries).resolves.toEqual([]);
    expect(receiver.requests).toEqual([]);
  });
});

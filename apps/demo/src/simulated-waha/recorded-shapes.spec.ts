import { readFileSync } from "node:fs";
import { ManualClock } from "@gateway-router/core/testing";
import { readEvent, WebhookReceiver } from "../testing/webhook-receiver.js";
import type { ContactMessage } from "./whatsapp/contact-message.js";
import { SimulatedWaha } from "./simulated-waha.js";
import { QUICK_TIMINGS } from "./waha-timings.js";

const FIXTURES = new URL("../../../../packages/waha/fixtures/", import.meta.url);
const ACCOUNT = { phone: "+971 55 735 7753", pushName: "Gateway", lid: "990001111@lid" };

interface Recorded {
  readonly id: string;
  readonly event: string;
  readonly payload: {
    readonly id: string;
    readonly timestamp: number;
    readonly body: string | null;
    readonly _data: { readonly pushName: string };
  };
}

function recordedBody(name: string): Recorded {
  return JSON.parse(readFileSync(new URL(`${name}.body.json`, FIXTURES), "utf8")) as Recorded;
}

/** Keys in their order, and the kind of each value, all the way down; what an example's values are is left out. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]);
}

/** Who sent each recorded message, and how; id, time, name and text are read from the recording. */
const MESSAGES: Readonly<Record<string, ContactMessage>> = {
  "0004-first-contact-tenant-2": { from: "971501234567" },
  "0005-follow-up-tenant-2": { from: "971501234567" },
  "0006-first-contact-tenant-55": { from: "971509876543" },
  "0007-unmapped-hello": { from: "971509999999" },
  "0008-locked-user-sends-other-tenant-link": { from: "971501234567" },
  "0009-first-contact-lid-with-phone-tenant-123": { from: "971507771234", lid: "88112233445566@lid" },
  "0010-first-contact-lid-without-phone-tenant-2": { lid: "99112233445566@lid" },
  "0011-group-message": { from: "971501234567", group: "120363001@g.us" },
  "0012-status-broadcast": { from: "971501234567", status: true },
  "0013-newsletter-post": { channel: "120363999@newsletter" },
  "0014-own-message-typed-on-phone": { from: "971501234567", own: true },
  "0015-redelivered-follow-up": { from: "971501234567" },
  "0016-location": {
    from: "971501234567",
    location: { latitude: 25.2048, longitude: 55.2708, name: "Downtown", address: "Dubai" },
  },
  "0017-contact-card": {
    from: "971501234567",
    contactCard: { name: "Omar", phone: "+971 50 000 0001" },
  },
  "0018-reply-to": {
    from: "971501234567",
    replyTo: { id: "3EB0A0000000000000000002", text: "Buy or rent?" },
  },
};

describe("what the simulated WAHA sends, beside what a real one sent", () => {
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

  function webhookFor(...events: string[]): object {
    return { webhooks: [{ url: receiver.url, events, hmac: { key: "top-secret" } }] };
  }

  it.each(Object.entries(MESSAGES))("is the same message: %s", async (name, how) => {
    await waha.pairAtOnce(ACCOUNT, webhookFor("message.any"));
    const { payload, ...recorded } = recordedBody(name);
    const { deliveries } = waha.contactSends({
      name: payload._data.pushName,
      ...(payload.body === null ? {} : { text: payload.body }),
      ...how,
      id: payload.id.split("_")[2]!,
      sentAtMs: payload.timestamp * 1000,
    });
    await deliveries;
    const { payload: sentPayload, ...sent } = readEvent(receiver.requests[0]!.body);
    expect(sentPayload).toEqual(payload);
    expect(shapeOf(sentPayload)).toEqual(shapeOf(payload));
    expect(shapeOf(sent)).toEqual(shapeOf(recorded));
    expect({ ...sent, id: "", timestamp: 0 }).toEqual({ ...recorded, id: "", timestamp: 0 });
  });

  it.each([
    [{}, "971507771234@s.whatsapp.net"],
    [{ device: 12 }, "971507771234:12@s.whatsapp.net"],
  ])("shows the phone behind a LID as the engine writes it: %j", async (how, remoteJidAlt) => {
    await waha.pairAtOnce(ACCOUNT);
    const { payload } = waha.contactSends({ from: "971507771234", lid: "88@lid", text: "Hello", ...how });
    expect(payload.from).toBe("88@lid");
    expect(payload._data.key).toEqual({
      remoteJid: "88@lid",
      fromMe: false,
      id: expect.any(String),
      remoteJidAlt,
      addressingMode: "lid",
    });
  });

  it("has the shape of the recorded own message and acknowledgement when the API sends", async () => {
    await waha.pairAtOnce(ACCOUNT, webhookFor("message.any", "message.ack"));
    await fetch(`${waha.url}/api/sendText`, {
      method: "POST",
      headers: { "X-Api-Key": "key", "Content-Type": "application/json" },
      body: JSON.stringify({ session: "default", chatId: "971501234567@c.us", text: "Welcome!" }),
    });
    const [own, ack] = [
      await nextEvent("message.any"),
      await nextEvent("message.ack", ({ ack }) => ack === 1),
    ];
    expect(shapeOf(own)).toEqual(shapeOf(recordedBody("0020-own-message-sent-by-api")));
    expect(shapeOf(ack)).toEqual(shapeOf(recordedBody("0021-ack-server")));
    expect(own.payload["id"]).toMatch(/^true_971501234567@c\.us_3EB0[0-9A-F]{18}$/);
    expect(ack.payload).toMatchObject({ id: own.payload["id"], ack: 1, ackName: "SERVER" });
  });

  it("tells of each status as recorded, and of the account once it is paired", async () => {
    await put({ config: webhookFor("session.status") });
    await post("/api/sessions/default/start");
    await waha.scanQrCode(ACCOUNT);
    for (const name of [
      "0001-session-status-starting",
      "0002-session-status-scan-qr-code",
      "0003-session-status-working",
    ]) {
      const { status } = recordedBody(name).payload as unknown as { readonly status: string };
      const told = await nextEvent("session.status", (payload) => payload["status"] === status);
      expect(shapeOf(told)).toEqual(shapeOf(recordedBody(name)));
    }
  });

  it("carries the recorded headers, names and forms alike", async () => {
    await waha.pairAtOnce(ACCOUNT, webhookFor("message.any"));
    await waha.contactSends({ from: "971501234567", text: "Hello" }).deliveries;
    const recorded = JSON.parse(
      readFileSync(new URL("0004-first-contact-tenant-2.headers.json", FIXTURES), "utf8"),
    ) as Record<string, string>;
    const { rawHeaders } = receiver.requests[0]!;
    const sent = Object.fromEntries(
      Object.keys(recorded).map((name) => [name, rawHeaders[rawHeaders.indexOf(name) + 1]!]),
    );
    const lengths = (headers: Record<string, string>) =>
      Object.entries(headers).map(([name, value]) => [name, value.length]);
    expect(lengths(sent)).toEqual(lengths(recorded));
    expect(sent["User-Agent"]).toBe(recorded["User-Agent"]);
    expect(sent["X-Webhook-Hmac-Algorithm"]).toBe("sha512");
  });

  it("stamps messages in seconds and envelopes in milliseconds, by the clock it was given", async () => {
    const clock = new ManualClock(1_795_452_361_027);
    const timed = await SimulatedWaha.start({ apiKey: "key", clock });
    try {
      await timed.pairAtOnce(ACCOUNT, webhookFor("message.any"));
      await timed.contactSends({ from: "971501234567", text: "Hello" }).deliveries;
    } finally {
      await timed.stop();
    }
    const event = readEvent(receiver.requests[0]!.body);
    expect(event.timestamp).toBe(1_795_452_361_027);
    expect(event.payload["timestamp"]).toBe(1_795_452_361);
    expect(receiver.requests[0]!.headers["x-webhook-timestamp"]).toBe("1795452361027");
  });

  it("never makes two ids alike", async () => {
    await waha.pairAtOnce(ACCOUNT);
    const ids = Array.from(
      { length: 500 },
      () => waha.contactSends({ from: "971501234567", text: "x" }).messageId,
    );
    expect(new Set(ids).size).toBe(500);
  });

  async function nextEvent(
    event: string,
    matches: (payload: Record<string, unknown>) => boolean = () => true,
  ): Promise<ReturnType<typeof readEvent>> {
    const attempt = await waha.nextDelivery(
      (each) => each.event === event && matches(readEvent(each.body).payload),
    );
    return readEvent(attempt.body);
  }

  function put(body: object): Promise<Response> {
    return call("PUT", "/api/sessions/default", body);
  }

  function post(path: string): Promise<Response> {
    return call("POST", path, {});
  }

  function call(method: string, path: string, body: object): Promise<Response> {
    return fetch(`${waha.url}${path}`, {
      method,
      headers: { "X-Api-Key": "key", "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }
});

import type { ContactId, InboundChange, InboundMessage, OwnMessage } from "@gateway-router/core";
import { aTenantId, ManualClock, silentLogger } from "@gateway-router/core/testing";
import fc from "fast-check";
import { changeEvents } from "./testing/change-events.js";
import { recordedDeliveries, RECORDED_HMAC_KEY } from "./testing/recorded-deliveries.js";
import { WahaMessageSource } from "./waha-message-source.js";
import { signWebhook } from "./webhook-signature.js";

const RUNS = { numRuns: 1_000 };
const KINDS = ["routed", "ignored", "malformed"];

async function source(): Promise<WahaMessageSource> {
  const opened = new WahaMessageSource({
    session: "default",
    hmacKey: RECORDED_HMAC_KEY,
    duplicateMemoryMs: 7 * 24 * 3_600_000,
    maxInFlight: 10,
    clock: new ManualClock(),
    logger: silentLogger,
  });
  const route = (contact: ContactId) =>
    ({ kind: "routed", tenantId: aTenantId(), contact, isNewSession: false }) as const;
  await opened.start({
    onMessage: async (message) => {
      expectSound(message);
      return route(message.contact);
    },
    onChange: async (change) => {
      expectSoundChange(change);
      return route(change.contact);
    },
    onOwnMessage: async (own) => expectSoundOwn(own),
    onAcknowledgement: async ({ messageId, level }) => {
      expect(messageId).toMatch(MESSAGE_ID);
      expect(["failed", "sent", "delivered", "read"]).toContain(level);
    },
    onSessionStatus: ({ status }) => expect(status).toMatch(/^[^]{1,64}$/),
  });
  return opened;
}

const CONTACT = /^(?:[1-9][0-9]{6,14}|[0-9]{1,32}@lid)$/;
const MESSAGE_ID = /^[\x21-\x7e]{1,256}$/;
const WHOLE_SECONDS = /^[0-9]{4}-.*\.000Z$/;

function expectSoundChange(change: InboundChange): void {
  expect(change.contact).toMatch(CONTACT);
  expectSoundNames(change);
  expect(change.identity).toMatch(/^default\/(edited|revoked|reaction)\/[\x21-\x7e]{1,256}$/);
  expect(change.identity.split("/")[1]).toBe(change.kind);
  expect(change.messageId).toMatch(MESSAGE_ID);
  expect(change.concerns ?? `default/false/${change.messageId}`).toBe(`default/false/${change.messageId}`);
  expect(new Date(change.sentAtMs).toISOString()).toMatch(WHOLE_SECONDS);
  expect(typeof change.text).toBe(change.kind === "revoked" ? "undefined" : "string");
}

function expectSoundOwn(own: OwnMessage): void {
  expect(own.contact).toMatch(CONTACT);
  expect(own.messageId).toMatch(MESSAGE_ID);
  expect(new Date(own.sentAtMs).toISOString()).toMatch(WHOLE_SECONDS);
  expect(own.text ?? "text").not.toBe("");
}

function expectSoundNames({ contact, otherName }: Pick<InboundMessage, "contact" | "otherName">): void {
  if (otherName === undefined) return;
  expect(contact).toMatch(/^[0-9]+$/);
  expect(otherName).toMatch(/^[0-9]{1,32}@lid$/);
}

/** What the rest of the gateway relies on, whatever the webhook looked like. */
function expectSound(message: InboundMessage): void {
  const { identity, contact, contactName, sentAtMs, content } = message;
  expect(contact).toMatch(CONTACT);
  expectSoundNames(message);
  const { id, sourceUrl, sourceMessageId, error } = content.media ?? {};
  expect(id !== undefined).toBe(sourceUrl !== undefined || sourceMessageId !== undefined);
  if (content.media !== undefined) expect((id === undefined) === (error !== undefined)).toBe(true);
  expect(identity).toMatch(/^default\/false\/[\x21-\x7e]{1,256}$/);
  expect(new Date(sentAtMs).toISOString()).toMatch(WHOLE_SECONDS);
  expect(contactName ?? "name").not.toBe("");
  expect(content.text ?? "text").not.toBe("");
  const { location } = content;
  if (location !== undefined)
    expect(Math.abs(location.latitude) + Math.abs(location.longitude)).toBeLessThan(271);
}

async function expectAnAnswer(to: WahaMessageSource, body: Uint8Array): Promise<void> {
  const outcome = await to.receive(body, signWebhook(RECORDED_HMAC_KEY, body));
  expect(KINDS).toContain(outcome.kind);
}

const json = fc.jsonValue({ maxDepth: 4 });
const tellingValue = fc.oneof(
  json,
  fc.constantFrom<unknown>(null, "", 0, -1, 1e300, true, [], {}, "0", "true", "x".repeat(70_000)),
  fc.constantFrom(
    "971501234567@c.us",
    "88112233445566@lid",
    "1@g.us",
    "@",
    "0@c.us",
    "false_1@c.us_A_1@c.us",
  ),
  fc.constantFrom<unknown>("1e400", "2025-12-15T08:30:00Z", { latitude: "1", longitude: 2 }, ["BEGIN:VCARD"]),
);
const FIELDS = [
  "event session timestamp payload id from fromMe body hasMedia media location vCards replyTo _data key",
  "remoteJidAlt pushName Info SenderAlt notifyName url mimetype filename error latitude longitude",
  "after before editedMessageId revokedMessageId reaction messageId text ack status to source participantAlt",
  "__proto__ constructor toString length hasOwnProperty",
].flatMap((line) => line.split(" "));
const field = fc.oneof(fc.constantFrom(...FIELDS), fc.string());

/** Those that were recorded, and those that are known by their description alone. */
const bodies = [
  ...recordedDeliveries.map(({ body }) => body),
  ...Object.values(changeEvents).map((event) => Buffer.from(JSON.stringify(event))),
];

/** A recorded event with some of its fields, at any depth, replaced, added or removed. */
const mutatedEvent = fc
  .tuple(
    fc.constantFrom(...bodies),
    fc.array(fc.tuple(fc.nat(), field, fc.option(tellingValue)), { minLength: 1, maxLength: 6 }),
  )
  .map(([body, mutations]) => {
    const event = JSON.parse(body.toString("utf8")) as object;
    for (const [place, name, value] of mutations) {
      const objects = objectsIn(event);
      const target = objects[place % objects.length]!;
      if (value === null) {
        Reflect.deleteProperty(target, name);
        continue;
      }
      // Defined rather than set, so that `__proto__` becomes a field like any other; a copy, so that no two share it.
      Object.defineProperty(target, name, {
        value: JSON.parse(JSON.stringify(value)),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return Buffer.from(JSON.stringify(event));
  });

/** The objects in it, at any depth; lists are walked and not counted, since not every name can be theirs. */
function objectsIn(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inside : [value, ...inside];
}

const mutatedBytes = fc
  .tuple(fc.constantFrom(...bodies), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
  .map(([body, changes, length]) => {
    const bytes = Uint8Array.from(body);
    for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
    return bytes.subarray(0, bytes.length - (length % 3));
  });

describe("WahaMessageSource never throws and hands on sound messages only, given", () => {
  it("arbitrary JSON", async () => {
    const to = await source();
    await fc.assert(
      fc.asyncProperty(json, (value) => expectAnAnswer(to, Buffer.from(JSON.stringify(value)))),
      RUNS,
    );
  });

  it("arbitrary payloads of a message", async () => {
    const to = await source();
    const payload = fc.dictionary(field, tellingValue, { maxKeys: 8 });
    await fc.assert(
      fc.asyncProperty(payload, (fields) => {
        const event = { event: "message", payload: { from: "971501234567@c.us", ...fields } };
        return expectAnAnswer(to, Buffer.from(JSON.stringify(event)));
      }),
      RUNS,
    );
  });

  it.each([
    "message.any",
    "message.edited",
    "message.revoked",
    "message.reaction",
    "message.ack",
    "session.status",
  ])("arbitrary payloads of %s", async (event) => {
    const to = await source();
    const payload = fc.oneof(fc.dictionary(field, tellingValue, { maxKeys: 8 }), tellingValue);
    await fc.assert(
      fc.asyncProperty(payload, (value) =>
        expectAnAnswer(to, Buffer.from(JSON.stringify({ event, payload: value }))),
      ),
      { numRuns: 300 },
    );
  });

  it("recorded events with changed fields", async () => {
    const to = await source();
    await fc.assert(
      fc.asyncProperty(mutatedEvent, (body) => expectAnAnswer(to, body)),
      RUNS,
    );
  });

  it("recorded events with changed bytes", async () => {
    const to = await source();
    await fc.assert(
      fc.asyncProperty(mutatedBytes, (body) => expectAnAnswer(to, body)),
      RUNS,
    );
  });

  it("arbitrary bytes", async () => {
    const to = await source();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (body) => expectAnAnswer(to, body)),
      RUNS,
    );
  });

  it.each<[string, string, string]>([
    ["lists", "[", "]"],
    ["objects", '{"a":', "}"],
  ])("a megabyte of nested %s, in any place", async (_, open, close) => {
    const to = await source();
    const levels = 150_000;
    const deep = `${open.repeat(levels)}1${close.repeat(levels)}`;
    await expectAnAnswer(to, Buffer.from(deep));
    for (const name of [
      "id",
      "body",
      "timestamp",
      "media",
      "location",
      "vCards",
      "replyTo",
      "_data",
      "notifyName",
    ]) {
      const body = `{"event":"message","payload":{"from":"971501234567@c.us","${name}":${deep}}}`;
      await expectAnAnswer(to, Buffer.from(body));
    }
    for (const name of ["after", "before", "reaction", "_data", "id"]) {
      for (const event of ["message.edited", "message.revoked", "message.reaction", "message.ack"]) {
        const ids = '"revokedMessageId":"A","editedMessageId":"A","from":"971501234567@c.us"';
        await expectAnAnswer(to, Buffer.from(`{"event":"${event}","payload":{${ids},"${name}":${deep}}}`));
      }
    }
  });
});

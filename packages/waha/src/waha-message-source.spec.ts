import {
  StorageUnavailableError,
  type Acknowledgement,
  type InboundChange,
  type InboundHandlers,
  type InboundMessage,
  type OwnMessage,
  type RoutingOutcome,
  type SourceSession,
} from "@gateway-router/core";
import { aContact, aTenantId, eventually, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import { changeEvents } from "./testing/change-events.js";
import { recorded, recordedDeliveries, RECORDED_HMAC_KEY } from "./testing/recorded-deliveries.js";
import { WahaMessageSource, type WahaMessageSourceOptions } from "./waha-message-source.js";
import { signWebhook } from "./webhook-signature.js";

const DAY_MS = 24 * 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 23, 16, 50);
const contact = aContact("971501234567");
const tenantId = aTenantId(2);
const routed: RoutingOutcome = { kind: "routed", tenantId, contact, isNewSession: true };

class Handler implements InboundHandlers {
  readonly messages: InboundMessage[] = [];
  readonly changes: InboundChange[] = [];
  readonly owns: OwnMessage[] = [];
  readonly acknowledgements: Acknowledgement[] = [];
  readonly statuses: string[] = [];
  answer: () => RoutingOutcome | Promise<RoutingOutcome> = () => routed;

  async onMessage(message: InboundMessage): Promise<RoutingOutcome> {
    this.messages.push(message);
    return this.answer();
  }

  async onChange(change: InboundChange): Promise<RoutingOutcome> {
    this.changes.push(change);
    return this.answer();
  }

  async onOwnMessage(own: OwnMessage): Promise<void> {
    this.owns.push(own);
    await this.answer();
  }

  async onAcknowledgement(acknowledgement: Acknowledgement): Promise<void> {
    this.acknowledgements.push(acknowledgement);
    await this.answer();
  }

  onSessionStatus({ status }: SourceSession): void {
    this.statuses.push(status);
  }
}

function aSource(overrides: Partial<WahaMessageSourceOptions> = {}) {
  const handler = new Handler();
  const logger = new RecordingLogger();
  const source = new WahaMessageSource({
    session: "default",
    duplicateMemoryMs: 7 * DAY_MS,
    maxInFlight: 4,
    clock: new ManualClock(NOW_MS),
    logger,
    ...overrides,
  });
  return { source, handler, logger };
}

async function started(overrides: Partial<WahaMessageSourceOptions> = {}) {
  const parts = aSource(overrides);
  await parts.source.start(parts.handler);
  return parts;
}

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function event(overrides: object = {}, payload: object | null = {}): Buffer {
  return bytes({
    id: "evt_01",
    timestamp: NOW_MS,
    event: "message",
    session: "default",
    payload: payload && {
      id: "false_971501234567@c.us_3EB0A1",
      timestamp: NOW_MS / 1000,
      from: "971501234567@c.us",
      fromMe: false,
      body: "start_realty_2",
      ...payload,
    },
    ...overrides,
  });
}

const IGNORED: Readonly<Record<string, string>> = {
  "0001-session-status-starting": "event",
  "0002-session-status-scan-qr-code": "event",
  "0003-session-status-working": "event",
  "0011-group-message": "group",
  "0012-status-broadcast": "broadcast",
  "0013-newsletter-post": "channel",
  "0014-own-message-typed-on-phone": "own_message",
  "0020-own-message-sent-by-api": "own_message",
  "0021-ack-server": "event",
};

/** Contact, type and text of the messages among them. */
const MESSAGES: Readonly<Record<string, readonly [contact: string, type: string, text: string | undefined]>> =
  {
    "0004-first-contact-tenant-2": ["971501234567", "text", "start_realty_2"],
    "0005-follow-up-tenant-2": ["971501234567", "text", "Hello, I want an apartment"],
    "0006-first-contact-tenant-55": ["971509876543", "text", "start_realty_55"],
    "0007-unmapped-hello": ["971509999999", "text", "Hello"],
    "0008-locked-user-sends-other-tenant-link": ["971501234567", "text", "start_realty_55"],
    "0009-first-contact-lid-with-phone-tenant-123": ["971507771234", "text", "start_realty_123"],
    "0010-first-contact-lid-without-phone-tenant-2": ["99112233445566@lid", "text", "start_realty_2"],
    "0015-redelivered-follow-up": ["971501234567", "text", "Hello, I want an apartment"],
    "0016-location": ["971501234567", "location", undefined],
    "0017-contact-card": ["971501234567", "contact", undefined],
    "0018-reply-to": ["971501234567", "text", "the second one please"],
    "0019-unmapped-user-clicks-link": ["971509999999", "text", "start_realty_2"],
  };

describe("WahaMessageSource, given the recorded deliveries", () => {
  it("has an expectation for each of them", () => {
    const expected = [...Object.keys(IGNORED), ...Object.keys(MESSAGES)].sort();
    expect(recordedDeliveries.map(({ name }) => name)).toEqual(expected);
  });

  it.each(Object.entries(IGNORED))("ignores %s (%s)", async (name, reason) => {
    const { source, handler } = await started({ hmacKey: RECORDED_HMAC_KEY });
    const { body, signature } = recorded(name);
    expect(await source.receive(body, signature)).toEqual({ kind: "ignored", reason });
    expect(handler.messages).toEqual([]);
  });

  it.each(Object.entries(MESSAGES))("hands on %s", async (name, [sender, type, text]) => {
    const { source, handler, logger } = await started({ hmacKey: RECORDED_HMAC_KEY });
    const { body, signature } = recorded(name);
    expect(await source.receive(body, signature)).toBe(routed);
    expect(handler.messages).toHaveLength(1);
    expect(handler.messages[0]).toMatchObject({ contact: sender, content: { type } });
    expect(handler.messages[0]!.content.text).toBe(text);
    expect(logger.messages("warn")).toEqual([]);
  });

  it("gives the redelivered one the identity it had", async () => {
    const { source, handler } = await started();
    await source.receive(recorded("0005").body, {});
    await source.receive(recorded("0015").body, {});
    const [first, second] = handler.messages;
    expect(second!.identity).toBe(first!.identity);
  });

  it.each(recordedDeliveries)("refuses $name changed by one byte", async ({ body, signature }) => {
    const { source, handler } = await started({ hmacKey: RECORDED_HMAC_KEY });
    const changed = Buffer.from(body);
    changed[changed.length - 2]! ^= 1;
    expect(await source.receive(changed, signature)).toEqual({ kind: "unauthorized", reason: "mismatch" });
    expect(handler.messages).toEqual([]);
  });
});

describe("WahaMessageSource answers", () => {
  it.each<RoutingOutcome>([
    { kind: "routed", tenantId, contact, isNewSession: false },
    { kind: "duplicate", tenantId, contact },
    { kind: "unmapped", contact },
    { kind: "unknown_tenant", tenantId: aTenantId(999), contact },
  ])("$kind as the handler says", async (outcome) => {
    const { source, handler } = await started();
    handler.answer = () => outcome;
    expect(await source.receive(event(), {})).toBe(outcome);
  });

  it("with what the handler throws where the message could not be made durable", async () => {
    const { source, handler } = await started();
    const fault = new StorageUnavailableError("disk full");
    handler.answer = () => Promise.reject(fault);
    await expect(source.receive(event(), {})).rejects.toBe(fault);
    handler.answer = () => routed;
    expect(await source.receive(event(), {})).toBe(routed);
  });

  it("ignored (session) to another session's event, whatever kind it is of", async () => {
    const { source } = await started();
    const outcome = { kind: "ignored", reason: "session" };
    expect(await source.receive(event({ session: "second" }), {})).toEqual(outcome);
    expect(await source.receive(event({ session: "second", event: "session.status" }), {})).toEqual(outcome);
    expect(await source.receive(event({ session: "second", timestamp: 1 }), {})).toEqual(outcome);
    expect(await source.receive(event({ session: "" }), {})).toEqual(outcome);
  });

  it.each<[string, unknown]>([
    ["milliseconds", NOW_MS - 7 * DAY_MS - 1],
    ["seconds", (NOW_MS - 7 * DAY_MS) / 1000 - 1],
    ["ISO 8601", "2026-11-16T16:49:59.999Z"],
  ])("ignored (stale) to an event older than the duplicate memory, in %s", async (_, timestamp) => {
    const { source } = await started();
    const outcome = { kind: "ignored", reason: "stale" };
    expect(await source.receive(event({ timestamp }), {})).toEqual(outcome);
    expect(await source.receive(event({ timestamp, event: "message.ack" }), {})).toEqual(outcome);
  });

  it.each<[string, unknown]>([
    ["exactly as old as that", NOW_MS - 7 * DAY_MS],
    ["of tomorrow, for clocks differ", NOW_MS + DAY_MS],
    ["of unknown age", null],
  ])("routed to an event %s", async (_, timestamp) => {
    const { source } = await started();
    expect(await source.receive(event({ timestamp }), {})).toBe(routed);
  });

  it("routed to an old message in a new event: WAHA catches up after an outage", async () => {
    const { source } = await started();
    expect(await source.receive(event({}, { timestamp: 1_700_000_000 }), {})).toBe(routed);
  });

  it.each([
    "session.status",
    "message.ack",
    "message.edited",
    "message.revoked",
    "message.reaction",
    "message.waiting",
    "engine.event",
    "of.the.future",
    "Message",
    "__proto__",
  ])("ignored (event) to %s, whatever its payload", async (name) => {
    const { source, handler } = await started();
    for (const payload of [{}, null]) {
      const outcome = await source.receive(event({ event: name }, payload), {});
      expect(outcome).toEqual({ kind: "ignored", reason: "event" });
    }
    const body = bytes({ event: name, payload: [1, "2", { from: 3 }] });
    expect(await source.receive(body, {})).toEqual({ kind: "ignored", reason: "event" });
    expect(handler.messages).toEqual([]);
  });

  it("ignored (event) to a sender that is no person, and says so without naming it", async () => {
    const { source, logger } = await started();
    const outcome = await source.receive(event({}, { from: "13135550002@bot" }), {});
    expect(outcome).toEqual({ kind: "ignored", reason: "event" });
    expect(logger.messages("warn")).toEqual([
      "Ignored a message whose sender is no person: an address in @bot",
    ]);
  });

  it.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["no JSON", Buffer.from("start_realty_2")],
    ["half of JSON", event().subarray(0, 40)],
    ["JSON in another encoding", Buffer.from(event().toString("utf8"), "utf16le")],
    ["broken UTF-8", Buffer.concat([event().subarray(0, -2), Buffer.from([0xff]), event().subarray(-2)])],
    ["a list", bytes([{ event: "message" }])],
    ["text", bytes("message")],
    ["null", bytes(null)],
    ["an empty object", bytes({})],
    ["an event without name", bytes({ event: "" })],
    ["an event whose name is a number", bytes({ event: 7 })],
    ["an event with a time that is none", event({ timestamp: {} })],
    ["a session that is a list", event({ session: ["default"] })],
    ["no name and no sender", bytes({ session: "default", payload: { body: "Hi" } })],
    ["a message without payload", event({}, null)],
    ["a message whose payload is a list", bytes({ event: "message", payload: [] })],
    ["a message without sender", event({}, { from: undefined })],
    ["a message whose sender is nobody", event({}, { from: "hello" })],
    ["a message whose body is an object", event({}, { body: {} })],
    ["what a prototype would complete", Buffer.from('{"__proto__":{"event":"message"}}')],
  ])("malformed to %s", async (_, body) => {
    const { source, handler } = await started();
    const outcome = await source.receive(body, {});
    expect(outcome).toEqual({ kind: "malformed", message: expect.stringMatching(/^(?:the|payload)\b/) });
    expect(handler.messages).toEqual([]);
  });

  it("overloaded to a message past the limit, and goes on when there is room", async () => {
    const { source, handler } = await started({ maxInFlight: 2 });
    const release: (() => void)[] = [];
    handler.answer = () => new Promise((resolve) => release.push(() => resolve(routed)));
    const first = source.receive(event(), {});
    const second = source.receive(event(), {});
    expect(await source.receive(event(), {})).toEqual({ kind: "overloaded" });
    expect(await source.receive(bytes(changeEvents.edited), {})).toEqual({ kind: "overloaded" });
    expect(await source.receive(recorded("0014").body, {})).toEqual({ kind: "overloaded" });
    expect(await source.receive(bytes(changeEvents.acknowledged), {})).toEqual({ kind: "overloaded" });
    expect(await source.receive(event({ event: "session.status" }), {})).toMatchObject({ kind: "ignored" });
    expect(handler.messages).toHaveLength(2);
    release[0]!();
    expect(await first).toBe(routed);
    const third = source.receive(event(), {});
    release[1]!();
    release[2]!();
    expect(await Promise.all([second, third])).toEqual([routed, routed]);
  });

  it("unavailable before it is started", async () => {
    const { source } = aSource();
    for (const change of Object.values(changeEvents)) {
      expect(await source.receive(bytes(change), {})).toEqual({ kind: "unavailable" });
    }
    expect(await source.receive(recorded("0020").body, {})).toEqual({ kind: "unavailable" });
    expect(await source.receive(event(), {})).toEqual({ kind: "unavailable" });
  });
});

describe("WahaMessageSource, given a change", () => {
  const { edited, revoked, reaction } = changeEvents;
  const by = {
    contact: "971501234567",
    contactName: "Mohamed",
    sentAtMs: 1795452400000,
    messageId: "3EB0A0000000000000000002",
    concerns: "default/false/3EB0A0000000000000000002",
  };

  async function changeOf(body: object, overrides: Partial<WahaMessageSourceOptions> = {}) {
    const { source, handler } = await started(overrides);
    const raw = bytes(body);
    const { hmacKey } = overrides;
    expect(await source.receive(raw, hmacKey === undefined ? {} : signWebhook(hmacKey, raw))).toBe(routed);
    expect(handler.changes).toHaveLength(1);
    return handler.changes[0]!;
  }

  it.each<[string, object, object]>([
    ["an edit", edited, { kind: "edited", identity: "default/edited/3EB0C1", text: "a villa, not a flat" }],
    ["a revocation", revoked, { kind: "revoked", identity: "default/revoked/3EB0A0000000000000000002" }],
    ["a reaction", reaction, { kind: "reaction", identity: "default/reaction/3EB0C1", text: "👍" }],
  ])("hands on %s", async (_, body, expected) => {
    expect(await changeOf(body)).toEqual({ ...by, ...expected });
  });

  it("has it concern nothing that was taken in where it is about a message of one's own", async () => {
    const messageId = "true_971501234567@c.us_3EB0B1";
    const change = await changeOf({
      ...reaction,
      payload: { ...reaction.payload, reaction: { text: "❤️", messageId } },
    });
    expect(change).toMatchObject({ messageId: "3EB0B1", text: "❤️" });
    expect(change).not.toHaveProperty("concerns");
  });

  it("does not guess whose message a reaction with a bare id is about", async () => {
    const payload = { ...reaction.payload, reaction: { text: "❤️", messageId: "3EB0B1" } };
    expect(await changeOf({ ...reaction, payload })).not.toHaveProperty("concerns");
  });

  it.each<[string, unknown]>([
    ["empty", ""],
    ["missing", undefined],
    ["null", null],
  ])("reads a reaction that is %s as taken back", async (_, text) => {
    const { messageId } = reaction.payload.reaction;
    const change = await changeOf({
      ...reaction,
      payload: { ...reaction.payload, reaction: { messageId, text } },
    });
    expect(change.text).toBe("");
  });

  it("gives a change the identity it had, in the LID form of the chat too", async () => {
    const lid = { id: "false_88112233445566@lid_3EB0C1", from: "88112233445566@lid" };
    const byLid = await changeOf({ ...edited, id: "evt_again", payload: { ...edited.payload, ...lid } });
    expect(byLid.identity).toBe((await changeOf(edited)).identity);
    const after = { ...revoked.payload.after, ...lid, id: "false_88112233445566@lid_3EB0C9" };
    const again = await changeOf({ ...revoked, payload: { ...revoked.payload, after } });
    expect(again.identity).toBe((await changeOf(revoked)).identity);
  });

  it("tells the edits of a message apart where the engine gives them the message's own id", async () => {
    const id = "false_971501234567@c.us_3EB0A0000000000000000002";
    const edit = (body: string) => changeOf({ ...edited, payload: { ...edited.payload, id, body } });
    const identities = [await edit("a villa"), await edit("a flat"), await edit("a villa")].map(
      ({ identity }) => identity,
    );
    expect(identities[0]).toMatch(/^default\/edited\/[0-9a-f]{64}$/);
    expect(identities[2]).toBe(identities[0]);
    expect(identities[1]).not.toBe(identities[0]);
  });

  it("takes what was revoked for what is told of the revocation where that is all there is", async () => {
    const payload = { ...revoked.payload, after: null, before: revoked.payload.after };
    expect(await changeOf({ ...revoked, payload })).toMatchObject({ contact: "971501234567" });
  });

  it.each(["edited", "revoked", "reaction"] as const)(
    "knows both names of who made it (%s)",
    async (kind) => {
      const sender = {
        from: "88112233445566@lid",
        _data: { key: { remoteJidAlt: "971501234567@s.whatsapp.net" } },
      };
      const event = changeEvents[kind];
      const payload =
        kind === "revoked"
          ? { ...revoked.payload, after: { ...revoked.payload.after, ...sender } }
          : { ...event.payload, ...sender };
      const names = { contact: "971501234567", otherName: "88112233445566@lid" };
      expect(await changeOf({ ...event, payload }, { hmacKey: "a key" })).toMatchObject(names);
      expect(await changeOf({ ...event, payload })).not.toHaveProperty("otherName");
    },
  );

  it.each(["edited", "revoked", "reaction"] as const)(
    "ignores what its messages are ignored for (%s)",
    async (kind) => {
      const { source, handler } = await started();
      const changed = (fields: object): Buffer => {
        const event = changeEvents[kind];
        return bytes({
          ...event,
          payload:
            kind === "revoked"
              ? { ...revoked.payload, after: { ...revoked.payload.after, ...fields } }
              : { ...event.payload, ...fields },
        });
      };
      const reasons: [object, string][] = [
        [{ fromMe: true }, "own_message"],
        [{ fromMe: undefined, id: "true_971501234567@c.us_3EB0C1" }, "own_message"],
        [{ from: "120363001@g.us" }, "group"],
        [{ from: "status@broadcast" }, "broadcast"],
        [{ from: "120363999@newsletter" }, "channel"],
        [{ from: "13135550002@bot" }, "event"],
      ];
      for (const [fields, reason] of reasons) {
        expect(await source.receive(changed(fields), {})).toEqual({ kind: "ignored", reason });
      }
      expect(handler.changes).toEqual([]);
    },
  );

  it.each<[string, object]>([
    ["an edit of nothing", { ...edited, payload: { ...edited.payload, editedMessageId: undefined } }],
    ["an edit to an object", { ...edited, payload: { ...edited.payload, body: { secret: 1 } } }],
    ["an edit by nobody", { ...edited, payload: { ...edited.payload, from: "hello" } }],
    ["a revocation of nothing", { ...revoked, payload: { ...revoked.payload, revokedMessageId: null } }],
    ["a revocation by nobody", { ...revoked, payload: { ...revoked.payload, after: null } }],
    [
      "a reaction to nothing",
      { ...reaction, payload: { ...reaction.payload, reaction: { text: "secret" } } },
    ],
    [
      "a reaction that is a speech",
      {
        ...reaction,
        payload: { ...reaction.payload, reaction: { messageId: "A", text: "secret".repeat(99) } },
      },
    ],
    ["an acknowledgement of nothing", { ...changeEvents.acknowledged, payload: { ack: 1 } }],
    ["a status that is none", { event: "session.status", payload: { status: 7 } }],
  ])("ignores %s, and says so without quoting it", async (_, body) => {
    const { source, handler, logger } = await started();
    expect(await source.receive(bytes(body), {})).toEqual({ kind: "ignored", reason: "event" });
    expect([...handler.changes, ...handler.acknowledgements, ...handler.statuses]).toEqual([]);
    expect(logger.messages("warn")).toEqual([
      expect.stringMatching(/^Ignored a (message|session)\.[a-z]+ that can't be read: /),
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain("secret");
  });

  it("answers what the handler says of it: early, for one", async () => {
    const { source, handler } = await started();
    const early: RoutingOutcome = { kind: "early", contact };
    handler.answer = () => early;
    expect(await source.receive(bytes(edited), {})).toBe(early);
  });
});

describe("WahaMessageSource, given what became of one's own messages", () => {
  it("hands on those typed on the phone and those sent by the API", async () => {
    const { source, handler } = await started();
    const ignored = { kind: "ignored", reason: "own_message" };
    expect(await source.receive(recorded("0014").body, {})).toEqual(ignored);
    expect(await source.receive(recorded("0020").body, {})).toEqual(ignored);
    expect(handler.owns).toEqual([
      {
        messageId: "3EB0A000000000000000000B",
        contact: "971501234567",
        sentAtMs: 1795452365000,
        byProgram: false,
        text: "typed on the phone",
        hasMedia: false,
      },
      {
        messageId: "3EB034ABF0CA3FA25EDF85",
        contact: "971501234567",
        sentAtMs: 1795452367000,
        byProgram: true,
        text: "Welcome! I am Agent 2s AI assistant.",
        hasMedia: false,
      },
    ]);
    expect(handler.messages).toEqual([]);
  });

  it("does not hand on those to groups", async () => {
    const { source, handler } = await started();
    const toGroup = event({}, { fromMe: true, id: "true_1@g.us_A_2@c.us", from: "1@g.us" });
    expect(await source.receive(toGroup, {})).toEqual({ kind: "ignored", reason: "own_message" });
    expect(handler.owns).toEqual([]);
  });

  it.each<[unknown, string | undefined]>([
    [-1, "failed"],
    [0, undefined],
    [1, "sent"],
    [2, "delivered"],
    [3, "read"],
    [4, "read"],
    [5, undefined],
    ["1", undefined],
    [null, undefined],
  ])("hands on acknowledgement %j as %s", async (ack, level) => {
    const { source, handler } = await started();
    const { acknowledged } = changeEvents;
    const body = bytes({ ...acknowledged, payload: { ...acknowledged.payload, ack } });
    expect(await source.receive(body, {})).toEqual({ kind: "ignored", reason: "event" });
    expect(handler.acknowledgements).toEqual(level === undefined ? [] : [{ messageId: "3EB0B1", level }]);
  });

  it("hands on the recorded acknowledgement", async () => {
    const { source, handler } = await started();
    await source.receive(recorded("0021").body, {});
    expect(handler.acknowledgements).toEqual([{ messageId: "3EB034ABF0CA3FA25EDF85", level: "sent" }]);
  });

  it.each<[string, object]>([
    ["by its id", { id: "false_971501234567@c.us_3EB0A1", fromMe: true }],
    ["by its word", { id: "3EB0A1", fromMe: false }],
  ])("does not hand on the acknowledgement of a contact's message, %s", async (_, fields) => {
    const { source, handler } = await started();
    const { acknowledged } = changeEvents;
    await source.receive(bytes({ ...acknowledged, payload: { ...acknowledged.payload, ...fields } }), {});
    expect(handler.acknowledgements).toEqual([]);
  });

  it.each<[string, Buffer]>([
    ["a change", bytes(changeEvents.edited)],
    ["an own message", recorded("0020").body],
    ["an acknowledgement", recorded("0021").body],
  ])("rejects as its handler does for %s, and stops only afterwards", async (_, body) => {
    const { source, handler } = await started();
    let fail: (() => void) | undefined;
    handler.answer = () =>
      new Promise((_resolve, reject) => {
        fail = () => reject(new StorageUnavailableError("disk full"));
      });
    const receiving = expect(source.receive(body, {})).rejects.toThrow("disk full");
    let hasStopped = false;
    const stopping = source.stop().then(() => (hasStopped = true));
    await eventually(() => fail !== undefined);
    expect(hasStopped).toBe(false);
    fail!();
    await Promise.all([receiving, stopping]);
  });
});

describe("WahaMessageSource, given the WAHA session's status", () => {
  it("tells it on, whichever it is", async () => {
    const { source, handler } = await started();
    for (const prefix of ["0001", "0002", "0003"]) await source.receive(recorded(prefix).body, {});
    await source.receive(event({ event: "session.status" }, { status: "OF_THE_FUTURE" }), {});
    expect(handler.statuses).toEqual(["STARTING", "SCAN_QR_CODE", "WORKING", "OF_THE_FUTURE"]);
  });

  it("does not tell another session's", async () => {
    const { source, handler } = await started();
    await source.receive(event({ event: "session.status", session: "second" }, { status: "FAILED" }), {});
    expect(handler.statuses).toEqual([]);
  });
});

describe("WahaMessageSource, given two names of a contact", () => {
  const { body, signature } = recorded("0009");

  it("believes them where the webhook is signed", async () => {
    const { source, handler } = await started({ hmacKey: RECORDED_HMAC_KEY });
    await source.receive(body, signature);
    expect(handler.messages[0]).toMatchObject({ contact: "971507771234", otherName: "88112233445566@lid" });
  });

  it("does not where no key is set, though it be signed", async () => {
    const { source, handler } = await started();
    await source.receive(body, signature);
    expect(handler.messages[0]).toMatchObject({ contact: "971507771234" });
    expect(handler.messages[0]).not.toHaveProperty("otherName");
  });
});

describe("WahaMessageSource, with a key", () => {
  const hmacKey = "a key";

  it("takes what is signed with it", async () => {
    const { source } = await started({ hmacKey });
    expect(await source.receive(event(), signWebhook(hmacKey, event()))).toBe(routed);
  });

  it("refuses what is not signed", async () => {
    const { source } = await started({ hmacKey });
    expect(await source.receive(event(), {})).toEqual({ kind: "unauthorized", reason: "missing" });
  });

  it("looks at the signature before anything else", async () => {
    const { source } = aSource({ hmacKey });
    const bodies = [
      Buffer.from("no JSON"),
      event({ session: "second" }),
      event({}, { fromMe: true }),
      event(),
    ];
    for (const body of bodies) {
      expect((await source.receive(body, signWebhook("another", body))).kind).toBe("unauthorized");
    }
  });

  it("is not made with an empty one", () => {
    expect(() => aSource({ hmacKey: "" })).toThrow("An empty key signs nothing");
  });
});

describe("WahaMessageSource, without a key", () => {
  it("takes what is not signed, and what is signed with any key", async () => {
    const { source } = await started();
    expect(await source.receive(event(), {})).toBe(routed);
    expect(await source.receive(event(), signWebhook("any", event()))).toBe(routed);
  });
});

describe("WahaMessageSource", () => {
  it("takes the literal example of the original specification", async () => {
    const { source, handler } = await started();
    const body = Buffer.from(
      '{"event":"message","session":"default","payload":{"from":"971501234567@c.us","body":"start_realty_2",' +
        '"timestamp":"2025-12-15T08:30:00Z"}}',
    );
    expect(await source.receive(body, {})).toBe(routed);
    expect(await source.receive(body, {})).toBe(routed);
    const [first, again] = handler.messages;
    expect(first).toMatchObject({
      contact: "971501234567",
      sentAtMs: Date.UTC(2025, 11, 15, 8, 30),
      content: { type: "text", text: "start_realty_2" },
    });
    expect(again!.identity).toBe(first!.identity);
  });

  it("takes a payload alone for a message of its own session", async () => {
    const { source, handler } = await started();
    const payload = { from: "971501234567@c.us", body: "start_realty_2" };
    expect(await source.receive(bytes({ payload }), {})).toBe(routed);
    expect(await source.receive(bytes({ event: null, session: null, timestamp: null, payload }), {})).toBe(
      routed,
    );
    expect(handler.messages[0]!.sentAtMs).toBe(NOW_MS);
    expect(handler.messages[1]!.identity).toBe(handler.messages[0]!.identity);
  });

  it("hands on the same message for both events that carry it", async () => {
    const { source, handler } = await started();
    await source.receive(event({ event: "message" }), {});
    await source.receive(event({ event: "message.any" }), {});
    const [first, second] = handler.messages;
    expect(second).toEqual(first);
  });

  it("takes the event's time for a message that has none", async () => {
    const { source, handler } = await started();
    await source.receive(event({ timestamp: NOW_MS - 61_500 }, { timestamp: null }), {});
    expect(handler.messages[0]!.sentAtMs).toBe(NOW_MS - 62_000);
  });

  it("says which parts of a message it could not read, and not what the contact wrote", async () => {
    const { source, logger } = await started();
    await source.receive(event({}, { body: "my secret wish", location: "my secret place" }), {});
    expect(logger.messages("warn")).toEqual([
      "A message of 971501234567 goes on without what can't be read: location must be an object",
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain("secret");
  });

  it("logs what it ignores at debug", async () => {
    const { source, logger } = await started();
    await source.receive(recorded("0011").body, {});
    expect(logger.lines).toEqual([
      {
        level: "debug",
        message: "Ignored a webhook (group)",
        fields: { event: "webhook.ignored", reason: "group", waha_event: "message.any" },
      },
    ]);
  });

  it("stops when what is in flight has been answered, and takes no more meanwhile", async () => {
    const { source, handler } = await started();
    const release: (() => void)[] = [];
    handler.answer = () => new Promise((resolve) => release.push(() => resolve(routed)));
    const inFlight = source.receive(event(), {});
    const failing = source.receive(event(), {});
    let stops = 0;
    const stopping = [source.stop(), source.stop()].map((stop) => stop.then(() => (stops += 1)));
    expect(await source.receive(event(), {})).toEqual({ kind: "unavailable" });
    release[0]!();
    expect(await inFlight).toBe(routed);
    expect(stops).toBe(0);
    release[1]!();
    await failing;
    await Promise.all(stopping);
    expect(stops).toBe(2);
    expect(handler.messages).toHaveLength(2);
  });

  it("stops though a handler fails on the way", async () => {
    const { source, handler } = await started();
    let fail: (() => void) | undefined;
    handler.answer = () =>
      new Promise((_, reject) => {
        fail = () => reject(new StorageUnavailableError("disk full"));
      });
    const failing = expect(source.receive(event(), {})).rejects.toThrow("disk full");
    const stopping = source.stop();
    await eventually(() => fail !== undefined);
    fail!();
    await Promise.all([failing, stopping]);
  });

  it("can be started again after a stop, but not twice", async () => {
    const { source, handler } = await started();
    await expect(source.start(handler)).rejects.toMatchObject({ code: "source_started" });
    await source.stop();
    await source.start(handler);
    expect(await source.receive(event(), {})).toBe(routed);
  });
});

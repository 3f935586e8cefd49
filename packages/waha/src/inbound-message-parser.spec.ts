import { createHash } from "node:crypto";
import type { InboundMessage } from "@gateway-router/core";
import { parseInboundMessage, type ParsedMessage } from "./inbound-message-parser.js";
import { readAs } from "./read-as.dto.js";
import { recorded } from "./testing/recorded-deliveries.js";
import { WahaMessageDto } from "./waha-message.dto.js";

const NOW_MS = Date.UTC(2026, 10, 23, 16, 46, 30, 250);
const ID = "false_971501234567@c.us_3EB0A1";

function parse(payload: unknown, session = "default", isVouchedFor = true): ParsedMessage {
  const reading = readAs(WahaMessageDto, payload, "payload");
  if (reading.kind === "invalid") throw new TypeError(reading.fault);
  return parseInboundMessage(reading.value, { session, assumedSentAtMs: NOW_MS, isVouchedFor });
}

function messageOf(payload: object, session?: string): InboundMessage {
  const parsed = parse({ from: "971501234567@c.us", id: ID, ...payload }, session);
  if (parsed.kind !== "message") throw new TypeError(`no message but ${JSON.stringify(parsed)}`);
  return parsed.message;
}

function recordedMessage(prefix: string): InboundMessage {
  const event = JSON.parse(recorded(prefix).body.toString("utf8")) as { payload: object };
  return messageOf(event.payload);
}

describe("a recorded message", () => {
  it("with text becomes that of its contact", () => {
    expect(recordedMessage("0004")).toEqual({
      identity: "default/false/3EB0A0000000000000000001",
      contact: "971501234567",
      contactName: "Mohamed",
      sentAtMs: Date.UTC(2026, 10, 23, 16, 46, 1),
      content: { id: "3EB0A0000000000000000001", type: "text", text: "start_realty_2" },
    });
  });

  it("from a LID with a known phone is that phone's", () => {
    expect(recordedMessage("0009").contact).toBe("971507771234");
  });

  it("from a LID without a known phone is the LID's", () => {
    expect(recordedMessage("0010").contact).toBe("99112233445566@lid");
  });

  it("delivered again has the same identity", () => {
    expect(recordedMessage("0015").identity).toBe(recordedMessage("0005").identity);
  });

  it("with a location has it in numbers", () => {
    expect(recordedMessage("0016").content).toEqual({
      id: "3EB0A000000000000000000C",
      type: "location",
      location: { latitude: 25.2048, longitude: 55.2708, name: "Downtown", address: "Dubai" },
    });
  });

  it("with a contact card has the card", () => {
    expect(recordedMessage("0017").content).toEqual({
      id: "3EB0A000000000000000000D",
      type: "contact",
      contacts: [
        {
          vcard:
            "BEGIN:VCARD\nVERSION:3.0\nFN:Omar\nTEL;type=CELL;waid=971500000001:+971 50 000 0001\nEND:VCARD",
        },
      ],
    });
  });

  it("that answers another refers to it", () => {
    expect(recordedMessage("0018").content).toEqual({
      id: "3EB0A000000000000000000E",
      type: "text",
      text: "the second one please",
      replyTo: { id: "3EB0A0000000000000000002", text: "Buy or rent?" },
    });
  });
});

describe("the identity of a message", () => {
  it("is the same for the LID and the phone form of one chat", () => {
    const byPhone = messageOf({ id: "false_971501234567@c.us_3EB0A1" });
    const byLid = messageOf({ id: "false_88112233445566@lid_3EB0A1", from: "88112233445566@lid" });
    expect(byLid.identity).toBe(byPhone.identity);
  });

  it("differs between sessions", () => {
    expect(messageOf({}, "default").identity).not.toBe(messageOf({}, "second").identity);
  });

  it("is the id as a whole where that has another form", () => {
    expect(messageOf({ id: "ABC_DEF" })).toMatchObject({
      identity: "default/false/ABC_DEF",
      content: { id: "ABC_DEF" },
    });
  });

  const literal = { from: "971501234567@c.us", body: "start_realty_2", timestamp: "2025-12-15T08:30:00Z" };

  it.each<[string, unknown]>([
    ["missing", undefined],
    ["null", null],
    ["empty", ""],
  ])("is a hash where the id is %s, and so is the message's own id", (_, id) => {
    const message = messageOf({ ...literal, id });
    expect(message.content.id).toMatch(/^[0-9a-f]{64}$/);
    expect(message.identity).toBe(`default/false/${message.content.id}`);
    expect(message.sentAtMs).toBe(Date.UTC(2025, 11, 15, 8, 30));
    expect(messageOf({ ...literal, id }).identity).toBe(message.identity);
  });

  it("by hash is the same in whichever form the time is written", () => {
    const inSeconds = { ...literal, id: null, timestamp: Date.UTC(2025, 11, 15, 8, 30) / 1000 };
    expect(messageOf(inSeconds).identity).toBe(messageOf({ ...literal, id: null }).identity);
  });

  it("by hash is another for another session, sender, time or text", () => {
    const identities = [
      messageOf({ ...literal, id: null }),
      messageOf({ ...literal, id: null }, "second"),
      messageOf({ ...literal, id: null, from: "971501234568@c.us" }),
      messageOf({ ...literal, id: null, timestamp: "2025-12-15T08:30:01Z" }),
      messageOf({ ...literal, id: null, body: "start_realty_3" }),
      messageOf({ ...literal, id: null, body: null }),
      messageOf({ ...literal, id: null, timestamp: null }),
    ].map(({ identity }) => identity);
    expect(new Set(identities).size).toBe(identities.length);
  });

  it("by hash stays the same without a time, whenever the message comes", () => {
    const reading = readAs(WahaMessageDto, { from: "971501234567@c.us", body: "Hello" }, "payload");
    if (reading.kind === "invalid") throw new TypeError(reading.fault);
    const [first, second] = [NOW_MS, NOW_MS + 60_000].map((assumedSentAtMs) => {
      const parsed = parseInboundMessage(reading.value, {
        session: "default",
        assumedSentAtMs,
        isVouchedFor: true,
      });
      return parsed.kind === "message" ? parsed.message : undefined;
    });
    expect(second!.identity).toBe(first!.identity);
    expect(second!.sentAtMs).toBeGreaterThan(first!.sentAtMs);
  });
});

describe("when a message was sent", () => {
  it("is told in whole seconds", () => {
    expect(messageOf({ timestamp: 1795452361.9 }).sentAtMs).toBe(1795452361000);
    expect(messageOf({ timestamp: "1795452361" }).sentAtMs).toBe(1795452361000);
  });

  it.each([undefined, null, 0, ""])("is what is assumed where the message says %j", (timestamp) => {
    expect(messageOf({ timestamp }).sentAtMs).toBe(Date.UTC(2026, 10, 23, 16, 46, 30));
  });
});

describe("who sent a message", () => {
  it.each<[string, string, string]>([
    ["a phone number", "971501234567@c.us", "971501234567"],
    ["a phone number of the inner form", "971501234567:12@s.whatsapp.net", "971501234567"],
    ["a phone number as people write it", "+971 50-123 4567", "971501234567"],
    ["a LID", "88112233445566@lid", "88112233445566@lid"],
    ["a LID's device", "88112233445566:3@lid", "88112233445566@lid"],
  ])("is read from %s", (_, from, contact) => {
    expect(messageOf({ from }).contact).toBe(contact);
  });

  it.each<[string, unknown, string]>([
    ["NOWEB", { key: { remoteJidAlt: "971507771234@s.whatsapp.net" } }, "971507771234"],
    ["NOWEB, as a participant", { key: { participantAlt: "971507771234:5@s.whatsapp.net" } }, "971507771234"],
    ["GOWS", { Info: { SenderAlt: "971507771234@s.whatsapp.net" } }, "971507771234"],
    ["GOWS, empty", { Info: { SenderAlt: "" } }, "88112233445566@lid"],
    ["another LID", { key: { remoteJidAlt: "77112233445566@lid" } }, "88112233445566@lid"],
    ["a group", { key: { remoteJidAlt: "120363001@g.us" } }, "88112233445566@lid"],
    ["what is no text", { key: { remoteJidAlt: 971507771234 } }, "88112233445566@lid"],
    ["a list", [{ key: {} }], "88112233445566@lid"],
    ["a prototype", Object.create({ key: { remoteJidAlt: "1234567@c.us" } }), "88112233445566@lid"],
  ])("is looked up for a LID in the engine's data: %s", (_, _data, contact) => {
    expect(messageOf({ from: "88112233445566@lid", _data }).contact).toBe(contact);
  });

  it("is the number in `from` whatever the engine's data says besides", () => {
    const _data = { key: { remoteJidAlt: "971507771234@s.whatsapp.net" } };
    expect(messageOf({ _data }).contact).toBe("971501234567");
  });

  it.each<[string, object, string]>([
    ["a group", { from: "120363001@g.us" }, "group"],
    ["a status", { from: "status@broadcast" }, "broadcast"],
    ["a broadcast list", { from: "1700000000@broadcast" }, "broadcast"],
    ["a channel", { from: "120363999@newsletter" }, "channel"],
  ])("counts for nothing where it is %s", (_, fields, reason) => {
    expect(parse({ from: "971501234567@c.us", id: ID, ...fields })).toEqual({ kind: "ignored", reason });
  });

  it("trusts the message over its id about who sent it", () => {
    expect(parse({ from: "971501234567@c.us", id: "true_1@c.us_A", fromMe: false }).kind).toBe("message");
  });

  it.each<[string, string]>([
    ["0@c.us", "@c.us"],
    ["13135550002@bot", "@bot"],
    ["x@y@hosted.lid", "@hosted.lid"],
    ["@", "@"],
    [`1@${"x".repeat(100)}`, `@${"x".repeat(31)}`],
  ])("is unknown where the address is of no person: %s", (from, server) => {
    expect(parse({ from, id: ID })).toEqual({ kind: "unknown_sender", server });
  });

  it.each(["hello", "0501234567", "123", "__proto__", "٩٧١٥٠١٢٣٤٥٦٧"])("can't be %j", (from) => {
    expect(parse({ from, id: ID })).toEqual({
      kind: "malformed",
      message: "payload: from must be a phone number or an address of WhatsApp",
    });
  });
});

describe("the two names of a contact", () => {
  const phone = "971507771234";
  const lid = "88112233445566@lid";
  const names = (payload: object, isVouchedFor = true) => {
    const parsed = parse({ id: ID, ...payload }, "default", isVouchedFor);
    if (parsed.kind !== "message") throw new TypeError(parsed.kind);
    return { contact: parsed.message.contact, otherName: parsed.message.otherName };
  };

  it.each<[string, object]>([
    ["a LID, of NOWEB", { from: lid, _data: { key: { remoteJidAlt: `${phone}@s.whatsapp.net` } } }],
    [
      "a LID's device, of GOWS",
      { from: "88112233445566:7@lid", _data: { Info: { SenderAlt: `${phone}:1@s.whatsapp.net` } } },
    ],
    ["a phone number, of NOWEB", { from: `${phone}@c.us`, _data: { key: { remoteJidAlt: lid } } }],
    [
      "a phone number, of NOWEB, as a participant",
      { from: `${phone}@c.us`, _data: { key: { participantAlt: lid } } },
    ],
    [
      "a phone number, of GOWS",
      { from: `${phone}@c.us`, _data: { Info: { SenderAlt: "88112233445566:7@lid" } } },
    ],
  ])("are known from %s", (_, payload) => {
    expect(names(payload)).toEqual({ contact: phone, otherName: lid });
  });

  it("are not believed where nobody vouches for them", () => {
    const byLid = { from: lid, _data: { key: { remoteJidAlt: `${phone}@s.whatsapp.net` } } };
    expect(names(byLid, false)).toEqual({ contact: phone, otherName: undefined });
    const byPhone = { from: `${phone}@c.us`, _data: { key: { remoteJidAlt: lid } } };
    expect(names(byPhone, false)).toEqual({ contact: phone, otherName: undefined });
  });

  it.each<[string, object]>([
    ["there is none", { from: `${phone}@c.us` }],
    [
      "it is another phone number",
      { from: `${phone}@c.us`, _data: { key: { remoteJidAlt: "971500000000@c.us" } } },
    ],
    ["it is empty", { from: `${phone}@c.us`, _data: { Info: { SenderAlt: "" } } }],
  ])("are one where %s", (_, payload) => {
    expect(names(payload)).toEqual({ contact: phone, otherName: undefined });
  });
});

describe("one's own message", () => {
  const own = (payload: object) => parse({ from: "971501234567@c.us", timestamp: 1795452367, ...payload });
  const sent = {
    messageId: "3EB0B1",
    contact: "971501234567",
    sentAtMs: 1795452367000,
    byProgram: true,
    hasMedia: false,
  };

  it.each<[string, object, object]>([
    [
      "NOWEB",
      { id: "true_971501234567@c.us_3EB0B1", fromMe: true, source: "api", body: "Hi" },
      { text: "Hi" },
    ],
    ["the id alone", { id: "true_971501234567@c.us_3EB0B1" }, {}],
    ["hand, on the phone", { id: "true_971501234567@c.us_3EB0B1", source: "app" }, { byProgram: false }],
    [
      "WEBJS",
      {
        id: "true_971501234567@c.us_3EB0B1",
        fromMe: true,
        from: "971557357753@c.us",
        to: "971501234567@c.us",
      },
      {},
    ],
    [
      "an engine with bare ids",
      { id: "3EB0B1", fromMe: true, from: "971557357753@c.us", to: "971501234567@c.us" },
      {},
    ],
    ["an engine with bare ids and the chat in `from`", { id: "3EB0B1", fromMe: true }, {}],
    [
      "NOWEB, to a LID",
      { id: "true_99@lid_3EB0B1", _data: { key: { remoteJidAlt: "971501234567@s.whatsapp.net" } } },
      {},
    ],
    [
      "GOWS, to a LID",
      {
        id: "true_99@lid_3EB0B1",
        _data: {
          Info: { SenderAlt: "1557357753@s.whatsapp.net", RecipientAlt: "971501234567@s.whatsapp.net" },
        },
      },
      {},
    ],
    ["a LID whose phone is unknown", { id: "true_99@lid_3EB0B1" }, { contact: "99@lid" }],
    [
      "media",
      { id: "true_971501234567@c.us_3EB0B1", hasMedia: true, body: "Look" },
      { hasMedia: true, text: "Look" },
    ],
    [
      "media without a word",
      { id: "true_971501234567@c.us_3EB0B1", media: { url: "x" }, body: null },
      { hasMedia: true },
    ],
  ])("is read from %s", (_, payload, differing) => {
    expect(own(payload)).toEqual({ kind: "own_message", own: { ...sent, ...differing } });
  });

  it.each<[string, object]>([
    ["went to a group", { id: "true_120363001@g.us_3EB0B1_971557357753@c.us", from: "120363001@g.us" }],
    ["is a status", { id: "true_status@broadcast_3EB0B1", from: "status@broadcast" }],
    ["has no id", { id: "", fromMe: true }],
  ])("is nobody's where it %s", (_, payload) => {
    expect(own(payload)).toEqual({ kind: "own_message", own: undefined });
  });
});

describe("the name a contact shows", () => {
  it.each<[string, object, string | undefined]>([
    ["NOWEB", { _data: { pushName: "Mohamed" } }, "Mohamed"],
    ["GOWS", { _data: { Info: { PushName: "Sara" } } }, "Sara"],
    ["WEBJS", { _data: { notifyName: "Lina" } }, "Lina"],
    ["the message itself", { notifyName: "Omar" }, "Omar"],
    ["blanks", { _data: { pushName: "   " } }, undefined],
    ["a number", { _data: { pushName: 7 }, notifyName: 7 }, undefined],
    ["nothing", {}, undefined],
  ])("is read from %s", (_, fields, name) => {
    expect(messageOf(fields).contactName).toBe(name);
  });

  it("is cut where it is no name any more, and never within a character", () => {
    const { contactName } = messageOf({ _data: { pushName: "🏠".repeat(500_000) } });
    expect(contactName).toBe("🏠".repeat(128));
  });
});

describe("the content of a message", () => {
  const file = (fields: object) => messageOf({ hasMedia: true, media: fields }).content;

  it.each<[object, string]>([
    [{ mimetype: "image/jpeg" }, "image"],
    [{ mimetype: "image/webp" }, "image"],
    [{ mimetype: "video/mp4" }, "video"],
    [{ mimetype: "audio/ogg; codecs=opus" }, "audio"],
    [{ mimetype: "AUDIO/OGG" }, "audio"],
    [{ mimetype: "application/pdf" }, "document"],
    [{ mimetype: "nonsense" }, "document"],
    [{ filename: "plan.dwg" }, "document"],
    [{ mimetype: null, filename: null, url: "http://127.0.0.1:3000/api/files/a" }, "other"],
  ])("with the media %j is of type %s", (media, type) => {
    expect(file(media).type).toBe(type);
  });

  it("carries media whole, its caption as text", () => {
    const media = {
      mimetype: "image/jpeg",
      filename: "house.jpg",
      url: "http://127.0.0.1:3000/api/files/default/a.jpg",
      error: null,
      s3: { Bucket: "b" },
    };
    expect(messageOf({ body: "this one", hasMedia: true, media }).content).toEqual({
      id: "3EB0A1",
      type: "image",
      text: "this one",
      media: {
        id: expect.stringMatching(/^med_[0-9a-f]{32}$/),
        mimetype: "image/jpeg",
        filename: "house.jpg",
        sourceUrl: "http://127.0.0.1:3000/api/files/default/a.jpg",
        sourceMessageId: "false_971501234567@c.us_3EB0A1",
      },
    });
  });

  it.each<[unknown, string | undefined]>([
    ["no space left", "no space left"],
    [{ message: "timed out" }, "timed out"],
    [{ code: 1 }, "WAHA could not fetch the file"],
    ["x".repeat(9_999), "x".repeat(500)],
    ["", undefined],
  ])("says why a file could not be fetched: %j", (error, expected) => {
    expect(file({ mimetype: "image/jpeg", error }).media?.error).toBe(expected);
  });

  it("names a file by its message, and only where there is one to fetch", () => {
    const media = { mimetype: "image/jpeg", url: "http://127.0.0.1:3000/api/files/default/a.jpg" };
    const fields = { hasMedia: true, media };
    const id = messageOf(fields).content.media?.id;
    expect(id).toBe("med_" + createHash("sha256").update("default/false/3EB0A1").digest("hex").slice(0, 32));
    const again = {
      ...fields,
      id: "false_88112233445566@lid_3EB0A1",
      media: { ...media, url: "http://other/b" },
    };
    expect(messageOf(again).content.media?.id).toBe(id);
    expect(messageOf({ ...fields, id: "false_1@c.us_3EB0A2" }).content.media?.id).not.toBe(id);
    expect(file({ mimetype: "image/jpeg", error: "no" }).media).toEqual({
      mimetype: "image/jpeg",
      error: "no",
    });
  });

  it.each([null, { url: "" }, { url: null, error: "" }])(
    "has a file that came as %j asked for by its message",
    (media) => {
      expect(messageOf({ hasMedia: true, media, body: "look" }).content).toEqual({
        id: "3EB0A1",
        type: "other",
        text: "look",
        media: {
          id: expect.stringMatching(/^med_[0-9a-f]{32}$/),
          sourceMessageId: "false_971501234567@c.us_3EB0A1",
        },
      });
    },
  );

  it.each([undefined, null, "3EB0A1"])(
    "says that there was a file though WAHA gives none, where the message's id %j does not say in which chat",
    (id) => {
      const { media } = messageOf({ id, hasMedia: true, media: null, body: "look" }).content;
      expect(media).toEqual({ error: "WAHA gave no file with the message" });
    },
  );

  it("takes locations in numbers as well as in text", () => {
    const location = { latitude: -33.5, longitude: "+151.25", name: null, address: "" };
    expect(messageOf({ location }).content).toMatchObject({
      type: "location",
      location: { latitude: -33.5, longitude: 151.25 },
    });
  });

  it("names an answered message by its bare id", () => {
    const replyTo = { id: "true_971501234567@c.us_3EB0", body: null };
    expect(messageOf({ body: "yes", replyTo }).content.replyTo).toEqual({ id: "3EB0" });
    expect(messageOf({ body: "yes", replyTo: { id: "" } }).content.replyTo).toBeUndefined();
  });

  it("takes no part from empty fields", () => {
    const payload = { body: "Hi", hasMedia: false, media: null, vCards: [], location: null, replyTo: null };
    expect(messageOf(payload).content).toEqual({ id: "3EB0A1", type: "text", text: "Hi" });
  });

  it.each([null, "", undefined])("is other where there is nothing in it (%j)", (body) => {
    expect(messageOf({ body }).content).toEqual({ id: "3EB0A1", type: "other" });
  });

  it("keeps a long text whole", () => {
    expect(messageOf({ body: "x".repeat(900_000) }).content.text).toHaveLength(900_000);
  });

  it("goes on without the parts that can't be read, and says which these are", () => {
    const parsed = parse({
      from: "971501234567@c.us",
      id: ID,
      body: "Hi",
      media: [],
      location: { latitude: "north" },
      vCards: "BEGIN:VCARD",
      replyTo: { id: 7 },
    });
    expect(parsed).toMatchObject({ kind: "message", message: { content: { type: "text", text: "Hi" } } });
    const faults = parsed.kind === "message" ? parsed.partFaults : [];
    expect(faults.map((fault) => fault.split(" must", 1)[0])).toEqual([
      "location: latitude",
      "payload: vCards",
      "replyTo: id",
      "media",
    ]);
  });
});

import {
  aContact,
  aDelivery,
  aGeneration,
  aMapping,
  aMessage,
  aTenantId,
} from "@gateway-router/core/testing";
import type {
  DueDelivery,
  InboundChange,
  MediaOutcome,
  MessageContent,
  TenantEvent,
} from "@gateway-router/core";
import type { ReceivedMessageJson } from "./received-message-json.js";
import { tenantEventJson } from "./tenant-event-json.js";
import { claimOf } from "./testing/handler-server.js";

const mapping = aMapping({
  contact: aContact("971501234567"),
  tenantId: aTenantId(2),
  generation: aGeneration("ct_1"),
});
const sentAtMs = Date.UTC(2026, 10, 23, 15, 32, 41);

function jsonOf(delivery: DueDelivery) {
  return tenantEventJson(delivery, {
    mediaUrl: (id) => `https://gateway.example/api/tenant/media/${encodeURIComponent(id)}`,
  });
}

function received(delivery: DueDelivery) {
  const event = jsonOf(delivery);
  if (event.type !== "message.received") throw new TypeError(`a message came as ${event.type}`);
  return event;
}

function eventOf(content: MessageContent, media?: MediaOutcome) {
  const body = { ...aMessage({ sentAtMs }), content };
  const claim = claimOf(aDelivery(mapping, { body }));
  return received(media === undefined ? claim : { ...claim, media });
}

/** The event of something other than a message. */
function textOf(body: Exclude<TenantEvent, { kind?: undefined }>, replayed = false): string {
  const { identity } = body;
  return JSON.stringify(jsonOf({ ...claimOf(aDelivery(mapping), { replayed }), identity, body }));
}

describe("tenantEventJson of a message", () => {
  it("is the event of the contract, in its order", () => {
    const body = {
      ...aMessage({ sentAtMs, contactName: "Mohamed" }),
      content: { id: "3EB0A0000000000000000001", type: "text", text: "start_realty_2" },
    } as const;
    const event = received(claimOf(aDelivery(mapping, { body }), { isFirst: true }));
    expect(JSON.stringify(event)).toBe(
      '{"type":"message.received","timestamp":"2026-11-23T15:32:41.000Z","data":{' +
        '"tenant_id":2,"phone_number":"971501234567","is_new_session":true,' +
        '"contact":{"id":"ct_1","name":"Mohamed"},' +
        '"message":{"id":"3EB0A0000000000000000001","type":"text","text":"start_realty_2","timestamp":"2026-11-23T15:32:41.000Z"}}}',
    );
  });

  it("leaves the name out where WhatsApp told none", () => {
    expect(eventOf({ id: "1", type: "text", text: "Hi" }).data.contact).toEqual({ id: "ct_1" });
  });

  it("is the same on every attempt", () => {
    const delivery = aDelivery(mapping);
    const first = received(claimOf(delivery));
    expect(received(claimOf(delivery, { attempts: 7, ageMs: 3_600_000 }))).toEqual(first);
  });

  it("says `replayed` only where it was", () => {
    const delivery = aDelivery(mapping);
    expect(received(claimOf(delivery, { replayed: true })).data.replayed).toBe(true);
    expect(received(claimOf(delivery)).data).not.toHaveProperty("replayed");
  });

  it("says `opted_out` of a contact that wants nothing sent to it, with messages and changes, and of no other", () => {
    const { body, ...delivery } = aDelivery(mapping);
    expect(received(claimOf({ ...delivery, body: { ...body, optedOut: true } })).data).toMatchObject({
      opted_out: true,
    });
    expect(received(claimOf({ ...delivery, body })).data).not.toHaveProperty("opted_out");
    const change: InboundChange = {
      ...{ kind: "revoked", identity: "r", contact: mapping.contact, sentAtMs: 0, messageId: "1" },
      optedOut: true,
    };
    expect(tenantEventJson(claimOf({ ...delivery, body: change }), { mediaUrl: String }).data).toMatchObject({
      opted_out: true,
    });
  });

  it("says by which campaign the contact came, right behind whether it is new, where that is to be told", () => {
    const due = { ...claimOf(aDelivery(mapping), { isFirst: true }), campaign: "instagram" };
    expect(JSON.stringify(received(due))).toContain(
      '"is_new_session":true,"campaign":"instagram","contact":{"id":"ct_1"}',
    );
    expect(received(claimOf(aDelivery(mapping), { isFirst: true })).data).not.toHaveProperty("campaign");
  });

  it("names a contact known only by its LID as such", () => {
    const lid = aMapping({ contact: aContact("88112233445566@lid"), generation: aGeneration("ct_2") });
    const { data } = received(claimOf(aDelivery(lid)));
    expect(data.phone_number).toBe("88112233445566@lid");
    expect(data.contact.id).toBe("ct_2");
  });

  it("tells of media, but not where the gateway finds the file", () => {
    const { message } = eventOf({
      id: "1",
      type: "image",
      text: "Look",
      media: { mimetype: "image/jpeg", filename: "house.jpg", sourceUrl: "http://waha:3000/api/files/1" },
    }).data;
    expect(message).toMatchObject({ type: "image", text: "Look" });
    expect(message.media).toEqual({ mimetype: "image/jpeg", filename: "house.jpg" });
  });

  it("tells why the source has no file", () => {
    const { message } = eventOf({ id: "1", type: "video", media: { error: "expired" } }).data;
    expect(message.media).toEqual({ error: "expired" });
    expect(message).not.toHaveProperty("text");
  });

  describe("with a file that was fetched", () => {
    const media = {
      ...{ id: "a/b 1", mimetype: "image/jpg", filename: "house.jpg" },
      sourceUrl: "http://waha:3000/api/files/1",
    };
    const mediaOf = (outcome: MediaOutcome): ReceivedMessageJson["media"] =>
      eventOf({ id: "1", type: "image", media }, outcome).data.message.media;

    it("says where it is, what it is and how large", () => {
      expect(mediaOf({ kind: "kept", sizeBytes: 12_345, mimetype: "image/jpeg" })).toEqual({
        url: "https://gateway.example/api/tenant/media/a%2Fb%201",
        ...{ mimetype: "image/jpeg", filename: "house.jpg", size: 12_345 },
      });
    });

    it("says what the source told, where the file itself says nothing", () => {
      expect(mediaOf({ kind: "kept", sizeBytes: 0 })).toMatchObject({ mimetype: "image/jpg", size: 0 });
    });

    it("says why there is none, and no URL", () => {
      expect(mediaOf({ kind: "failed", error: "too large" })).toEqual({
        ...{ mimetype: "image/jpg", filename: "house.jpg", error: "too large" },
      });
    });
  });

  it("tells of a location, of contact cards, and of what is replied to", () => {
    const location = { latitude: 25.2, longitude: 55.27, name: "Dubai" };
    expect(eventOf({ id: "1", type: "location", location }).data.message.location).toEqual(location);
    const contacts = [{ vcard: "BEGIN:VCARD" }];
    expect(eventOf({ id: "1", type: "contact", contacts }).data.message.contacts).toEqual(contacts);
    const replyTo = { id: "3EB0", text: "Which one?" };
    expect(eventOf({ id: "1", type: "text", text: "This", replyTo }).data.message.reply_to).toEqual(replyTo);
  });
});

describe("tenantEventJson of anything else", () => {
  const contact = mapping.contact;
  const change = {
    ...{ identity: "default/false/2", contact, contactName: "Mohamed", sentAtMs },
    messageId: "3EB0A0000000000000000001",
  };
  const head = (type: string) => `{"type":"${type}","timestamp":"2026-11-23T15:32:41.000Z","data":{`;
  const whose = '"tenant_id":2,"phone_number":"971501234567","contact":{"id":"ct_1","name":"Mohamed"},';
  const message = (...fields: string[]) =>
    `"message":{${['"id":"3EB0A0000000000000000001"', ...fields, '"timestamp":"2026-11-23T15:32:41.000Z"'].join()}}}}`;

  it("an edited message has its new text", () => {
    expect(textOf({ ...change, kind: "edited", text: "start" })).toBe(
      head("message.edited") + whose + message('"text":"start"'),
    );
    expect(textOf({ ...change, kind: "edited" })).toContain('"text":""');
  });

  it("a revoked message is named, and nothing more", () => {
    expect(textOf({ ...change, kind: "revoked", text: "secret" })).toBe(
      head("message.revoked") + whose + message(),
    );
  });

  it("a reaction is an emoji, or nothing where it was taken back", () => {
    expect(textOf({ ...change, kind: "reaction", text: "👍" })).toBe(
      head("message.reaction") + whose + message('"reaction":"👍"'),
    );
    expect(textOf({ ...change, kind: "reaction", text: "" })).toContain('"reaction":""');
    expect(textOf({ ...change, kind: "reaction" })).toContain('"reaction":""');
  });

  it("a reply that was given up is named, with the reason", () => {
    const failed = {
      ...{ kind: "reply_failed" as const, identity: "reply_failed/msg_1_0", contact, sentAtMs },
      ...{ replyId: "msg_1_0", reason: "expired" },
    };
    const nameless = '"tenant_id":2,"phone_number":"971501234567","contact":{"id":"ct_1"},';
    expect(textOf(failed)).toBe(
      `${head("reply.failed")}${nameless}"reply":{"id":"msg_1_0","reason":"expired"}}}`,
    );
    expect(textOf({ ...failed, error: "not on WhatsApp" })).toContain(
      '"reason":"expired","error":"not on WhatsApp"',
    );
  });

  it.each(["edited", "revoked", "reaction"] as const)("%s says `replayed` only where it was", (kind) => {
    expect(textOf({ ...change, kind }, true)).toContain('"replayed":true,"contact"');
    expect(textOf({ ...change, kind })).not.toContain("replayed");
  });
});

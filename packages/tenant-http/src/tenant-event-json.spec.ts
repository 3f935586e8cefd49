import {
  aContact,
  aDelivery,
  aGeneration,
  aMapping,
  aMessage,
  aTenantId,
} from "@gateway-router/core/testing";
import type { MessageContent } from "@gateway-router/core";
import { messageReceivedEvent } from "./message-received-event.js";
import { claimOf } from "./testing/handler-server.js";

const mapping = aMapping({
  contact: aContact("971501234567"),
  tenantId: aTenantId(2),
  generation: aGeneration("ct_1"),
});
const sentAtMs = Date.UTC(2026, 10, 23, 15, 32, 41);

function eventOf(content: MessageContent) {
  const body = { ...aMessage({ sentAtMs }), content };
  return messageReceivedEvent(claimOf(aDelivery(mapping, { body })));
}

describe("messageReceivedEvent", () => {
  it("is the event of the contract, in its order", () => {
    const body = {
      ...aMessage({ sentAtMs, contactName: "Mohamed" }),
      content: { id: "3EB0A0000000000000000001", type: "text", text: "start_realty_2" },
    } as const;
    const event = messageReceivedEvent(claimOf(aDelivery(mapping, { body }), { isFirst: true }));
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
    const first = messageReceivedEvent(claimOf(delivery));
    expect(messageReceivedEvent(claimOf(delivery, { attempts: 7, ageMs: 3_600_000 }))).toEqual(first);
  });

  it("says `replayed` only where it was", () => {
    const delivery = aDelivery(mapping);
    expect(messageReceivedEvent(claimOf(delivery, { replayed: true })).data.replayed).toBe(true);
    expect(messageReceivedEvent(claimOf(delivery)).data).not.toHaveProperty("replayed");
  });

  it("names a contact known only by its LID as such", () => {
    const lid = aMapping({ contact: aContact("88112233445566@lid"), generation: aGeneration("ct_2") });
    const { data } = messageReceivedEvent(claimOf(aDelivery(lid)));
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

  it("tells why media could not be fetched", () => {
    const { message } = eventOf({ id: "1", type: "video", media: { error: "expired" } }).data;
    expect(message.media).toEqual({ error: "expired" });
    expect(message).not.toHaveProperty("text");
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

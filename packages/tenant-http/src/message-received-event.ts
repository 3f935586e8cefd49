import type { InboundMessage, MessageType, QueuedDelivery } from "@gateway-router/core";

/** What a tenant's handler gets, as it stands in the JSON. */
export interface MessageReceivedEvent {
  readonly type: "message.received";
  /** When the contact sent the message, ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly data: MessageReceivedData;
}

export interface MessageReceivedData {
  readonly tenant_id: number;
  /** Digits, or `<digits>@lid` where WhatsApp hides the number. */
  readonly phone_number: string;
  readonly is_new_session: boolean;
  /** Whether an admin sent it again after it had been given up. */
  readonly replayed?: true;
  readonly contact: { readonly id: string; readonly name?: string };
  readonly message: ReceivedMessage;
}

export interface ReceivedMessage {
  readonly id: string;
  readonly type: MessageType;
  readonly text?: string;
  readonly timestamp: string;
  readonly media?: { readonly mimetype?: string; readonly filename?: string; readonly error?: string };
  readonly location?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
  };
  readonly contacts?: readonly { readonly vcard: string }[];
  readonly reply_to?: { readonly id: string; readonly text?: string };
}

/**
 * The event for a delivery. Every attempt of one delivery gives the same event, so its `timestamp` is the
 * message's own; when an attempt was made is told by the `webhook-timestamp` header.
 */
export function messageReceivedEvent(delivery: QueuedDelivery<InboundMessage>): MessageReceivedEvent {
  const { tenantId, contact, generation, body, isFirst, replayed } = delivery;
  const timestamp = new Date(body.sentAtMs).toISOString();
  return {
    type: "message.received",
    timestamp,
    data: {
      tenant_id: tenantId,
      phone_number: contact,
      is_new_session: isFirst,
      ...(replayed ? { replayed } : {}),
      // The lock names the contact for as long as this tenant has it, by whichever of its addresses it writes.
      contact: { id: generation, ...(body.contactName === undefined ? {} : { name: body.contactName }) },
      message: receivedMessage(body, timestamp),
    },
  };
}

/** Picks field by field: what the gateway keeps for itself, such as where a file lies, must not slip through. */
function receivedMessage({ content }: InboundMessage, timestamp: string): ReceivedMessage {
  const { id, type, text, media, location, contacts, replyTo } = content;
  return {
    id,
    type,
    ...(text === undefined ? {} : { text }),
    timestamp,
    ...(media === undefined
      ? {}
      : { media: defined({ mimetype: media.mimetype, filename: media.filename, error: media.error }) }),
    ...(location === undefined
      ? {}
      : {
          location: {
            latitude: location.latitude,
            longitude: location.longitude,
            ...defined({ name: location.name, address: location.address }),
          },
        }),
    ...(contacts === undefined ? {} : { contacts: contacts.map(({ vcard }) => ({ vcard })) }),
    ...(replyTo === undefined ? {} : { reply_to: { id: replyTo.id, ...defined({ text: replyTo.text }) } }),
  };
}

function defined<Fields extends Record<string, string | undefined>>(
  fields: Fields,
): { [Name in keyof Fields]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: string;
  };
}

import { engineMessage, secondsOf, type EngineMessage } from "./engine-message.js";
import { ACK_NAMES } from "./waha-event.js";
import {
  fullMessageId,
  type MessageContent,
  type QuotedMessage,
  type WhatsAppMessage,
} from "./whatsapp/whatsapp-message.js";

/** A message as WAHA's webhooks tell it. */
export interface MessagePayload {
  readonly id: string;
  /** In seconds, unlike the envelope's. */
  readonly timestamp: number;
  readonly from: string;
  readonly fromMe: boolean;
  readonly source: "app" | "api";
  readonly body: string | null;
  readonly to?: string;
  readonly participant?: string;
  readonly hasMedia: boolean;
  readonly media: MediaPayload | null;
  readonly ack: number;
  readonly ackName: string;
  readonly location: LocationPayload | null;
  readonly vCards: readonly string[] | null;
  readonly replyTo: ReplyToPayload | null;
  /** The engine's own form. */
  readonly _data: EngineMessage;
}

export interface MediaPayload {
  /** Null where the file could not be fetched. */
  readonly url: string | null;
  readonly filename: string | null;
  readonly mimetype: string;
  readonly error?: { readonly details: string };
}

export interface LocationPayload {
  readonly live: boolean;
  /** Text on the NOWEB engine. */
  readonly latitude: string;
  readonly longitude: string;
  readonly name: string | null;
  readonly address: string | null;
}

export interface ReplyToPayload {
  /** The bare WhatsApp id. */
  readonly id: string;
  readonly participant: string;
  readonly body: string;
  readonly _data: object;
}

/** The message as it is told, its file being where `media` says; null for one that has none or is not fetched. */
export function messagePayload(message: WhatsAppMessage, media: MediaPayload | null): MessagePayload {
  const { chatId, participant, fromMe, source, content, quoted, ack } = message;
  const inGroup = participant === undefined ? {} : { to: chatId, participant };
  return {
    id: fullMessageId(message),
    timestamp: secondsOf(message),
    from: chatId,
    fromMe,
    source,
    body: bodyOf(content),
    ...inGroup,
    hasMedia: content.kind === "media",
    media: content.kind === "media" ? media : null,
    ack,
    ackName: ACK_NAMES[ack],
    location: content.kind === "location" ? locationOf(content) : null,
    vCards: content.kind === "contact_card" ? [content.vcard] : null,
    replyTo: quoted === undefined ? null : replyToOf(quoted),
    _data: engineMessage(message),
  };
}

function bodyOf(content: MessageContent): string | null {
  switch (content.kind) {
    case "text":
    case "edit":
      return content.text;
    case "media":
      return content.caption ?? "";
    case "location":
    case "contact_card":
    case "revocation":
    case "reaction":
      return null;
  }
}

function locationOf(content: Extract<MessageContent, { kind: "location" }>): LocationPayload {
  const { latitude, longitude, name, address } = content;
  return {
    live: false,
    latitude: String(latitude),
    longitude: String(longitude),
    name: name ?? null,
    address: address ?? null,
  };
}

function replyToOf({ id, participant, text }: QuotedMessage): ReplyToPayload {
  return { id, participant, body: text, _data: { conversation: text } };
}

import { ACK_NAMES } from "./waha-event.js";
import { jidOf } from "./whatsapp/chat-address.js";
import {
  fullMessageId,
  type MessageContent,
  type MessageTarget,
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

export interface EngineMessage {
  readonly key: {
    readonly remoteJid: string;
    readonly fromMe: boolean;
    readonly id: string;
    readonly remoteJidAlt?: string;
    readonly addressingMode?: "lid";
    readonly participant?: string;
  };
  readonly message: object;
  /** Text for messages sent through the API. */
  readonly messageTimestamp: number | string;
  readonly pushName?: string;
  readonly broadcast?: boolean;
  readonly status: number | string;
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

/** The message in the engine's own form. */
export function engineMessage(message: WhatsAppMessage): EngineMessage {
  return message.source === "api" ? apiMessage(message) : phoneMessage(message);
}

function phoneMessage(message: WhatsAppMessage): EngineMessage {
  const { chatId, content, senderName, quoted, alternativeChatId } = message;
  return {
    key: {
      ...keyOf(message),
      ...(alternativeChatId === undefined ? {} : { remoteJidAlt: jidOf(alternativeChatId) }),
      ...(chatId.endsWith("@lid") ? { addressingMode: "lid" as const } : {}),
    },
    messageTimestamp: secondsOf(message),
    ...(senderName === undefined ? {} : { pushName: senderName }),
    ...(content.kind === "text" && quoted === undefined ? { broadcast: false } : {}),
    message: engineContent(message),
    status: 3,
  };
}

function apiMessage(message: WhatsAppMessage): EngineMessage {
  const { content, quoted } = message;
  return {
    key: keyOf(message),
    message:
      content.kind === "text" && quoted === undefined
        ? { extendedTextMessage: { text: content.text } }
        : engineContent(message),
    messageTimestamp: String(secondsOf(message)),
    status: "PENDING",
  };
}

function keyOf({
  chatId,
  messageId,
  participant,
  fromMe,
}: Pick<WhatsAppMessage, "chatId" | "messageId" | "participant" | "fromMe">): EngineMessage["key"] {
  return {
    remoteJid: jidOf(chatId),
    fromMe,
    id: messageId,
    ...(participant === undefined ? {} : { participant: jidOf(participant) }),
  };
}

function secondsOf({ sentAtMs }: WhatsAppMessage): number {
  return Math.floor(sentAtMs / 1000);
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

function engineContent(message: WhatsAppMessage): object {
  const { content, quoted } = message;
  const contextInfo =
    quoted === undefined
      ? {}
      : {
          contextInfo: {
            stanzaId: quoted.id,
            participant: jidOf(quoted.participant),
            quotedMessage: { conversation: quoted.text },
          },
        };
  switch (content.kind) {
    case "text":
      return quoted === undefined
        ? { conversation: content.text }
        : { extendedTextMessage: { text: content.text, ...contextInfo } };
    case "location": {
      const { latitude, longitude, name, address } = content;
      return {
        locationMessage: {
          degreesLatitude: latitude,
          degreesLongitude: longitude,
          ...(name === undefined ? {} : { name }),
          ...(address === undefined ? {} : { address }),
          ...contextInfo,
        },
      };
    }
    case "contact_card":
      return { contactMessage: { displayName: content.name, vcard: content.vcard, ...contextInfo } };
    case "media": {
      const { file, caption } = content;
      return {
        [engineMediaType(file.mimetype)]: {
          mimetype: file.mimetype,
          fileLength: String(file.bytes.length),
          ...(file.filename === undefined ? {} : { fileName: file.filename }),
          ...(caption === undefined ? {} : { caption }),
          ...contextInfo,
        },
      };
    }
    case "edit": {
      const protocolMessage = {
        key: targetKey(message, content.target),
        type: PROTOCOL_TYPES.edit,
        editedMessage: { conversation: content.text },
        timestampMs: String(message.sentAtMs),
      };
      return { protocolMessage };
    }
    case "revocation":
      return {
        protocolMessage: { key: targetKey(message, content.target), type: PROTOCOL_TYPES.revocation },
      };
    case "reaction":
      return {
        reactionMessage: {
          key: targetKey(message, content.target),
          text: content.text,
          senderTimestampMs: String(message.sentAtMs),
        },
      };
  }
}

/** WhatsApp's own numbers for the kinds of messages that change others. */
const PROTOCOL_TYPES = { revocation: 0, edit: 14 } as const;

function targetKey({ chatId }: WhatsAppMessage, target: MessageTarget): EngineMessage["key"] {
  return keyOf({ chatId, ...target });
}

function engineMediaType(mimetype: string): string {
  const [kind] = mimetype.split("/");
  return kind === "image" || kind === "video" || kind === "audio" ? `${kind}Message` : "documentMessage";
}

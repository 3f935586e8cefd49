import { jidOf } from "./whatsapp/chat-address.js";
import type { MessageTarget, WhatsAppMessage } from "./whatsapp/whatsapp-message.js";

/** A message in the engine's own form, NOWEB's. */
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

export function engineMessage(message: WhatsAppMessage): EngineMessage {
  return message.source === "api" ? apiMessage(message) : phoneMessage(message);
}

function phoneMessage(message: WhatsAppMessage): EngineMessage {
  const { chatId, content, senderName, quoted, alternativeChatId, device } = message;
  return {
    key: {
      ...keyOf(message),
      ...(alternativeChatId === undefined ? {} : { remoteJidAlt: jidOf(alternativeChatId, device) }),
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

/** When it was sent, as messages tell it. */
export function secondsOf({ sentAtMs }: WhatsAppMessage): number {
  return Math.floor(sentAtMs / 1000);
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

import { jidOf } from "./chat-address.js";

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
  readonly url: string;
  readonly filename: string | null;
  readonly mimetype: string;
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

export interface MessageFacts {
  readonly chatId: string;
  /** The bare WhatsApp id. */
  readonly messageId: string;
  readonly sentAtMs: number;
  /** Who wrote it, where the chat does not say so: in groups and stories. */
  readonly participant?: string;
  readonly senderName?: string;
  /** For a chat under a LID: the phone's chat id, where WhatsApp tells. */
  readonly alternativeChatId?: string;
  readonly content: PayloadContent;
  readonly quoted?: QuotedMessage;
}

export type PayloadContent =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
    }
  | { readonly kind: "contact_card"; readonly name: string; readonly vcard: string }
  | {
      readonly kind: "media";
      readonly media: MediaPayload;
      readonly sizeBytes: number;
      readonly caption?: string;
    };

export interface QuotedMessage {
  /** The bare WhatsApp id. */
  readonly id: string;
  readonly text: string;
  /** The chat id of who wrote it. */
  readonly participant: string;
}

/** What came in from a contact, or was typed on the phone of the number itself. */
export function phoneMessage(facts: MessageFacts, fromMe: boolean): MessagePayload {
  const { content, senderName, quoted } = facts;
  const { alternativeChatId, chatId } = facts;
  const engine: EngineMessage = {
    key: {
      ...keyOf(facts, fromMe),
      ...(alternativeChatId === undefined ? {} : { remoteJidAlt: jidOf(alternativeChatId) }),
      ...(chatId.endsWith("@lid") ? { addressingMode: "lid" as const } : {}),
    },
    messageTimestamp: secondsOf(facts),
    ...(senderName === undefined ? {} : { pushName: senderName }),
    ...(content.kind === "text" && quoted === undefined ? { broadcast: false } : {}),
    message: engineContent(content, quoted),
    status: 3,
  };
  return payload(facts, { fromMe, source: "app", ack: 2, ackName: "DEVICE" }, engine);
}

/** What was sent through the API. */
export function apiMessage(facts: MessageFacts): MessagePayload {
  const { content, quoted } = facts;
  const engine: EngineMessage = {
    key: keyOf(facts, true),
    message:
      content.kind === "text" && quoted === undefined
        ? { extendedTextMessage: { text: content.text } }
        : engineContent(content, quoted),
    messageTimestamp: String(secondsOf(facts)),
    status: "PENDING",
  };
  return payload(facts, { fromMe: true, source: "api", ack: 0, ackName: "PENDING" }, engine);
}

/** The bare WhatsApp id in a full one; what is bare already stays. */
export function bareMessageId(id: string): string {
  return id.split("_")[2] ?? id;
}

function payload(
  facts: MessageFacts,
  how: Pick<MessagePayload, "fromMe" | "source" | "ack" | "ackName">,
  engine: EngineMessage,
): MessagePayload {
  const { chatId, messageId, participant, content, quoted } = facts;
  const { fromMe, source, ack, ackName } = how;
  const inGroup = participant === undefined ? {} : { to: chatId, participant };
  return {
    id: [fromMe, chatId, messageId, ...(participant === undefined ? [] : [participant])].join("_"),
    timestamp: secondsOf(facts),
    from: chatId,
    fromMe,
    source,
    body: bodyOf(content),
    ...inGroup,
    hasMedia: content.kind === "media",
    media: content.kind === "media" ? content.media : null,
    ack,
    ackName,
    location: content.kind === "location" ? locationOf(content) : null,
    vCards: content.kind === "contact_card" ? [content.vcard] : null,
    replyTo: quoted === undefined ? null : replyToOf(quoted),
    _data: engine,
  };
}

function keyOf({ chatId, messageId, participant }: MessageFacts, fromMe: boolean): EngineMessage["key"] {
  return {
    remoteJid: jidOf(chatId),
    fromMe,
    id: messageId,
    ...(participant === undefined ? {} : { participant: jidOf(participant) }),
  };
}

function secondsOf({ sentAtMs }: MessageFacts): number {
  return Math.floor(sentAtMs / 1000);
}

function bodyOf(content: PayloadContent): string | null {
  if (content.kind === "text") return content.text;
  return content.kind === "media" ? (content.caption ?? "") : null;
}

function locationOf(content: Extract<PayloadContent, { kind: "location" }>): LocationPayload {
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

function engineContent(content: PayloadContent, quoted: QuotedMessage | undefined): object {
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
      const { media, sizeBytes, caption } = content;
      return {
        [engineMediaType(media.mimetype)]: {
          mimetype: media.mimetype,
          fileLength: String(sizeBytes),
          ...(media.filename === null ? {} : { fileName: media.filename }),
          ...(caption === undefined ? {} : { caption }),
          ...contextInfo,
        },
      };
    }
  }
}

function engineMediaType(mimetype: string): string {
  const [kind] = mimetype.split("/");
  return kind === "image" || kind === "video" || kind === "audio" ? `${kind}Message` : "documentMessage";
}

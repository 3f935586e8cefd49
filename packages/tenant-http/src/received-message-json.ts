import {
  mediaType,
  type InboundMessage,
  type MediaOutcome,
  type MessageMedia,
  type MessageType,
} from "@gateway-router/core";
import { defined } from "./defined.js";

export interface ReceivedMessageJson {
  readonly id: string;
  readonly type: MessageType;
  readonly text?: string;
  readonly timestamp: string;
  readonly media?: ReceivedMediaJson;
  readonly location?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
  };
  readonly contacts?: readonly { readonly vcard: string }[];
  readonly reply_to?: { readonly id: string; readonly text?: string };
}

/** With `url` and `size` where the file is there to be fetched, with `error` where it is not. */
export interface ReceivedMediaJson {
  readonly url?: string;
  readonly mimetype?: string;
  /** As the contact's phone named it: no path to write to. */
  readonly filename?: string;
  /** In bytes. */
  readonly size?: number;
  readonly error?: string;
}

export type MediaUrl = (mediaId: string) => string;

export interface ReceivedMessageContext {
  readonly timestamp: string;
  readonly media: MediaOutcome | undefined;
  readonly mediaUrl: MediaUrl;
}

/** Picks field by field: what the gateway keeps for itself, such as where a file lies, must not slip through. */
export function receivedMessageJson(
  { content }: InboundMessage,
  context: ReceivedMessageContext,
): ReceivedMessageJson {
  const { id, type, text, media, location, contacts, replyTo } = content;
  return {
    id,
    type: typeOf(type, context.media),
    ...(text === undefined ? {} : { text }),
    timestamp: context.timestamp,
    ...(media === undefined ? {} : { media: receivedMediaJson(media, context) }),
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

/** What a file is may show only when it was fetched. */
function typeOf(type: MessageType, outcome: MediaOutcome | undefined): MessageType {
  if (type !== "other" || outcome?.kind !== "kept") return type;
  return mediaType(outcome);
}

function receivedMediaJson(
  { id, mimetype, filename, error }: MessageMedia,
  { media: outcome, mediaUrl }: ReceivedMessageContext,
): ReceivedMediaJson {
  if (outcome?.kind !== "kept" || id === undefined) {
    return defined({ mimetype, filename, error: outcome?.kind === "failed" ? outcome.error : error });
  }
  return {
    url: mediaUrl(id),
    ...defined({ mimetype: outcome.mimetype ?? mimetype, filename: outcome.filename ?? filename }),
    size: outcome.sizeBytes,
  };
}

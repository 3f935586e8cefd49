import type { ContactId } from "./contact-id.js";

/** What a contact wrote, free of how it came. */
export interface InboundMessage {
  /** Tells a message from the other events a tenant gets, which name theirs. */
  readonly kind?: undefined;
  /**
   * What makes it this message and no other, however often and by whichever event it is delivered.
   * Two messages with one identity are the same message.
   */
  readonly identity: string;
  readonly contact: ContactId;
  /**
   * The contact's other name, where the source vouches for both: `contact` is the phone number then, and this the
   * LID behind which WhatsApp hides it.
   */
  readonly otherName?: ContactId;
  /** The name the contact shows on WhatsApp. */
  readonly contactName?: string;
  /** When the contact sent it, by WhatsApp's clock, in whole seconds. */
  readonly sentAtMs: number;
  /** Whether the contact wanted nothing sent to it when this was taken in, or asks for that by it. */
  readonly optedOut?: true;
  readonly content: MessageContent;
}

export type MessageType =
  "text" | "image" | "video" | "audio" | "document" | "location" | "contact" | "other";

export interface MessageContent {
  /** WhatsApp's own id of the message, as `reply_to` and edits name it; made up where there was none. */
  readonly id: string;
  readonly type: MessageType;
  /** Text, or the caption of media. */
  readonly text?: string;
  readonly media?: MessageMedia;
  readonly location?: MessageLocation;
  readonly contacts?: readonly MessageContactCard[];
  readonly replyTo?: MessageReference;
}

export interface MessageMedia {
  /** Names the file at the gateway, the same each time the message comes; left out where there is none to fetch. */
  readonly id?: string;
  readonly mimetype?: string;
  readonly filename?: string;
  /** Where the source keeps the file; not for tenants. */
  readonly sourceUrl?: string;
  /** The source's own name of the message, by which it has the file where it keeps it no more, or never did; not for tenants. */
  readonly sourceMessageId?: string;
  /** Why the source could not fetch the file. */
  readonly error?: string;
}

export interface MessageLocation {
  /** Degrees, WGS 84. */
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string;
  readonly address?: string;
}

export interface MessageContactCard {
  readonly vcard: string;
}

export interface MessageReference {
  readonly id: string;
  readonly text?: string;
}

/** A sticker is an image, a voice message is audio. What has a name but no type is some file; what has neither can be anything. */
export function mediaType({ mimetype, filename }: Pick<MessageMedia, "mimetype" | "filename">): MessageType {
  const kind = mimetype?.split("/", 1)[0]!.trim().toLowerCase();
  if (kind === "image" || kind === "video" || kind === "audio") return kind;
  return mimetype === undefined && filename === undefined ? "other" : "document";
}

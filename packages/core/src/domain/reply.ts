import type { ContactId } from "./contact-id.js";
import { shortHash } from "./short-hash.js";

/** What a tenant sends back to its contact. */
export type ReplyContent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "media"; readonly url: string; readonly filename?: string; readonly caption?: string };

export const MAX_REPLIES_PER_DELIVERY = 10;
export const MAX_REPLY_TEXT_LENGTH = 4096;
export const LONGEST_MEDIA_URL = 2_048;
export const LONGEST_FILENAME = 255;

/** WhatsApp's own bound on a text, in UTF-16 units: past it nothing needs counting. */
const LONGEST_WHATSAPP_TEXT = 65_536;

const characters = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Whether a text or caption is past the bound. Counts as people do: a flag or a family is one character, however many code points it is made of. */
export function isReplyTextTooLong(text: string): boolean {
  if (text.length <= MAX_REPLY_TEXT_LENGTH) return false;
  if (text.length > LONGEST_WHATSAPP_TEXT) return true;
  const each = characters.segment(text)[Symbol.iterator]();
  for (let count = 0; count < MAX_REPLY_TEXT_LENGTH; count += 1) {
    if (each.next().done === true) return false;
  }
  return each.next().done !== true;
}

/** Whether a file can be named so: by an http or https URL within the bound. */
export function isReplyMediaUrl(text: string): boolean {
  if (text.length > LONGEST_MEDIA_URL || !URL.canParse(text)) return false;
  const { protocol } = new URL(text);
  return protocol === "http:" || protocol === "https:";
}

/** What a message that goes out looks like from outside. */
export interface OutgoingWords {
  readonly contact: ContactId;
  readonly text?: string;
  readonly hasMedia: boolean;
}

export function wordsOf(contact: ContactId, content: ReplyContent): OutgoingWords {
  return content.kind === "text"
    ? { contact, text: content.text, hasMedia: false }
    : { contact, hasMedia: true };
}

/**
 * By what a reply is known again among the messages that went out, where its id is not known: two messages to one
 * contact with the same text have one fingerprint. Of a file only that it is one counts, since engines differ in
 * what they call its text: a caption, its name, nothing. It tells nobody what was written.
 */
export function fingerprintOf({ contact, text = "", hasMedia }: OutgoingWords): string {
  if (hasMedia) return `${contact}/media`;
  // Line ends and outer white space may change on the way.
  const sent = text.replace(/\r\n?/g, "\n").trim().normalize("NFC");
  return `${contact}/text/${sent.length}/${shortHash(sent)}`;
}

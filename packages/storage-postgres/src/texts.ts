import { createHash } from "node:crypto";

const LONGEST_PLAIN_IDENTITY = 200;

/** A text as the engine can hold it: in it, as in no message for people, there is no NUL. */
export function asText(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}

/** An index holds no long keys, and WhatsApp's ids are not bounded: what is long, or no text to the engine, is kept by its hash. */
export function keyOf(identity: string): string {
  if (identity.length <= LONGEST_PLAIN_IDENTITY && !identity.includes("\0")) return identity;
  return `sha256:${createHash("sha256").update(identity).digest("base64url")}`;
}

import { createHash } from "node:crypto";

const LONGEST_PLAIN_KEY = 200;

/** WhatsApp's ids are not bounded: a long one is kept by its hash. */
export function identityKey(identity: string): string {
  if (identity.length <= LONGEST_PLAIN_KEY) return identity;
  return `sha256:${createHash("sha256").update(identity).digest("base64url")}`;
}

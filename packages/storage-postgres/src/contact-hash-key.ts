import { randomBytes } from "node:crypto";

const KEY_BYTES = 32;
/** Of SHA-256, as RFC 2104 has it. */
const BLOCK_BYTES = 64;
const INNER_BYTE = 0x36;
const OUTER_BYTE = 0x5c;

/** A key by which contacts' names are hashed, with the two blocks that HMAC makes of it. */
export interface ContactHashKey {
  readonly key: Buffer;
  readonly innerPad: Buffer;
  readonly outerPad: Buffer;
}

export function newContactHashKey(): ContactHashKey {
  return contactHashKeyOf(randomBytes(KEY_BYTES));
}

export function contactHashKeyOf(key: Buffer): ContactHashKey {
  const block = Buffer.concat([key], BLOCK_BYTES);
  const pad = (byte: number) => Buffer.from(block.map((each) => each ^ byte));
  return { key, innerPad: pad(INNER_BYTE), outerPad: pad(OUTER_BYTE) };
}

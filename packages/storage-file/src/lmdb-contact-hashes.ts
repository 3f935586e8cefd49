import { createHmac, randomBytes } from "node:crypto";
import type { ContactId } from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";

const KEY_BYTES = 32;
/** Half of the digest: no two of all phone numbers share it, and nobody has to tell more of them apart. */
const HASH_BYTES = 16;

/**
 * Names of contacts as keyed hashes, for what outlives the names. Who has the hashes alone learns no number; who has
 * the key too, which lies beside them, can still try them all.
 *
 * There is one key by which names are hashed, and any number of older ones that came with restored backups.
 */
export class LmdbContactHashes {
  /** By their order: the first is the one that hashes. */
  private readonly keys: LmdbDatabase<Uint8Array, number>;
  private known: readonly Buffer[] | undefined;
  /** A message is asked about several times in a row. */
  private last: { readonly contact: ContactId; readonly hashes: readonly string[] } | undefined;

  constructor(environment: LmdbEnvironment) {
    this.keys = environment.database("contact-hash-keys");
  }

  /** Every hash that may stand for the contact. */
  hashesOf(contact: ContactId): readonly string[] {
    if (this.last?.contact === contact) return this.last.hashes;
    const hashes = this.allKeys().map((key) => hashOf(contact, key));
    // Only of keys that are there for good.
    if (this.known !== undefined) this.last = { contact, hashes };
    return hashes;
  }

  /** The hash to keep. Makes the key where there is none. To be called inside `environment.write`. */
  hashInTransaction(contact: ContactId): string {
    const [known] = this.hashesOf(contact);
    if (known !== undefined) return known;
    const made = randomBytes(KEY_BYTES);
    this.keys.put(0, made);
    this.known = undefined;
    return hashOf(contact, made);
  }

  /** For backups. */
  keysNow(): readonly string[] {
    return this.allKeys().map((key) => key.toString("base64"));
  }

  /** Takes a backup's keys over, behind those that are here. To be called inside `environment.write`. */
  restore(keys: readonly string[]): void {
    const here = this.keysNow();
    const added = keys.filter((key) => !here.includes(key));
    added.forEach((key, index) => this.keys.put(here.length + index, Buffer.from(key, "base64")));
    this.known = undefined;
    this.last = undefined;
  }

  private allKeys(): readonly Buffer[] {
    // A write that made a key may fail: only what was read outside of one is remembered.
    if (this.known !== undefined) return this.known;
    // Without the first there is none. Every message asks, and mostly there is none as long as nobody opted out.
    if (!this.keys.has(0)) return [];
    const keys = [...this.keys.range()].map(({ value }) => Buffer.from(value));
    if (keys.length > 0 && !this.keys.isWriting()) this.known = keys;
    return keys;
  }
}

/** Whether the text is such a key. */
export function isContactHashKey(text: unknown): text is string {
  return typeof text === "string" && Buffer.from(text, "base64").length === KEY_BYTES;
}

function hashOf(contact: ContactId, key: Buffer): string {
  return createHmac("sha256", key).update(contact).digest().subarray(0, HASH_BYTES).toString("base64url");
}

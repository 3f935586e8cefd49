import { createHmac, randomBytes } from "node:crypto";
import type { ContactId } from "@gateway-router/core";
import { StorageUnavailableError } from "@gateway-router/core";
import type { RedisDatabase } from "./redis-database.js";
import { HASH_KEYS } from "./scripts/mapping-scripts.js";
import type { RedisScript } from "./scripts/script.js";

const KEY_BYTES = 32;
/** Half of the digest: no two of all phone numbers share it, and nobody has to tell more of them apart. */
const HASH_BYTES = 16;
const MOST_TRIES = 20;

/**
 * Names of contacts as keyed hashes, for what outlives the names. Who has the hashes alone learns no number; who has
 * the key too, which lies beside them, can still try them all.
 *
 * There is one key by which names are hashed, and any number of older ones that came with restored backups. The engine
 * can't hash this way: a script gets the hashes of the names that are known to matter, and asks for others.
 */
export class RedisContactHashes {
  private keys: readonly Buffer[] | undefined;

  constructor(private readonly database: RedisDatabase) {}

  /** Runs a script that begins with what is known of hashes, until it is told all it needs. Answers what it answers then. */
  async run<Answer extends readonly unknown[]>(
    script: RedisScript,
    names: readonly ContactId[],
    ...values: readonly string[]
  ): Promise<Answer> {
    const known = new Set<string>(names);
    for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
      const keys = this.keys ?? (await this.readKeys());
      const hashes = Object.fromEntries(Array.from(known, (name) => [name, hashesOf(name, keys)]));
      const head = [String(keys.length), JSON.stringify(hashes)];
      const reply = (await this.database.run(script, ...head, ...values)) as readonly unknown[];
      if (reply[0] === "keys") this.keys = undefined;
      else if (reply[0] === "names") for (const name of reply.slice(1)) known.add(String(name));
      else return reply as Answer;
    }
    throw new StorageUnavailableError("What is known of a contact changed too often meanwhile");
  }

  /** The one to keep. */
  async hashOf(contact: ContactId): Promise<string> {
    const keys = this.keys ?? (await this.readKeys());
    return hashesOf(contact, keys)[0]!;
  }

  private async readKeys(): Promise<readonly Buffer[]> {
    const made = randomBytes(KEY_BYTES).toString("base64");
    const kept = (await this.database.run(HASH_KEYS, made)) as readonly string[];
    return (this.keys = kept.map((key) => Buffer.from(key, "base64")));
  }
}

function hashesOf(name: string, keys: readonly Buffer[]): readonly string[] {
  return keys.map((key) =>
    createHmac("sha256", key).update(name).digest().subarray(0, HASH_BYTES).toString("base64url"),
  );
}

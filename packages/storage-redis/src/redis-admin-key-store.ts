import { createHash, timingSafeEqual } from "node:crypto";
import type {
  AddAdminKeyOutcome,
  AddAdminKeyRequest,
  AdminKey,
  AdminKeyStore,
  AdminRole,
} from "@gateway-router/core";
import { pairs } from "./alias-lesson.js";
import type { RedisDatabase } from "./redis-database.js";
import { ADD_ADMIN_KEY, REMOVE_ADMIN_KEY } from "./scripts/record-scripts.js";

interface KnownKey {
  readonly key: AdminKey;
  readonly hash: Buffer;
}

type StoredKey = readonly [role: AdminRole, createdAtMs: number, hash: string];

/** Admin keys in Redis, read at each request, so that one that was removed opens nothing at any instance. */
export class RedisAdminKeyStore implements AdminKeyStore {
  constructor(private readonly database: RedisDatabase) {}

  async findByKey(key: string): Promise<AdminKey | undefined> {
    const hash = hashOf(key);
    let found: AdminKey | undefined;
    // To the last of them, whichever it is.
    for (const known of await this.known()) {
      if (timingSafeEqual(known.hash, hash)) found = known.key;
    }
    return found;
  }

  async list(): Promise<readonly AdminKey[]> {
    const keys = (await this.known()).map(({ key }) => key);
    return keys.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  async add({ name, role, createdAtMs, key, most }: AddAdminKeyRequest): Promise<AddAdminKeyOutcome> {
    const stored: StoredKey = [role, createdAtMs, hashOf(key).toString("hex")];
    return (await this.database.run(
      ...[ADD_ADMIN_KEY, name, JSON.stringify(stored), String(most)],
    )) as AddAdminKeyOutcome;
  }

  async remove(name: string): Promise<AdminKey | undefined> {
    const stored = (await this.database.run(REMOVE_ADMIN_KEY, name)) as string | null;
    return stored === null ? undefined : readKey(name, stored).key;
  }

  private async known(): Promise<KnownKey[]> {
    const flat = await this.database.call(["HGETALL", `${this.database.prefix}admin-keys`]);
    return pairs(flat as string[]).map(([name, stored]) => readKey(name, stored));
  }
}

function readKey(name: string, stored: string): KnownKey {
  const [role, createdAtMs, hash] = JSON.parse(stored) as StoredKey;
  return { key: { name, role, createdAtMs }, hash: Buffer.from(hash, "hex") };
}

function hashOf(key: string): Buffer {
  return createHash("sha256").update(key, "utf8").digest();
}

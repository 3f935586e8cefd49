import { createHash, timingSafeEqual } from "node:crypto";
import type {
  AddAdminKeyOutcome,
  AddAdminKeyRequest,
  AdminKey,
  AdminKeyStore,
  AdminRole,
} from "@gateway-router/core";
import type { PostgresDatabase, Statement } from "./postgres-database.js";

interface KeyRow {
  readonly name: string;
  readonly role: AdminRole;
  readonly created_at_ms: number;
  readonly key_hash: Buffer;
}

/** Admin keys in PostgreSQL: one that is removed opens nothing any more, at whichever instance. */
export class PostgresAdminKeyStore implements AdminKeyStore {
  constructor(private readonly database: PostgresDatabase) {}

  async findByKey(key: string): Promise<AdminKey | undefined> {
    const hash = hashOf(key);
    let found: AdminKey | undefined;
    // To the last of them, whichever it is.
    for (const row of await this.database.query<KeyRow>(LIST)) {
      if (timingSafeEqual(row.key_hash, hash)) found = asKey(row);
    }
    return found;
  }

  async list(): Promise<readonly AdminKey[]> {
    return (await this.database.query<KeyRow>(LIST)).map(asKey);
  }

  add({ name, role, createdAtMs, key, most }: AddAdminKeyRequest): Promise<AddAdminKeyOutcome> {
    return this.database.transaction(async (transaction) => {
      // One at a time, or several would take the last place.
      await transaction.query(LOCK);
      const keys = await transaction.query<KeyRow>(LIST);
      if (keys.some((known) => known.name === name)) return "exists";
      if (keys.length >= most) return "full";
      await transaction.query(ADD, [name, role, createdAtMs, hashOf(key)]);
      return "added";
    });
  }

  async remove(name: string): Promise<AdminKey | undefined> {
    const [row] = await this.database.query<KeyRow>(REMOVE, [name]);
    return row && asKey(row);
  }
}

function asKey({ name, role, created_at_ms }: KeyRow): AdminKey {
  return { name, role, createdAtMs: created_at_ms };
}

function hashOf(key: string): Buffer {
  return createHash("sha256").update(key, "utf8").digest();
}

const LIST: Statement = { name: "list-admin-keys", text: "SELECT * FROM admin_keys ORDER BY name" };

const LOCK: Statement = {
  name: "lock-admin-keys",
  text: "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' admin keys', 0))",
};

const ADD: Statement = {
  name: "add-admin-key",
  text: "INSERT INTO admin_keys (name, role, created_at_ms, key_hash) VALUES ($1, $2, $3, $4)",
};

const REMOVE: Statement = {
  name: "remove-admin-key",
  text: "DELETE FROM admin_keys WHERE name = $1 RETURNING *",
};

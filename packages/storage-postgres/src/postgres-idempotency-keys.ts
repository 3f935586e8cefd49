import {
  IDEMPOTENCY_KEPT_MS,
  type IdempotencyKeys,
  type IdempotentUse,
  type TenantKey,
} from "@gateway-router/core";
import type { PostgresDatabase, Queries, Statement } from "./postgres-database.js";
import { removeInPieces } from "./remove-in-pieces.js";

interface UseRow {
  readonly fingerprint: string;
  readonly reply_id: string;
}

/** Tenants' idempotency keys, in PostgreSQL. */
export class PostgresIdempotencyKeys implements IdempotencyKeys {
  constructor(private readonly database: PostgresDatabase) {}

  find(key: TenantKey): Promise<IdempotentUse | undefined> {
    return this.findIn(this.database, key);
  }

  claim(key: TenantKey, use: IdempotentUse): Promise<IdempotentUse> {
    const values = [key.tenantId, key.key, use.fingerprint, use.replyId, IDEMPOTENCY_KEPT_MS];
    return this.database.transaction(async (transaction) => {
      // Who comes second waits here for the first one's commit, and sees its use below.
      await transaction.query(CLAIM, values);
      return (await this.findIn(transaction, key)) ?? use;
    });
  }

  prune(): Promise<number> {
    return removeInPieces(this.database, PRUNE, [IDEMPOTENCY_KEPT_MS]);
  }

  private async findIn(queries: Queries, { tenantId, key }: TenantKey): Promise<IdempotentUse | undefined> {
    const [row] = await queries.query<UseRow>(FIND, [tenantId, key, IDEMPOTENCY_KEPT_MS]);
    return row && { fingerprint: row.fingerprint, replyId: row.reply_id };
  }
}

const FIND: Statement = {
  name: "find-idempotency-key",
  text: `
SELECT fingerprint, reply_id FROM idempotency_keys
WHERE tenant_id = $1 AND key = $2 AND used_at_ms > now_ms() - $3::bigint`,
};

const CLAIM: Statement = {
  name: "claim-idempotency-key",
  text: `
INSERT INTO idempotency_keys AS known (tenant_id, key, fingerprint, reply_id, used_at_ms)
VALUES ($1, $2, $3, $4, now_ms())
ON CONFLICT (tenant_id, key) DO UPDATE SET
  fingerprint = excluded.fingerprint, reply_id = excluded.reply_id, used_at_ms = excluded.used_at_ms
  WHERE known.used_at_ms <= excluded.used_at_ms - $5::bigint`,
};

const PRUNE: Statement = {
  name: "prune-idempotency-keys",
  text: `
DELETE FROM idempotency_keys WHERE (tenant_id, key) IN (
  SELECT tenant_id, key FROM idempotency_keys WHERE used_at_ms <= (SELECT now_ms()) - $1::bigint
  ORDER BY used_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

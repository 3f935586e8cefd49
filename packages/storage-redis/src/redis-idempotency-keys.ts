import type { IdempotencyKeys, IdempotentUse, TenantKey } from "@gateway-router/core";
import type { RedisDatabase } from "./redis-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import { CLAIM_USE, FIND_USE, PRUNE_USES } from "./scripts/record-scripts.js";

export class RedisIdempotencyKeys implements IdempotencyKeys {
  constructor(private readonly database: RedisDatabase) {}

  async find(key: TenantKey): Promise<IdempotentUse | undefined> {
    const stored = (await this.database.run(FIND_USE, nameOf(key))) as string | null;
    return stored === null ? undefined : readUse(stored);
  }

  async claim(key: TenantKey, { replyId, fingerprint }: IdempotentUse): Promise<IdempotentUse> {
    return readUse((await this.database.run(CLAIM_USE, nameOf(key), `${replyId}\n${fingerprint}`)) as string);
  }

  prune(): Promise<number> {
    return removeInPieces(this.database, PRUNE_USES);
  }
}

function nameOf({ tenantId, key }: TenantKey): string {
  return `${tenantId}/${key}`;
}

function readUse(stored: string): IdempotentUse {
  const at = stored.indexOf("\n");
  return { fingerprint: stored.slice(at + 1), replyId: stored.slice(0, at) };
}

import {
  IDEMPOTENCY_KEPT_MS,
  type Clock,
  type IdempotencyKeys,
  type IdempotentUse,
  type TenantKey,
} from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";
import { removeOld } from "./remove-old.js";

interface KeptUse extends IdempotentUse {
  readonly usedAtMs: number;
}

/** Tenants' idempotency keys, in LMDB. */
export class LmdbIdempotencyKeys implements IdempotencyKeys {
  private readonly environment: LmdbEnvironment;
  private readonly clock: Clock;
  private readonly uses: LmdbDatabase<KeptUse>;

  constructor({ environment, clock }: { readonly environment: LmdbEnvironment; readonly clock: Clock }) {
    this.environment = environment;
    this.clock = clock;
    this.uses = environment.database("idempotency-keys");
  }

  async find({ tenantId, key }: TenantKey): Promise<IdempotentUse | undefined> {
    return this.findNow(`${tenantId}/${key}`);
  }

  claim({ tenantId, key }: TenantKey, use: IdempotentUse): Promise<IdempotentUse> {
    const name = `${tenantId}/${key}`;
    return this.environment.write(() => {
      const known = this.findNow(name);
      if (known !== undefined) return known;
      this.uses.put(name, { ...use, usedAtMs: this.clock.nowMs() });
      return use;
    });
  }

  prune(): Promise<number> {
    const nowMs = this.clock.nowMs();
    const { environment, uses } = this;
    return removeOld({ environment, database: uses, isOld: (use) => !isYoung(use, nowMs) });
  }

  private findNow(name: string): IdempotentUse | undefined {
    const kept = this.uses.get(name);
    if (kept === undefined || !isYoung(kept, this.clock.nowMs())) return undefined;
    return { fingerprint: kept.fingerprint, replyId: kept.replyId };
  }
}

function isYoung({ usedAtMs }: KeptUse, nowMs: number): boolean {
  return nowMs - usedAtMs < IDEMPOTENCY_KEPT_MS;
}

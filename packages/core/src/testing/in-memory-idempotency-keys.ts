import {
  IDEMPOTENCY_KEPT_MS,
  type IdempotencyKeys,
  type IdempotentUse,
  type TenantKey,
} from "../ports/idempotency-keys.js";
import type { Clock } from "../ports/runtime.js";

interface KeptUse extends IdempotentUse {
  readonly usedAtMs: number;
}

export class InMemoryIdempotencyKeys implements IdempotencyKeys {
  private readonly uses = new Map<string, KeptUse>();

  constructor(private readonly options: { readonly clock: Clock }) {}

  async find({ tenantId, key }: TenantKey): Promise<IdempotentUse | undefined> {
    const kept = this.uses.get(`${tenantId}/${key}`);
    return kept !== undefined && this.isYoung(kept)
      ? { fingerprint: kept.fingerprint, replyId: kept.replyId }
      : undefined;
  }

  async claim(key: TenantKey, use: IdempotentUse): Promise<IdempotentUse> {
    const kept = this.uses.get(`${key.tenantId}/${key.key}`);
    if (kept !== undefined && this.isYoung(kept))
      return { fingerprint: kept.fingerprint, replyId: kept.replyId };
    this.uses.set(`${key.tenantId}/${key.key}`, { ...use, usedAtMs: this.options.clock.nowMs() });
    return use;
  }

  async prune(): Promise<number> {
    const old = [...this.uses].filter(([, kept]) => !this.isYoung(kept));
    for (const [name] of old) this.uses.delete(name);
    return old.length;
  }

  private isYoung({ usedAtMs }: KeptUse): boolean {
    return this.options.clock.nowMs() - usedAtMs < IDEMPOTENCY_KEPT_MS;
  }
}

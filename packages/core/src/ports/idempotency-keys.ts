import type { TenantId } from "../domain/tenant.js";

/**
 * The keys by which tenants make a repeat of a request harmless, each tenant's its own, remembered for
 * `IDEMPOTENCY_KEPT_MS`. Every write is durable when its promise resolves, or rejects with `StorageUnavailableError` and
 * has not happened.
 */
export interface IdempotencyKeys {
  /** What the key was first used for; `undefined` where it was not, or too long ago. */
  find(key: TenantKey): Promise<IdempotentUse | undefined>;
  /** Remembers what the key is used for, unless it is used already: atomic, so that of any number of callers all are answered the same use. */
  claim(key: TenantKey, use: IdempotentUse): Promise<IdempotentUse>;
  /** Removes what is too old. Answers how many. */
  prune(): Promise<number>;
}

export interface TenantKey {
  readonly tenantId: TenantId;
  /** 1 to 255 visible characters. */
  readonly key: string;
}

export interface IdempotentUse {
  /** Tells this request from others, and nothing about it. */
  readonly fingerprint: string;
  readonly replyId: string;
}

export const IDEMPOTENCY_KEPT_MS = 24 * 3_600_000;

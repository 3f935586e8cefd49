declare const tenantIdBrand: unique symbol;

/** A tenant's number: a positive integer, at most 2^53-1, an integer in JSON too. */
export type TenantId = number & { readonly [tenantIdBrand]: true };

/** A business that shares the gateway's WhatsApp number. */
export interface Tenant {
  readonly id: TenantId;
  readonly name?: string;
  /** Where its handler listens. A tenant without one is held like an inactive one, so nothing is lost meanwhile. */
  readonly url?: string;
  /** An inactive tenant gets no new contacts; what its contacts write waits for it. */
  readonly active: boolean;
  /** `whsec_…` secrets to sign with, the newest first; more than one while a rotation overlaps. */
  readonly signingSecrets: readonly string[];
}

export function isTenantId(value: unknown): value is TenantId {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

const CANONICAL = /^[1-9][0-9]{0,15}$/;

/** Reads a tenant id from text: digits without sign, leading zero or fraction. */
export function parseTenantId(text: string): TenantId | undefined {
  if (!CANONICAL.test(text)) return undefined;
  const id = Number(text);
  return isTenantId(id) ? id : undefined;
}

import type { TenantId } from "../domain/tenant.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { Clock } from "../ports/runtime.js";

export interface ReadGrowthOptions {
  readonly mappings: Pick<MappingStore, "entries">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** The contacts that were locked in the days before a moment, and by whom they are held now. */
export interface Growth {
  readonly sinceMs: number;
  readonly asOfMs: number;
  readonly newContacts: number;
  /** Those that grew most, the first ones being ahead; of one size by their ids. */
  readonly tenants: readonly { readonly tenantId: TenantId; readonly newContacts: number }[];
}

/** So long an answer is good, for each walks through all mappings. */
export const GROWTH_KEPT_MS = 60_000;
const MOST_TENANTS = 100;
const DAY_MS = 24 * 3_600_000;

/** Who grew of late. Whoever asks meanwhile or soon after for the same days is told the same. */
export class ReadGrowth {
  private readonly read = new Map<number, { readonly atMs: number; readonly growth: Promise<Growth> }>();

  constructor(private readonly options: ReadGrowthOptions) {}

  /** `days`: 1 to 31. */
  execute({ days }: { readonly days: number }): Promise<Growth> {
    const nowMs = this.options.clock.nowMs();
    const known = this.read.get(days);
    if (known !== undefined && nowMs >= known.atMs && nowMs - known.atMs < GROWTH_KEPT_MS)
      return known.growth;
    const growth = this.walk(nowMs, days);
    this.read.set(days, { atMs: nowMs, growth });
    // One that failed is told to those who waited for it, and to nobody else.
    growth.catch(() => this.read.delete(days));
    return growth;
  }

  private async walk(asOfMs: number, days: number): Promise<Growth> {
    const sinceMs = asOfMs - days * DAY_MS;
    const perTenant = new Map<TenantId, number>();
    let newContacts = 0;
    for await (const { tenantId, lockedAtMs } of this.options.mappings.entries()) {
      if (lockedAtMs < sinceMs) continue;
      newContacts += 1;
      perTenant.set(tenantId, (perTenant.get(tenantId) ?? 0) + 1);
    }
    const tenants = Array.from(perTenant, ([tenantId, count]) => ({ tenantId, newContacts: count }))
      .toSorted((one, other) => other.newContacts - one.newContacts || one.tenantId - other.tenantId)
      .slice(0, MOST_TENANTS);
    return { sinceMs, asOfMs, newContacts, tenants };
  }
}

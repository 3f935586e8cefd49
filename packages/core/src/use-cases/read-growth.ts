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

/** So long an answer is good at least, for each walks through all mappings. */
export const GROWTH_KEPT_MS = 2_000;
/** And so many times as long as the walk took, so that a hundredth of the time is spent on it. */
const KEPT_PER_WALK = 100;
const MOST_TENANTS = 100;
const DAY_MS = 24 * 3_600_000;

/** Who grew of late. Whoever asks meanwhile or soon after for the same days is told the same. */
export class ReadGrowth {
  private readonly read = new Map<number, { untilMs: number; readonly growth: Promise<Growth> }>();

  constructor(private readonly options: ReadGrowthOptions) {}

  /** `days`: 1 to 31. */
  execute({ days }: { readonly days: number }): Promise<Growth> {
    const nowMs = this.options.clock.nowMs();
    const known = this.read.get(days);
    if (known !== undefined && nowMs < known.untilMs) return known.growth;
    const growth = this.walk(nowMs, days);
    // As long as it is under way, nobody begins another.
    const entry = { untilMs: Number.POSITIVE_INFINITY, growth };
    this.read.set(days, entry);
    growth.then(
      () => {
        const tookMs = Math.max(0, this.options.clock.nowMs() - nowMs);
        entry.untilMs = nowMs + tookMs + Math.max(GROWTH_KEPT_MS, tookMs * KEPT_PER_WALK);
      },
      // One that failed is told to those who waited for it, and to nobody else.
      () => this.read.delete(days),
    );
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

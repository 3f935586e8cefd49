import type {
  Clock,
  Growth,
  ManageTenants,
  MappingStore,
  QueueCounts,
  ReadGrowth,
} from "@gateway-router/core";
import type { MessageRate } from "./message-rate.js";
import type { SharedNumber } from "./shared-number.js";

export interface OverviewOptions {
  readonly number: SharedNumber;
  readonly mappings: Pick<MappingStore, "stats">;
  readonly deliveries: { counts(): Promise<QueueCounts> };
  readonly replies: { counts(): Promise<QueueCounts> };
  readonly manageTenants: Pick<ManageTenants, "list">;
  readonly growth: Pick<ReadGrowth, "execute">;
  readonly rate: Pick<MessageRate, "perMinute">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** How everything is at a glance. */
export interface OverviewReading {
  readonly contacts: number;
  readonly lastMappingChangeAtMs: number | undefined;
  readonly tenants: TenantNumbers;
  readonly deliveries: QueueCounts;
  readonly replies: QueueCounts;
  readonly messagesPerMinute: readonly number[];
  readonly growth: Growth;
}

export interface TenantNumbers {
  readonly all: number;
  readonly active: number;
}

export const GROWTH_DAYS = 7;
const TENANTS_KEPT_MS = 5_000;
const TENANTS_AT_ONCE = 500;

/** Reads what the console shows first. Whoever asks in quick succession shares what takes longer to count. */
export class Overview {
  private counted: { readonly atMs: number; readonly numbers: Promise<TenantNumbers> } | undefined;

  constructor(private readonly options: OverviewOptions) {}

  async read(): Promise<OverviewReading> {
    const { mappings, deliveries, replies, growth, rate } = this.options;
    const [stats, inbound, outbound, tenants, grown] = await Promise.all([
      mappings.stats(),
      deliveries.counts(),
      replies.counts(),
      this.tenantNumbers(),
      growth.execute({ days: GROWTH_DAYS }),
    ]);
    return {
      contacts: stats.contacts,
      lastMappingChangeAtMs: stats.lastChangedAtMs,
      ...{ tenants, deliveries: inbound, replies: outbound, growth: grown },
      messagesPerMinute: rate.perMinute(),
    };
  }

  private tenantNumbers(): Promise<TenantNumbers> {
    const nowMs = this.options.clock.nowMs();
    const { counted } = this;
    if (counted !== undefined && nowMs >= counted.atMs && nowMs - counted.atMs < TENANTS_KEPT_MS) {
      return counted.numbers;
    }
    const numbers = this.countTenants();
    this.counted = { atMs: nowMs, numbers };
    // One that failed is told to those who waited for it, and to nobody else.
    numbers.catch(() => (this.counted = undefined));
    return numbers;
  }

  private async countTenants(): Promise<TenantNumbers> {
    let [all, active] = [0, 0];
    let cursor: string | undefined;
    do {
      const page = await this.options.manageTenants.list({
        limit: TENANTS_AT_ONCE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      all += page.items.length;
      active += page.items.filter((tenant) => tenant.active).length;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return { all, active };
  }
}

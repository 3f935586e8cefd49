import type { CampaignContacts, CampaignsRequest, Mapping, TenantId } from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";

type CampaignKey = [TenantId, campaign: string];
/** The count is negative, so that the largest campaigns of a tenant stand first. */
type SizeKey = [TenantId, negativeContacts: number, campaign: string];
type Lock = Pick<Mapping, "tenantId" | "campaign">;

/** Takes note of contacts that came to a tenant, or left it. */
export interface CampaignCounter {
  count(lock: Lock, change: 1 | -1): void;
}

/** How many contacts each tenant has by each of its campaigns, in LMDB. Changes inside `environment.write` only. */
export class LmdbCampaignCounts implements CampaignCounter {
  private readonly contacts: LmdbDatabase<number, CampaignKey>;
  private readonly bySize: LmdbDatabase<true, SizeKey>;

  constructor(environment: LmdbEnvironment) {
    this.contacts = environment.database("mapping.campaigns");
    this.bySize = environment.database("mapping.campaigns-by-size");
  }

  count({ tenantId, campaign }: Lock, change: number): void {
    if (campaign === undefined || change === 0) return;
    const before = this.contacts.get([tenantId, campaign]) ?? 0;
    const after = before + change;
    if (before > 0) this.bySize.remove([tenantId, -before, campaign]);
    if (after > 0) {
      this.contacts.put([tenantId, campaign], after);
      this.bySize.put([tenantId, -after, campaign], true);
    } else {
      this.contacts.remove([tenantId, campaign]);
    }
  }

  clear(): void {
    this.contacts.clear();
    this.bySize.clear();
  }

  /** As `MappingStore.campaigns`. Costs as much as it answers. */
  largest({ perTenant, tenantId }: CampaignsRequest): Map<TenantId, CampaignContacts[]> {
    const largest = new Map<TenantId, CampaignContacts[]>();
    const end = tenantId === undefined ? {} : { end: behind(tenantId) };
    let start: SizeKey | undefined = tenantId && [tenantId, -Number.MAX_SAFE_INTEGER, ""];
    do {
      const range = { ...end, ...(start === undefined ? {} : { start }) };
      start = undefined;
      for (const [id, negativeContacts, campaign] of this.bySize.keys(range)) {
        const ofTenant = largest.get(id) ?? [];
        if (ofTenant.length >= perTenant) {
          // What this tenant has beyond that is not even looked at.
          start = behind(id);
          break;
        }
        ofTenant.push({ campaign, contacts: -negativeContacts });
        largest.set(id, ofTenant);
      }
    } while (start !== undefined && tenantId === undefined);
    return largest;
  }
}

function behind(tenantId: TenantId): SizeKey {
  return [tenantId, 0, ""];
}

/** Many changes, of which each count is written once. */
export class CampaignTally implements CampaignCounter {
  private readonly changes = new Map<TenantId, Map<string, number>>();

  count({ tenantId, campaign }: Lock, change: 1 | -1): void {
    if (campaign === undefined) return;
    const ofTenant = this.changes.get(tenantId) ?? new Map<string, number>();
    ofTenant.set(campaign, (ofTenant.get(campaign) ?? 0) + change);
    this.changes.set(tenantId, ofTenant);
  }

  addTo(counts: LmdbCampaignCounts): void {
    for (const [tenantId, ofTenant] of this.changes) {
      for (const [campaign, change] of ofTenant) counts.count({ tenantId, campaign }, change);
    }
  }
}

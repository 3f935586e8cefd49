import type { ContactId } from "../domain/contact-id.js";
import type { CampaignContacts, Mapping } from "../domain/mapping.js";
import type { TenantId } from "../domain/tenant.js";
import type { Page } from "../ports/delivery-queue.js";
import { CAMPAIGNS_TOLD, type MappingStore, type TenantMappingsRequest } from "../ports/mapping-store.js";

export interface ListContactsOptions {
  readonly mappings: Pick<MappingStore, "find" | "ofTenant" | "campaigns">;
}

/** What a tenant is told of contacts: its own, and of no other even whether it is there. */
export class ListContacts {
  constructor(private readonly options: ListContactsOptions) {}

  list(request: TenantMappingsRequest): Promise<Page<Mapping>> {
    return this.options.mappings.ofTenant(request);
  }

  /** By which of its campaigns they came. */
  async campaigns(tenantId: TenantId): Promise<readonly CampaignContacts[]> {
    const campaigns = await this.options.mappings.campaigns({ tenantId, perTenant: CAMPAIGNS_TOLD });
    return campaigns.get(tenantId) ?? [];
  }

  /** By any of its names. Nothing, alike, where another tenant has it and where nobody does. */
  async find(tenantId: TenantId, contact: ContactId): Promise<Mapping | undefined> {
    const mapping = await this.options.mappings.find(contact);
    return mapping?.tenantId === tenantId ? mapping : undefined;
  }
}

import type { ContactId } from "../domain/contact-id.js";
import type { CampaignContacts, Mapping } from "../domain/mapping.js";
import type { TenantId } from "../domain/tenant.js";
import type { Page } from "../ports/delivery-queue.js";
import {
  CAMPAIGNS_TOLD,
  type ContactNames,
  type MappingStore,
  type TenantMappingsRequest,
} from "../ports/mapping-store.js";
import type { OptOuts } from "../ports/opt-outs.js";

export interface ListContactsOptions {
  readonly mappings: Pick<MappingStore, "find" | "namesOf" | "ofTenant" | "campaigns">;
  readonly optOuts: Pick<OptOuts, "isOptedOut">;
}

export interface ListedContact extends Mapping {
  /** Whether it wants nothing sent to it. */
  readonly optedOut: boolean;
}

/** A contact by all its names. */
export interface KnownContact {
  readonly names: ContactNames;
  readonly mapping: Mapping | undefined;
  readonly optedOut: boolean;
}

/** What a tenant is told of contacts: its own, and of no other even whether it is there. */
export class ListContacts {
  constructor(private readonly options: ListContactsOptions) {}

  async list(request: TenantMappingsRequest): Promise<Page<ListedContact>> {
    const { items, nextCursor } = await this.options.mappings.ofTenant(request);
    return { items: await Promise.all(items.map((mapping) => this.listed(mapping))), nextCursor };
  }

  /** By which of its campaigns they came. */
  async campaigns(tenantId: TenantId): Promise<readonly CampaignContacts[]> {
    const campaigns = await this.options.mappings.campaigns({ tenantId, perTenant: CAMPAIGNS_TOLD });
    return campaigns.get(tenantId) ?? [];
  }

  /** By any of its names. Nothing, alike, where another tenant has it and where nobody does. */
  async find(tenantId: TenantId, contact: ContactId): Promise<ListedContact | undefined> {
    const mapping = await this.options.mappings.find(contact);
    return mapping?.tenantId === tenantId ? this.listed(mapping) : undefined;
  }

  /** For admins: whoever has it. */
  async know(contact: ContactId): Promise<KnownContact> {
    const { mappings, optOuts } = this.options;
    const names = await mappings.namesOf(contact);
    return { names, mapping: await mappings.find(contact), optedOut: await optOuts.isOptedOut(...names) };
  }

  private async listed(mapping: Mapping): Promise<ListedContact> {
    const { mappings, optOuts } = this.options;
    return { ...mapping, optedOut: await optOuts.isOptedOut(...(await mappings.namesOf(mapping.contact))) };
  }
}

import type { ContactId } from "../domain/contact-id.js";
import type { Mapping } from "../domain/mapping.js";
import type { TenantId } from "../domain/tenant.js";
import type { Page } from "../ports/delivery-queue.js";
import type { MappingStore, TenantMappingsRequest } from "../ports/mapping-store.js";

export interface ListContactsOptions {
  readonly mappings: Pick<MappingStore, "find" | "ofTenant">;
}

/** What a tenant is told of contacts: its own, and of no other even whether it is there. */
export class ListContacts {
  constructor(private readonly options: ListContactsOptions) {}

  list(request: TenantMappingsRequest): Promise<Page<Mapping>> {
    return this.options.mappings.ofTenant(request);
  }

  /** By any of its names. Nothing, alike, where another tenant has it and where nobody does. */
  async find(tenantId: TenantId, contact: ContactId): Promise<Mapping | undefined> {
    const mapping = await this.options.mappings.find(contact);
    return mapping?.tenantId === tenantId ? mapping : undefined;
  }
}

import type { ContactId } from "../domain/contact-id.js";
import type { Generation } from "../domain/mapping.js";
import type { ReplyContent } from "../domain/reply.js";
import type { TenantId } from "../domain/tenant.js";
import type { Actor } from "../ports/audit-log.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { RemoveMapping } from "./remove-mapping.js";

export interface ClearTenantOptions {
  readonly mappings: MappingStore;
  readonly queue: DeliveryQueue;
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly removeMapping: Pick<RemoveMapping, "execute">;
}

const PAGE = 500;

/** Frees a removed tenant's contacts, one by one, and gives up whatever is still on its way to it or from it. */
export class ClearTenant {
  private readonly underWay = new Set<TenantId>();

  constructor(private readonly options: ClearTenantOptions) {}

  /** Whether somebody's call for that tenant has not ended yet. */
  isUnderWay(tenantId: TenantId): boolean {
    return this.underWay.has(tenantId);
  }

  /** Answers how many contacts went free. */
  async execute(tenantId: TenantId, actor: Actor): Promise<number> {
    this.underWay.add(tenantId);
    try {
      return await this.clear(tenantId, actor);
    } finally {
      this.underWay.delete(tenantId);
    }
  }

  private async clear(tenantId: TenantId, actor: Actor): Promise<number> {
    const { mappings, queue, replies, removeMapping } = this.options;
    let contacts = 0;
    for (const contact of await this.contactsOf(tenantId)) {
      // Somebody else may have freed it meanwhile, and another tenant have locked it.
      if ((await mappings.find(contact))?.tenantId !== tenantId) continue;
      const removed = await removeMapping.execute(contact, { actor, reason: "tenant_removed" });
      if (removed !== undefined) contacts += 1;
    }
    await retireAll(queue, tenantId);
    await retireAll(replies, tenantId);
    // Nothing is left that could be held.
    await queue.releaseTenant(tenantId);
    return contacts;
  }

  private async contactsOf(tenantId: TenantId): Promise<readonly ContactId[]> {
    const { mappings } = this.options;
    const { contactsPerTenant } = await mappings.stats();
    const contacts: ContactId[] = [];
    if (!contactsPerTenant.has(tenantId)) return contacts;
    for await (const mapping of mappings.entries()) {
      if (mapping.tenantId === tenantId) contacts.push(mapping.contact);
    }
    return contacts;
  }
}

/** Gives up what waits for the tenant under whatever generation, such as one that a crash kept from being retired. */
async function retireAll<Body>(
  queue: Pick<DeliveryQueue<Body>, "pending" | "retire">,
  tenantId: TenantId,
): Promise<void> {
  const generations = new Set<Generation>();
  let cursor: string | undefined;
  do {
    const page = await queue.pending({ tenantId, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    for (const { generation } of page.items) generations.add(generation);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  for (const generation of generations) await queue.retire(generation, "tenant_removed");
}

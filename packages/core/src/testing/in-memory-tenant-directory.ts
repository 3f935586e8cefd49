import type { Tenant, TenantId } from "../domain/tenant.js";
import type { TenantDirectory } from "../ports/tenant-directory.js";

export class InMemoryTenantDirectory implements TenantDirectory {
  private readonly tenants = new Map<TenantId, Tenant>();

  constructor(tenants: Iterable<Tenant> = []) {
    for (const tenant of tenants) this.put(tenant);
  }

  put(tenant: Tenant): void {
    this.tenants.set(tenant.id, tenant);
  }

  remove(id: TenantId): void {
    this.tenants.delete(id);
  }

  async find(id: TenantId): Promise<Tenant | undefined> {
    return this.tenants.get(id);
  }
}

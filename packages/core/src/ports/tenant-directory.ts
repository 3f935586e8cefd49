import type { Tenant, TenantId } from "../domain/tenant.js";

/** Who the tenants are. */
export interface TenantDirectory {
  /** The tenant, active or not; `undefined` where the id is nobody's. */
  find(id: TenantId): Promise<Tenant | undefined>;
}

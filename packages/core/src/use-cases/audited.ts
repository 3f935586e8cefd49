import type { AdminKey } from "../domain/admin-key.js";
import type { Mapping } from "../domain/mapping.js";
import type { Tenant } from "../domain/tenant.js";

/** What of a mapping is told as before and after. */
export function auditedMapping({ tenantId, generation, lockedAtMs }: Mapping) {
  return { tenant_id: tenantId, contact_id: generation, locked_at: new Date(lockedAtMs).toISOString() };
}

/** What of a tenant is told as before and after. */
export function auditedTenant({ name, url, active }: Pick<Tenant, "name" | "url" | "active">) {
  return { name: name ?? null, url: url === undefined ? null : withoutQuery(url), active };
}

/** What of an admin key is told as before and after. */
export function auditedAdminKey({ role, createdAtMs }: Pick<AdminKey, "role" | "createdAtMs">) {
  return { role, created_at: new Date(createdAtMs).toISOString() };
}

/** What is behind it may be a key. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
}

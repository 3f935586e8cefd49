/** How many tenants a benchmark has. */
export const TENANTS = 100;

/** Whose the contact of that number is. */
export function tenantAt(contact: number): number {
  return 1 + (contact % TENANTS);
}

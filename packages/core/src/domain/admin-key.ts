/** What the holder of a key may do in the admin API: everything, or look only. */
export type AdminRole = (typeof ADMIN_ROLES)[number];

export const ADMIN_ROLES = ["admin", "read"] as const;

/** A key to the admin API, without the key. */
export interface AdminKey {
  /** Whom the audit log names for what is done with the key. */
  readonly name: string;
  readonly role: AdminRole;
  readonly createdAtMs: number;
}

/** The name of the key that the settings have, or that was made at the first start: it is in no store. */
export const FIRST_ADMIN_KEY = "first";

/** The audit log's own word for what nobody asked for. */
const GATEWAY_ITSELF = "gateway";
const NAME = /^[a-z0-9_-]{1,40}$/;

/** Whether a key may be called so. One may be `first`, and no other. */
export function isAdminKeyName(value: unknown): value is string {
  return typeof value === "string" && NAME.test(value) && value !== GATEWAY_ITSELF;
}

export function isAdminRole(value: unknown): value is AdminRole {
  return ADMIN_ROLES.some((role) => role === value);
}

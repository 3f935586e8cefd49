import type { components } from "./schema.js";

/** What the gateway answers, by the names of its own description. */
type Schemas = components["schemas"];

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

export type ApiFault = Omit<Schemas["Error"], "status">;
export type Session = Schemas["ConsoleSession"];
export type Overview = Schemas["Overview"];
export type Stats = Schemas["Stats"];

export type Tenant = Schemas["Tenant"];
export type NewTenant = Schemas["NewTenant"];
export type RotatedCredentials = Schemas["Rotated"];
export type Credentials = Pick<NewTenant, "secret" | "token">;
export type TenantHealth = Schemas["TenantHealth"];
export type HandlerTest = Schemas["HandlerTest"];
export type DeepLink = Schemas["DeepLink"];

export type TenantContact = Schemas["Contact"];
export type KnownContact = Schemas["KnownContact"];
export type Reassigned = Schemas["Reassigned"];
export type Delivery = Schemas["Delivery"];
export type ErasedContact = Schemas["ContactErased"];
export type Explanation = Schemas["Explanation"];
export type TenantStanding = NonNullable<Explanation["link_code"]>["tenant"];
export type AuditEntry = Schemas["AuditEntry"];

import { parseContactId, type ContactId } from "./contact-id.js";
import { BadCursorError } from "./errors.js";
import type { TenantId } from "./tenant.js";

/** Names the contact behind which the next page of a tenant's contacts begins. */
export function tenantCursor(tenantId: TenantId, contact: ContactId): string {
  return `${tenantId}.${contact}`;
}

/** The contact that the cursor names; another tenant's, or what is none, is a `BadCursorError`. */
export function contactOfCursor(cursor: string, tenantId: TenantId): ContactId {
  const start = `${tenantId}.`;
  const text = cursor.startsWith(start) ? cursor.slice(start.length) : "";
  const contact = parseContactId(text);
  if (contact === undefined || contact !== text) throw new BadCursorError();
  return contact;
}

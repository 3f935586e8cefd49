import { isLid, type ContactId } from "@gateway-router/core";

/** The chat with a contact, as WAHA's API names it. */
export function chatIdOf(contact: ContactId): string {
  return isLid(contact) ? contact : `${contact}@c.us`;
}

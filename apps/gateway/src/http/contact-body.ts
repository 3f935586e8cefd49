import type { ListedContact } from "@gateway-router/core";

/** A contact of a tenant, as lists have it. */
export function contactBody({ contact, generation, lockedAtMs, campaign, optedOut }: ListedContact) {
  return {
    phone_number: contact,
    contact_id: generation,
    since: new Date(lockedAtMs).toISOString(),
    campaign: campaign ?? null,
    opted_out: optedOut,
  };
}

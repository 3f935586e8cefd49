import type { Generation, InboundMessage, Mapping, TenantId } from "@gateway-router/core";
import { contactAt } from "./contacts.js";
import { tenantAt } from "./tenants.js";

/** The mapping of the contact of that number. */
export function mappingAt(contact: number): Mapping {
  return {
    ...{ contact: contactAt(contact), tenantId: tenantAt(contact) as TenantId },
    ...{ generation: `ct_${contact}` as Generation, lockedAtMs: 1_766_500_000_000 },
  };
}

/** A message as the source makes it, of that number among all. */
export function messageAt(number: number, contact: number, text: string): InboundMessage {
  const id = `3EB0${String(number).padStart(18, "0")}`;
  return {
    ...{ identity: `default/false/${id}`, contact: contactAt(contact), contactName: "Mohamed" },
    ...{ sentAtMs: Date.now(), content: { id, type: "text", text } },
  };
}

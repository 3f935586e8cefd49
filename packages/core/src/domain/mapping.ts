import type { ContactId } from "./contact-id.js";
import type { TenantId } from "./tenant.js";

declare const generationBrand: unique symbol;

/**
 * Which lock of a contact something belongs to. Each lock has one of its own, never used twice, so that
 * what was queued under an earlier lock is recognised and never reaches who holds the contact now.
 */
export type Generation = string & { readonly [generationBrand]: true };

/** The record contact → tenant. */
export interface Mapping {
  readonly contact: ContactId;
  readonly tenantId: TenantId;
  readonly generation: Generation;
  readonly lockedAtMs: number;
  /** By which of the tenant's campaigns the contact came. */
  readonly campaign?: string;
  /**
   * Locks of the same contact by the same tenant that ended in this one, when it showed that one contact had been
   * locked by both its names. What was queued under them is still the tenant's.
   */
  readonly mergedGenerations?: readonly Generation[];
}

/** Whether what was queued under the generation belongs to the mapping. */
export function isUnder(mapping: Mapping | undefined, generation: Generation): mapping is Mapping {
  return (
    mapping !== undefined &&
    (mapping.generation === generation || mapping.mergedGenerations?.includes(generation) === true)
  );
}

/** The lock of the mapping, and those that ended in it. */
export function generationsOf({ generation, mergedGenerations = [] }: Mapping): readonly Generation[] {
  return [generation, ...mergedGenerations];
}

export type LockOutcome =
  /** The candidate is the mapping now. */
  | { readonly kind: "locked"; readonly mapping: Mapping }
  /** Somebody held the contact before: the first contact wins. */
  | { readonly kind: "held"; readonly mapping: Mapping }
  /** The message was sent before the contact's mapping was removed; such a message never locks again. */
  | { readonly kind: "predates_removal"; readonly removedAtMs: number };

/**
 * Whether a message sent at the first time was sent before a removal at the second. WhatsApp stamps whole
 * seconds, so both are compared as such; within one and the same second the message counts as the later.
 */
export function predatesRemoval(sentAtMs: number, removedAtMs: number): boolean {
  return Math.floor(sentAtMs / 1000) < Math.floor(removedAtMs / 1000);
}

/** How many contacts a tenant has by one of its campaigns. */
export interface CampaignContacts {
  readonly campaign: string;
  readonly contacts: number;
}

export interface MappingStats {
  readonly contacts: number;
  /** Contacts per tenant; tenants without a contact are left out. */
  readonly contactsPerTenant: ReadonlyMap<TenantId, number>;
  /** When a mapping last changed; `undefined` where none ever did. */
  readonly lastChangedAtMs: number | undefined;
}

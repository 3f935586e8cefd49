import type { ContactId, TenantId } from "@gateway-router/core";
import type { MappingRecords } from "./mapping-records.js";
import type { RecordedState } from "./recorded-state.js";

/**
 * What a backup says of who has whom, but for contacts that were erased since. A lock that is younger than its contact's
 * erasure counts; where nothing tells when a lock was made, it counts if it is the one that the contact has now.
 */
export function mappingWithoutErased(
  mapping: ReadonlyMap<ContactId, TenantId>,
  locks: RecordedState["locks"] | undefined,
  records: MappingRecords,
): Map<ContactId, TenantId> {
  const isKept = ([contact, tenantId]: readonly [ContactId, TenantId]): boolean =>
    !records.wasErasedSince(contact, locks?.get(contact)?.lockedAtMs ?? 0) ||
    records.find(contact)?.tenantId === tenantId;
  return new Map([...mapping].filter(isKept));
}

/** The records beside that mapping, but for what was known of contacts that were erased since. */
export function stateWithoutErased(
  state: RecordedState,
  mapping: ReadonlyMap<ContactId, TenantId>,
  records: MappingRecords,
): RecordedState {
  const isErased = (contact: ContactId, sinceMs: number) => records.wasErasedSince(contact, sinceMs);
  const { madeAtMs } = state;
  const { locks, begunGenerations, contactHashKeys, wishes, erasedAtMs, tenantsFile } = state;
  return {
    ...{ madeAtMs, locks, begunGenerations, contactHashKeys, wishes, erasedAtMs, tenantsFile },
    aliases: new Map(
      [...state.aliases].filter(
        ([name, { canonical }]) =>
          mapping.has(canonical) || (!isErased(name, madeAtMs) && !isErased(canonical, madeAtMs)),
      ),
    ),
    removedAtMs: new Map([...state.removedAtMs].filter(([contact, atMs]) => !isErased(contact, atMs))),
    markedAtMs: new Map([...state.markedAtMs].filter(([contact, atMs]) => !isErased(contact, atMs))),
  };
}

import type { ContactId, TenantId } from "@gateway-router/core";
import type { MappingRecords } from "./mapping-records.js";

export type CanonicalMapping =
  | {
      readonly kind: "canonical";
      readonly mapping: ReadonlyMap<ContactId, TenantId>;
      /** By which names each contact is in the file with its tenant, the one that counts first. */
      readonly writtenAs: ReadonlyMap<ContactId, readonly ContactId[]>;
    }
  /** Two names of one contact are there, with a tenant each. */
  | { readonly kind: "contradictory"; readonly names: readonly [ContactId, ContactId] };

export interface CanonicalMappingOptions {
  readonly inFile: ReadonlyMap<ContactId, TenantId>;
  readonly records: Pick<MappingRecords, "canonical">;
  /** Which of two names of one contact counts; without it the file is contradictory where they have a tenant each. */
  readonly choose?: (one: ContactId, other: ContactId) => ContactId;
}

/** A mapping that was read from a file, with each contact under its canonical name: who wrote it may know it by another. */
export function canonicalMapping({ inFile, records, choose }: CanonicalMappingOptions): CanonicalMapping {
  const mapping = new Map<ContactId, TenantId>();
  const writtenAs = new Map<ContactId, readonly ContactId[]>();
  for (const [name, tenantId] of inFile) {
    const contact = records.canonical(name);
    const others = writtenAs.get(contact) ?? [];
    const [other] = others;
    const isAlike = other !== undefined && mapping.get(contact) === tenantId;
    if (other !== undefined && !isAlike && choose === undefined) {
      return { kind: "contradictory", names: [other, name] };
    }
    const isOtherFirst = other !== undefined && (choose === undefined || choose(other, name) === other);
    if (isAlike) {
      writtenAs.set(contact, isOtherFirst ? [...others, name] : [name, ...others]);
    } else if (!isOtherFirst) {
      mapping.set(contact, tenantId);
      writtenAs.set(contact, [name]);
    }
  }
  return { kind: "canonical", mapping, writtenAs };
}

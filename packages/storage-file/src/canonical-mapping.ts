import type { ContactId, TenantId } from "@gateway-router/core";
import type { MappingRecords } from "./mapping-records.js";

export type CanonicalMapping =
  | {
      readonly kind: "canonical";
      readonly mapping: ReadonlyMap<ContactId, TenantId>;
      /** By which name each contact is in the file. */
      readonly writtenAs: ReadonlyMap<ContactId, ContactId>;
    }
  /** Two names of one contact are there, with a tenant each. */
  | { readonly kind: "contradictory"; readonly names: readonly [ContactId, ContactId] };

export interface CanonicalMappingOptions {
  readonly inFile: ReadonlyMap<ContactId, TenantId>;
  readonly records: Pick<MappingRecords, "canonical">;
  /** Which of two names of one contact counts, where they have a tenant each; without it the file is contradictory. */
  readonly choose?: (one: ContactId, other: ContactId) => ContactId;
}

/** A mapping that was read from a file, with each contact under its canonical name: who wrote it may know it by another. */
export function canonicalMapping({ inFile, records, choose }: CanonicalMappingOptions): CanonicalMapping {
  const mapping = new Map<ContactId, TenantId>();
  const writtenAs = new Map<ContactId, ContactId>();
  for (const [name, tenantId] of inFile) {
    const contact = records.canonical(name);
    const known = mapping.get(contact);
    const other = writtenAs.get(contact);
    if (known !== undefined && other !== undefined && known !== tenantId) {
      if (choose === undefined) return { kind: "contradictory", names: [other, name] };
      if (choose(other, name) === other) continue;
    }
    mapping.set(contact, tenantId);
    writtenAs.set(contact, name);
  }
  return { kind: "canonical", mapping, writtenAs };
}

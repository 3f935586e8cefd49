import type { ContactId } from "./contact-id.js";
import { generationsOf, type Mapping } from "./mapping.js";

/** What becomes of mappings when it shows that two names are one contact's. */
export interface MappingMerge {
  /** The name that is an alias from now on. */
  readonly alias: ContactId;
  /** The contact's mapping from now on, under its canonical name. */
  readonly mapping: Mapping;
  /** The later of two locks, as it was: it ended. */
  readonly ended?: Mapping;
}

/** Ended locks that a mapping remembers. Each takes a name of its own to be made, so that more are not in sight. */
const MOST_MERGED_GENERATIONS = 32;

/**
 * The first contact wins, whichever name it came by; of two locks of the same moment, the canonical name's.
 * Answers nothing where the alias had no mapping, since then nothing changes.
 */
export function mergeMappings(names: {
  readonly canonical: ContactId;
  readonly alias: ContactId;
  readonly ofCanonical: Mapping | undefined;
  readonly ofAlias: Mapping | undefined;
}): MappingMerge | undefined {
  const { canonical: contact, alias, ofCanonical, ofAlias } = names;
  if (ofAlias === undefined) return undefined;
  if (ofCanonical === undefined) return { alias, mapping: { ...ofAlias, contact } };
  const isAliasFirst = ofAlias.lockedAtMs < ofCanonical.lockedAtMs;
  const [first, ended] = isAliasFirst ? [ofAlias, ofCanonical] : [ofCanonical, ofAlias];
  const mapping = { ...first, contact };
  if (first.tenantId !== ended.tenantId) return { alias, mapping, ended };
  const mergedGenerations = [...(first.mergedGenerations ?? []), ...generationsOf(ended)];
  return {
    alias,
    mapping: { ...mapping, mergedGenerations: mergedGenerations.slice(-MOST_MERGED_GENERATIONS) },
    ended,
  };
}

/** Whether the lock that ended was another tenant's, so that what waits under it is nobody's any more. */
export function endsAnothersLock(merge: MappingMerge): merge is MappingMerge & { readonly ended: Mapping } {
  return merge.ended !== undefined && merge.ended.tenantId !== merge.mapping.tenantId;
}

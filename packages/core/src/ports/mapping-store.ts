import type { VouchedNames } from "../domain/alias.js";
import type { ContactId } from "../domain/contact-id.js";
import type { MappingMerge } from "../domain/mapping-merge.js";
import type { CampaignContacts, Generation, LockOutcome, Mapping, MappingStats } from "../domain/mapping.js";
import type { TenantId } from "../domain/tenant.js";
import type { Page } from "./delivery-queue.js";

/**
 * Which tenant holds which contact. Every write is durable when its promise resolves; one that can't be
 * made durable rejects with `StorageUnavailableError` and has not happened.
 *
 * A contact may have several names. Each method takes any of them; what is answered is under the canonical one, the
 * phone number where it is known.
 */
export interface MappingStore {
  find(contact: ContactId): Promise<Mapping | undefined>;

  /**
   * Makes the candidate the contact's mapping unless it has one: atomic, so that of any number of callers,
   * in any number of processes, by any of its names, one gets `locked` and all others `held` with the same mapping.
   * `sentAtMs` is when the message that asks for the lock was sent; see `predates_removal`.
   */
  lock(candidate: Mapping, sentAtMs: number): Promise<LockOutcome>;

  /** Whether a message sent then was sent before the contact's last removal: such a message belongs to nobody any more. */
  wasSentBeforeRemoval(contact: ContactId, sentAtMs: number): Promise<boolean>;

  /** Removes the contact's mapping and answers what it was; remembers when, for `predates_removal`. Absent: `undefined`, nothing changes. */
  unlock(contact: ContactId): Promise<Mapping | undefined>;

  /**
   * Makes the candidate the contact's mapping, whatever it had: atomic, so that in between it is nobody's never. A
   * contact that the same tenant has keeps the mapping it has. One that another tenant had counts as removed from it
   * now: what was sent before was meant for that one, see `wasSentBeforeRemoval`. Answers what it had.
   */
  reassign(candidate: Mapping): Promise<ReassignOutcome>;

  /**
   * Learns that both names are one contact's; see `learnAlias` in the domain for what that makes of names known
   * before, and `mergeMappings` for what it makes of their mappings. Atomic: whoever looks sees one mapping by both
   * names, or what was before. Of two removals the later counts. Idempotent: what is known already changes nothing.
   */
  learnAlias(names: VouchedNames): Promise<AliasOutcome>;

  /** Every name of the contact, the canonical one first; just the name given where no other is known. */
  namesOf(contact: ContactId): Promise<ContactNames>;

  /**
   * Begins to erase a contact: ends its mapping, and remembers under each of its names, by a keyed hash, that whatever
   * was sent before is nobody's, as after a removal. Atomic. The names go on being known until `endErasure`, so that an
   * erasure that is cut off can be begun again.
   */
  beginErasure(contact: ContactId): Promise<Erasure>;

  /**
   * Forgets that the names are one contact's, and when it lost mappings; not where it was locked again since the
   * erasure began. Resolves when they are in no file of the store's own any more. Idempotent.
   */
  endErasure(erasure: Pick<Erasure, "names">): Promise<void>;

  /** Whether the contact was erased at that time or later: what was known of it then is to be known no more. */
  wasErasedSince(contact: ContactId, atMs: number): Promise<boolean>;

  /** Whether the lock ended by an erasure. */
  wasErased(generation: Generation): Promise<boolean>;

  stats(): Promise<MappingStats>;

  /**
   * Each tenant's campaigns that have contacts, the largest first, those of one size by name. What it costs does not
   * depend on how many contacts there are. Tenants without such a campaign are left out.
   */
  campaigns(request: CampaignsRequest): Promise<ReadonlyMap<TenantId, readonly CampaignContacts[]>>;

  /**
   * A tenant's mappings, in the order of their contacts. What comes or goes between two pages hides no other; a page may
   * have fewer than asked for, and even none, before the last one. What it costs does not depend on how many mappings
   * other tenants have. Another list's cursor is a `BadCursorError`.
   */
  ofTenant(request: TenantMappingsRequest): Promise<Page<Mapping>>;

  /** Every mapping, in no promised order. One changed during the walk may be seen in either state. */
  entries(): AsyncIterable<Mapping>;

  close(): Promise<void>;
}

export interface TenantMappingsRequest {
  readonly tenantId: TenantId;
  readonly limit: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  /** Only of contacts that came by it. */
  readonly campaign?: string;
}

export interface Erasure {
  readonly names: ContactNames;
  /** The mapping that ended by it. */
  readonly mapping: Mapping | undefined;
  /** What stands for the contact from now on, where something must: the same each time it is erased. */
  readonly pseudonym: string;
  readonly erasedAtMs: number;
}

export interface CampaignsRequest {
  /** At most so many of each tenant. Anybody can make a campaign up, so there may be any number. */
  readonly perTenant: number;
  /** Only this tenant's. */
  readonly tenantId?: TenantId;
}

/** As many campaigns of a tenant are told, the largest. */
export const CAMPAIGNS_TOLD = 1_000;
export type ReassignOutcome =
  | { readonly kind: "reassigned"; readonly mapping: Mapping; readonly before: Mapping | undefined }
  | { readonly kind: "unchanged"; readonly mapping: Mapping };

export type ContactNames = readonly [canonical: ContactId, ...aliases: ContactId[]];

export type AliasOutcome =
  | { readonly kind: "known" }
  /** `merge`: what became of the mappings, where the name that is an alias now had one. */
  | { readonly kind: "learnt"; readonly merge?: MappingMerge };

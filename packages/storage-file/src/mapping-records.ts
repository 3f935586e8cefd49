import {
  contactOfCursor,
  generationsOf,
  learnAlias,
  mergeMappings,
  predatesRemoval,
  tenantCursor,
  type Alias,
  type AliasOutcome,
  type CampaignContacts,
  type CampaignsRequest,
  type ContactId,
  type ContactNames,
  type Erasure,
  type Generation,
  type LockOutcome,
  type Mapping,
  type MappingMerge,
  type MappingStats,
  type Page,
  type ReassignOutcome,
  type TenantId,
  type TenantMappingsRequest,
  type VouchedNames,
} from "@gateway-router/core";
import { LmdbAliasTable } from "./lmdb-alias-table.js";
import { LmdbContactHashes } from "./lmdb-contact-hashes.js";
import { CampaignTally, LmdbCampaignCounts, type CampaignCounter } from "./lmdb-campaign-counts.js";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";

type MappingRecord = Omit<Mapping, "contact">;

/** What a lock is beside its contact and tenant. */
export type MappingLock = Omit<Mapping, "contact" | "tenantId">;

interface StateRecord {
  readonly contacts: number;
  /** Counts changes: each has the next number. */
  readonly revision: number;
  readonly lastChangedAtMs: number | undefined;
  /** Whether contacts are counted per campaign, too. A version before does not, and leaves this out. */
  readonly campaignsCounted?: true;
}

/** Which contact changed, and which tenant had it before; `null` for none. */
type ChangeRecord = readonly [contact: ContactId, tenantBefore: TenantId | null];

/** A version of the mapping file, by its content and by what it holds: all changes up to the revision. */
export interface FileVersion {
  readonly sha256: string;
  readonly revision: number;
}

/**
 * The file's version as it was last put in place; and while one is on its way there, that one too, noted
 * before it can be seen.
 */
export interface FileVersions {
  readonly current?: FileVersion | undefined;
  readonly next?: FileVersion | undefined;
}

/** One contact's part in a takeover; `undefined` is no tenant. */
export interface TakeoverChange {
  readonly contact: ContactId;
  readonly before: TenantId | undefined;
  readonly after: TenantId | undefined;
}

type TenantContactKey = [TenantId, ContactId];

const EMPTY_STATE: StateRecord = {
  contacts: 0,
  revision: 0,
  lastChangedAtMs: undefined,
  campaignsCounted: true,
};
/** Old changes are removed in pieces, so that no transaction holds up the others. */
const FORGET_AT_ONCE = 1000;
/** Contacts looked at for one page of a tenant's. */
const LOOKED_AT_ONCE = 2_000;
const NOTED_AT_ONCE = 5_000;

/**
 * The mapping as records of the LMDB environment. All methods are synchronous; those that change something
 * are to be called inside `environment.write`. What they cost does not depend on how many mappings there are.
 *
 * A contact may be named by any of its names; what is kept is under the canonical one.
 */
export class MappingRecords {
  private readonly mappings: LmdbDatabase<MappingRecord, ContactId>;
  private readonly removals: LmdbDatabase<number, ContactId>;
  /** When contacts were erased, by the hashes of their names. */
  private readonly erasures: LmdbDatabase<number>;
  private readonly erasedGenerations: LmdbDatabase<true, Generation>;
  private readonly hashes: LmdbContactHashes;
  private readonly aliases: LmdbAliasTable;
  private readonly counts: LmdbDatabase<number, TenantId>;
  /** Which contacts each tenant has. */
  private readonly byTenant: LmdbDatabase<true, TenantContactKey>;
  private readonly campaignCounts: LmdbCampaignCounts;
  private readonly changes: LmdbDatabase<ChangeRecord, number>;
  private readonly state: LmdbDatabase<StateRecord>;
  private readonly files: LmdbDatabase<FileVersions>;

  constructor(environment: LmdbEnvironment) {
    this.mappings = environment.database("mappings");
    this.removals = environment.database("mapping.removals");
    this.erasures = environment.database("mapping.erasures");
    this.erasedGenerations = environment.database("mapping.erased-generations");
    this.hashes = new LmdbContactHashes(environment);
    this.aliases = new LmdbAliasTable(environment);
    this.counts = environment.database("mapping.counts");
    this.byTenant = environment.database("mapping.by-tenant");
    this.campaignCounts = new LmdbCampaignCounts(environment);
    this.changes = environment.database("mapping.changes");
    this.state = environment.database("mapping.state");
    this.files = environment.database("mapping.files");
  }

  find(name: ContactId): Mapping | undefined {
    return this.mappingOf(this.canonical(name));
  }

  /** The name under which the contact's records are kept. */
  canonical(name: ContactId): ContactId {
    return this.aliases.get(name)?.canonical ?? name;
  }

  /** As `MappingStore.namesOf`. */
  namesOf(name: ContactId): ContactNames {
    const canonical = this.canonical(name);
    return [canonical, ...this.aliases.aliasesOf(canonical)];
  }

  /** As `MappingStore.learnAlias`. */
  learnAlias(names: VouchedNames, nowMs: number): AliasOutcome {
    const lesson = learnAlias(this.aliases, names);
    if (lesson.kind === "known") return lesson;
    const merge = lesson.joined === undefined ? undefined : this.join(lesson.joined, names.phone, nowMs);
    return { kind: "learnt", ...(merge === undefined ? {} : { merge }) };
  }

  /** All aliases of the snapshot, in pieces. */
  aliasPagesIn(snapshot: LmdbSnapshot, limit: number): Generator<(readonly [ContactId, Alias])[]> {
    return this.aliases.pagesIn(snapshot, limit);
  }

  /** Brings an alias back that a backup knows of, unless the name has been learnt since. */
  restoreAlias(name: ContactId, alias: Alias): void {
    const isKnown = this.aliases.get(name) !== undefined || this.aliases.get(alias.canonical) !== undefined;
    // A name for which others stand can't be an alias itself.
    if (!isKnown && this.aliases.aliasesOf(name).length === 0) this.aliases.put(name, alias);
  }

  /** As `MappingStore.lock`. */
  lock(asked: Mapping, sentAtMs: number, nowMs: number): LockOutcome {
    const candidate = { ...asked, contact: this.canonical(asked.contact) };
    const held = this.mappingOf(candidate.contact);
    if (held !== undefined) return { kind: "held", mapping: held };
    const removedAtMs = this.removedAtMs(asked.contact);
    if (predatesRemoval(sentAtMs, removedAtMs)) return { kind: "predates_removal", removedAtMs };
    this.put(candidate);
    this.noteChange(candidate.contact, undefined, candidate.tenantId, nowMs);
    return { kind: "locked", mapping: candidate };
  }

  /** Keeps a mapping that came from elsewhere, of a contact that has none. */
  restoreMapping(mapping: Mapping, nowMs: number): void {
    this.put(mapping);
    this.noteChange(mapping.contact, undefined, mapping.tenantId, nowMs);
  }

  removedAt(name: ContactId): number | undefined {
    return this.removals.get(name);
  }

  erasedAt(hash: string): number | undefined {
    return this.erasures.get(hash);
  }

  aliasOf(name: ContactId): Alias | undefined {
    return this.aliases.get(name);
  }

  /** As `MappingStore.unlock`. */
  unlock(name: ContactId, nowMs: number): Mapping | undefined {
    const mapping = this.find(name);
    if (mapping === undefined) return undefined;
    const { contact } = mapping;
    this.drop(contact);
    this.removals.put(contact, nowMs);
    this.noteChange(contact, mapping.tenantId, undefined, nowMs);
    return mapping;
  }

  /** As `MappingStore.reassign`. */
  reassign(candidate: Mapping, nowMs: number): ReassignOutcome {
    const mapping = { ...candidate, contact: this.canonical(candidate.contact) };
    const before = this.mappingOf(mapping.contact);
    if (before?.tenantId === mapping.tenantId) return { kind: "unchanged", mapping: before };
    this.put(mapping);
    if (before !== undefined) this.removals.put(mapping.contact, nowMs);
    this.noteChange(mapping.contact, before?.tenantId, mapping.tenantId, nowMs);
    return { kind: "reassigned", mapping, before };
  }

  wasSentBeforeRemoval(contact: ContactId, sentAtMs: number): boolean {
    return predatesRemoval(sentAtMs, this.removedAtMs(contact));
  }

  /** As `MappingStore.beginErasure`. */
  beginErasure(name: ContactId, nowMs: number): Erasure {
    const names = this.namesOf(name);
    const [canonical] = names;
    const mapping = this.mappingOf(canonical);
    if (mapping !== undefined) {
      this.drop(canonical);
      this.noteChange(canonical, mapping.tenantId, undefined, nowMs);
      for (const generation of generationsOf(mapping)) this.erasedGenerations.put(generation, true);
    }
    const pseudonym = `erased/${this.hashes.hashInTransaction(canonical)}`;
    for (const each of names) this.erasures.put(this.hashes.hashInTransaction(each), nowMs);
    return { names, mapping, pseudonym, erasedAtMs: nowMs };
  }

  /** As `MappingStore.endErasure`. */
  endErasure(names: ContactNames): void {
    if (this.find(names[0]) !== undefined) return;
    for (const name of names) {
      this.aliases.remove(name);
      this.removals.remove(name);
    }
  }

  /** As `MappingStore.wasErasedSince`. */
  wasErasedSince(name: ContactId, atMs: number): boolean {
    return this.erasedAtMs(name) >= atMs;
  }

  /** As `MappingStore.wasErased`. */
  wasErased(generation: Generation): boolean {
    return this.erasedGenerations.has(generation);
  }

  /** When contacts of the snapshot were erased, by their hashes, in pieces. */
  *erasurePagesIn(snapshot: LmdbSnapshot, limit: number): Generator<(readonly [string, number])[]> {
    for (const page of snapshot.pages(this.erasures, limit)) {
      yield page.map(({ key, value }) => [key, value] as const);
    }
  }

  /** Remembers an erasure of long ago, unless there was one since. */
  restoreErasure(hash: string, erasedAtMs: number): void {
    if ((this.erasures.get(hash) ?? -1) < erasedAtMs) this.erasures.put(hash, erasedAtMs);
  }

  stats(): MappingStats {
    const state = this.state.get("state");
    const contactsPerTenant = new Map<TenantId, number>();
    for (const { key, value } of this.counts.range()) contactsPerTenant.set(key, value);
    return { contacts: state?.contacts ?? 0, contactsPerTenant, lastChangedAtMs: state?.lastChangedAtMs };
  }

  /** As `MappingStore.campaigns`. */
  campaigns(request: CampaignsRequest): Map<TenantId, CampaignContacts[]> {
    return this.campaignCounts.largest(request);
  }

  /** Up to `limit` mappings in the order of their contacts, those after the given one. */
  after(contact: ContactId | undefined, limit: number): Mapping[] {
    const page = this.mappings.range({
      limit,
      ...(contact === undefined ? {} : { start: contact, exclusiveStart: true }),
    });
    return Array.from(page, ({ key, value }) => ({ contact: key, ...value }));
  }

  /** As `MappingStore.ofTenant`. */
  ofTenant({ tenantId, limit, cursor, campaign }: TenantMappingsRequest): Page<Mapping> {
    const after = cursor === undefined ? undefined : contactOfCursor(cursor, tenantId);
    const items: Mapping[] = [];
    let last: ContactId | undefined;
    let lookedAt = 0;
    for (const [, contact] of this.byTenant.keys(contactsOf(tenantId, after))) {
      // A campaign may be that of few among many: then a page is short, and the next one goes on.
      if (items.length >= limit || lookedAt >= LOOKED_AT_ONCE) {
        return { items, nextCursor: tenantCursor(tenantId, last!) };
      }
      const mapping = this.mappingOf(contact);
      if (mapping !== undefined && (campaign === undefined || mapping.campaign === campaign))
        items.push(mapping);
      last = contact;
      lookedAt += 1;
    }
    return { items, nextCursor: undefined };
  }

  /** Whether tenants' contacts can be told: data of a version before has no such records. */
  get knowsTenantsContacts(): boolean {
    return this.byTenant.count() === this.mappings.count();
  }

  /** Notes some of the contacts that tenants have, those after the given one. Answers the last, or nothing where all are noted. */
  noteTenantsContacts(after: ContactId | undefined): ContactId | undefined {
    const some = this.after(after, NOTED_AT_ONCE);
    for (const { tenantId, contact } of some) this.byTenant.put([tenantId, contact], true);
    return some.at(-1)?.contact;
  }

  /** Whether contacts per campaign can be told: what changed under a version before was not counted. */
  get knowsCampaigns(): boolean {
    return (this.state.get("state") ?? EMPTY_STATE).campaignsCounted === true;
  }

  /** Makes the tally of all mappings the contacts per campaign. */
  putCampaigns(tally: CampaignTally): void {
    this.campaignCounts.clear();
    tally.addTo(this.campaignCounts);
    this.state.put("state", { ...(this.state.get("state") ?? EMPTY_STATE), campaignsCounted: true });
  }

  get contacts(): number {
    return this.state.get("state")?.contacts ?? 0;
  }

  get revision(): number {
    return this.state.get("state")?.revision ?? 0;
  }

  revisionIn(snapshot: LmdbSnapshot): number {
    return snapshot.get(this.state, "state")?.revision ?? 0;
  }

  /** As {@link after}, of the snapshot's records: contacts and tenants only. */
  tenantsIn(
    snapshot: LmdbSnapshot,
    contact: ContactId | undefined,
    limit: number,
  ): (readonly [ContactId, TenantId])[] {
    const page = snapshot.range(this.mappings, {
      limit,
      ...(contact === undefined ? {} : { start: contact, exclusiveStart: true }),
    });
    return Array.from(page, ({ key, value }) => [key, value.tenantId] as const);
  }

  /** All mappings of the snapshot, in pieces. */
  *pagesIn(snapshot: LmdbSnapshot, limit: number): Generator<Mapping[]> {
    for (const page of snapshot.pages(this.mappings, limit)) {
      yield page.map(({ key, value }) => ({ contact: key, ...value }));
    }
  }

  /** When contacts of the snapshot lost their mappings, in pieces. */
  *removalPagesIn(snapshot: LmdbSnapshot, limit: number): Generator<(readonly [ContactId, number])[]> {
    for (const page of snapshot.pages(this.removals, limit)) {
      yield page.map(({ key, value }) => [key, value] as const);
    }
  }

  /** Remembers a removal of long ago, unless there was one since. */
  restoreRemoval(name: ContactId, removedAtMs: number): void {
    const contact = this.canonical(name);
    if ((this.removals.get(contact) ?? -1) < removedAtMs) this.removals.put(contact, removedAtMs);
  }

  /** Every contact's tenant, all in memory: for the start only. */
  allTenants(): Map<ContactId, TenantId> {
    const tenants = new Map<ContactId, TenantId>();
    for (const { key, value } of this.mappings.range()) tenants.set(key, value.tenantId);
    return tenants;
  }

  fileVersions(): FileVersions {
    return this.files.get("versions") ?? {};
  }

  putFileVersions(versions: FileVersions): void {
    this.files.put("versions", versions);
  }

  /** The tenant that each contact changed since the revision had at that revision; `null` for none. */
  tenantsAt(revision: number): Map<ContactId, TenantId | null> {
    const tenants = new Map<ContactId, TenantId | null>();
    for (const { value } of this.changes.range({ start: revision, exclusiveStart: true })) {
      const [contact, tenantBefore] = value;
      if (!tenants.has(contact)) tenants.set(contact, tenantBefore);
    }
    return tenants;
  }

  /** Forgets some of the changes up to the revision. Answers whether that was all. */
  forgetSomeChanges(upToRevision: number): boolean {
    const old = [...this.changes.keys({ end: upToRevision + 1, limit: FORGET_AT_ONCE })];
    for (const revision of old) this.changes.remove(revision);
    return old.length < FORGET_AT_ONCE;
  }

  /**
   * Makes the changes that a hand-edited file asks for. The file is the current version then, and another is
   * due, in the gateway's own format; `unseen` are the contacts that keep another tenant than the file says.
   */
  takeOver(options: {
    readonly changes: readonly TakeoverChange[];
    readonly unseen: readonly { readonly contact: ContactId; readonly inFile: TenantId | undefined }[];
    readonly sha256: string;
    /** Called for each contact that gets a tenant. */
    readonly lockOf: (contact: ContactId) => MappingLock;
    readonly nowMs: number;
  }): void {
    const { changes, unseen, sha256, lockOf, nowMs } = options;
    const campaigns = new CampaignTally();
    for (const { contact, after } of changes) {
      if (after === undefined) {
        this.drop(contact, campaigns);
        this.removals.put(contact, nowMs);
      } else {
        this.put({ contact, tenantId: after, ...lockOf(contact) }, campaigns);
      }
    }
    campaigns.addTo(this.campaignCounts);
    this.countTakeover(changes, nowMs);
    this.changes.clear();
    const { revision } = this;
    unseen.forEach(({ contact, inFile }, index) =>
      this.changes.put(revision + index + 1, [contact, inFile ?? null]),
    );
    const state = this.state.get("state") ?? EMPTY_STATE;
    this.state.put("state", { ...state, revision: revision + Math.max(1, unseen.length) });
    this.files.put("versions", { current: { sha256, revision } });
  }

  /** A takeover may change a million contacts, so it counts first and writes each count once. */
  private countTakeover(changes: readonly TakeoverChange[], nowMs: number): void {
    if (changes.length === 0) return;
    const countChanges = new Map<TenantId | undefined, number>();
    const add = (tenantId: TenantId | undefined, change: 1 | -1) =>
      countChanges.set(tenantId, (countChanges.get(tenantId) ?? 0) + change);
    for (const { before, after } of changes) {
      add(before, -1);
      add(after, 1);
    }
    // Contacts without a tenant are what the total is short of.
    const contacts = this.contacts - (countChanges.get(undefined) ?? 0);
    for (const [tenantId, change] of countChanges) {
      if (tenantId !== undefined) this.count(tenantId, change);
    }
    const state = this.state.get("state") ?? EMPTY_STATE;
    const revision = state.revision + changes.length;
    this.state.put("state", { ...state, contacts, revision, lastChangedAtMs: nowMs });
  }

  private mappingOf(canonical: ContactId): Mapping | undefined {
    const record = this.mappings.get(canonical);
    return record && { contact: canonical, ...record };
  }

  /** When the contact last lost a mapping, or was erased; less than any time where it never did. */
  private removedAtMs(name: ContactId): number {
    return Math.max(this.removals.get(this.canonical(name)) ?? -1, this.erasedAtMs(name));
  }

  private erasedAtMs(name: ContactId): number {
    const canonical = this.canonical(name);
    const hashes = [
      ...this.hashes.hashesOf(canonical),
      ...(name === canonical ? [] : this.hashes.hashesOf(name)),
    ];
    return Math.max(-1, ...hashes.map((hash) => this.erasures.get(hash) ?? -1));
  }

  /** What was the one name's is the other's from now on. */
  private join(alias: ContactId, canonical: ContactId, nowMs: number): MappingMerge | undefined {
    const removedAtMs = this.removals.get(alias);
    if (removedAtMs !== undefined) {
      this.removals.remove(alias);
      this.restoreRemoval(canonical, removedAtMs);
    }
    const erasedAtMs = this.erasedAtMs(alias);
    if (erasedAtMs > this.erasedAtMs(canonical))
      this.restoreErasure(this.hashes.hashInTransaction(canonical), erasedAtMs);
    const ofAlias = this.mappingOf(alias);
    const ofCanonical = this.mappingOf(canonical);
    const merge = mergeMappings({ canonical, alias, ofCanonical, ofAlias });
    if (merge === undefined) return undefined;
    this.drop(alias);
    this.put(merge.mapping);
    this.noteChange(alias, ofAlias?.tenantId, undefined, nowMs);
    this.noteChange(canonical, ofCanonical?.tenantId, merge.mapping.tenantId, nowMs);
    return merge;
  }

  private put({ contact, ...record }: Mapping, campaigns: CampaignCounter = this.campaignCounts): void {
    const before = this.mappings.get(contact);
    if (before !== undefined) {
      campaigns.count(before, -1);
      if (before.tenantId !== record.tenantId) this.byTenant.remove([before.tenantId, contact]);
    }
    campaigns.count(record, 1);
    this.mappings.put(contact, record);
    this.byTenant.put([record.tenantId, contact], true);
  }

  private drop(contact: ContactId, campaigns: CampaignCounter = this.campaignCounts): void {
    const record = this.mappings.get(contact);
    if (record === undefined) return;
    campaigns.count(record, -1);
    this.mappings.remove(contact);
    this.byTenant.remove([record.tenantId, contact]);
  }

  private noteChange(
    contact: ContactId,
    before: TenantId | undefined,
    after: TenantId | undefined,
    nowMs: number,
  ): void {
    const state = this.state.get("state") ?? EMPTY_STATE;
    const revision = state.revision + 1;
    this.changes.put(revision, [contact, before ?? null]);
    if (before !== undefined) this.count(before, -1);
    if (after !== undefined) this.count(after, 1);
    const contacts = state.contacts + (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    this.state.put("state", { ...state, contacts, revision, lastChangedAtMs: nowMs });
  }

  private count(tenantId: TenantId, change: number): void {
    const contacts = (this.counts.get(tenantId) ?? 0) + change;
    if (contacts === 0) this.counts.remove(tenantId);
    else this.counts.put(tenantId, contacts);
  }
}

function contactsOf(tenantId: TenantId, after: ContactId | undefined) {
  // Contacts are of digits, `@` and letters, all of which come before the end.
  const end: TenantContactKey = [tenantId, "~" as ContactId];
  const start: TenantContactKey = [tenantId, after ?? ("" as ContactId)];
  return { start, end, exclusiveStart: true };
}

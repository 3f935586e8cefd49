import { learnAlias, type Alias, type AliasTable, type VouchedNames } from "../domain/alias.js";
import type { ContactId } from "../domain/contact-id.js";
import { mergeMappings, type MappingMerge } from "../domain/mapping-merge.js";
import {
  generationsOf,
  predatesRemoval,
  type Generation,
  type CampaignContacts,
  type LockOutcome,
  type Mapping,
  type MappingStats,
} from "../domain/mapping.js";
import { shortHash } from "../domain/short-hash.js";
import { contactOfCursor, tenantCursor } from "../domain/tenant-cursor.js";
import type { TenantId } from "../domain/tenant.js";
import type { Page } from "../ports/delivery-queue.js";
import type {
  AliasOutcome,
  CampaignsRequest,
  ContactNames,
  Erasure,
  MappingStore,
  ReassignOutcome,
  TenantMappingsRequest,
} from "../ports/mapping-store.js";
import type { Clock } from "../ports/runtime.js";

/** Mappings in memory: a real adapter for tests, demonstrations and services that can afford to forget. */
export class InMemoryMappingStore implements MappingStore {
  private readonly mappings = new Map<ContactId, Mapping>();
  private readonly removals = new Map<ContactId, number>();
  private readonly aliases = new InMemoryAliasTable();
  private readonly contactsPerTenant = new Map<TenantId, number>();
  private readonly erasedAtMs = new Map<ContactId, number>();
  private readonly erasedGenerations = new Set<Generation>();
  private lastChangedAtMs: number | undefined;

  constructor(private readonly options: { readonly clock: Clock }) {}

  async find(contact: ContactId): Promise<Mapping | undefined> {
    return this.mappings.get(this.canonical(contact));
  }

  async lock(candidate: Mapping, sentAtMs: number): Promise<LockOutcome> {
    const contact = this.canonical(candidate.contact);
    const held = this.mappings.get(contact);
    if (held !== undefined) return { kind: "held", mapping: held };
    const removedAtMs = this.removedAtMs(candidate.contact);
    if (predatesRemoval(sentAtMs, removedAtMs)) return { kind: "predates_removal", removedAtMs };
    const mapping = { ...candidate, contact };
    this.mappings.set(contact, mapping);
    this.count(mapping.tenantId, 1);
    return { kind: "locked", mapping };
  }

  async wasSentBeforeRemoval(contact: ContactId, sentAtMs: number): Promise<boolean> {
    return predatesRemoval(sentAtMs, this.removedAtMs(contact));
  }

  async beginErasure(contact: ContactId): Promise<Erasure> {
    const names = await this.namesOf(contact);
    const [canonical] = names;
    const mapping = this.mappings.get(canonical);
    if (mapping !== undefined) {
      this.mappings.delete(canonical);
      this.count(mapping.tenantId, -1);
      for (const generation of generationsOf(mapping)) this.erasedGenerations.add(generation);
    }
    const erasedAtMs = this.options.clock.nowMs();
    for (const name of names) this.erasedAtMs.set(name, erasedAtMs);
    return { names, mapping, pseudonym: `erased/${shortHash(canonical)}`, erasedAtMs };
  }

  async endErasure({ names }: Pick<Erasure, "names">): Promise<void> {
    if (this.mappings.has(this.canonical(names[0]))) return;
    for (const name of names) {
      this.aliases.remove(name);
      this.removals.delete(name);
    }
  }

  async wasErasedSince(contact: ContactId, atMs: number): Promise<boolean> {
    return this.lastErasedAtMs(contact) >= atMs;
  }

  async wasErased(generation: Generation): Promise<boolean> {
    return this.erasedGenerations.has(generation);
  }

  async unlock(contact: ContactId): Promise<Mapping | undefined> {
    const canonical = this.canonical(contact);
    const mapping = this.mappings.get(canonical);
    if (mapping === undefined) return undefined;
    this.mappings.delete(canonical);
    this.removals.set(canonical, this.options.clock.nowMs());
    this.count(mapping.tenantId, -1);
    return mapping;
  }

  async reassign(candidate: Mapping): Promise<ReassignOutcome> {
    const mapping = { ...candidate, contact: this.canonical(candidate.contact) };
    const before = this.mappings.get(mapping.contact);
    if (before?.tenantId === mapping.tenantId) return { kind: "unchanged", mapping: before };
    this.mappings.set(mapping.contact, mapping);
    if (before !== undefined) {
      this.removals.set(mapping.contact, this.options.clock.nowMs());
      this.count(before.tenantId, -1);
    }
    this.count(mapping.tenantId, 1);
    return { kind: "reassigned", mapping, before };
  }

  async learnAlias(names: VouchedNames): Promise<AliasOutcome> {
    const lesson = learnAlias(this.aliases, names);
    if (lesson.kind === "known") return lesson;
    const merge = lesson.joined === undefined ? undefined : this.join(lesson.joined, names.phone);
    return { kind: "learnt", ...(merge === undefined ? {} : { merge }) };
  }

  async namesOf(contact: ContactId): Promise<ContactNames> {
    const canonical = this.canonical(contact);
    return [canonical, ...this.aliases.aliasesOf(canonical)];
  }

  async stats(): Promise<MappingStats> {
    return {
      contacts: this.mappings.size,
      contactsPerTenant: new Map(this.contactsPerTenant),
      lastChangedAtMs: this.lastChangedAtMs,
    };
  }

  /** Counted anew each time: in memory that is quick, and can't be wrong. */
  async campaigns({ perTenant, tenantId }: CampaignsRequest): Promise<Map<TenantId, CampaignContacts[]>> {
    const counts = new Map<TenantId, Map<string, number>>();
    for (const { tenantId: id, campaign } of this.mappings.values()) {
      if (campaign === undefined || (tenantId !== undefined && id !== tenantId)) continue;
      const ofTenant = counts.get(id) ?? new Map<string, number>();
      counts.set(id, ofTenant.set(campaign, (ofTenant.get(campaign) ?? 0) + 1));
    }
    const largest = (ofTenant: ReadonlyMap<string, number>) =>
      Array.from(ofTenant, ([campaign, contacts]) => ({ campaign, contacts }))
        .sort((a, b) => b.contacts - a.contacts || (a.campaign < b.campaign ? -1 : 1))
        .slice(0, perTenant);
    return new Map(Array.from(counts, ([id, ofTenant]) => [id, largest(ofTenant)]));
  }

  async ofTenant({ tenantId, limit, cursor, campaign }: TenantMappingsRequest): Promise<Page<Mapping>> {
    const after = cursor === undefined ? "" : contactOfCursor(cursor, tenantId);
    const rest = [...this.mappings.values()]
      .filter((mapping) => mapping.tenantId === tenantId && mapping.contact > after)
      .filter((mapping) => campaign === undefined || mapping.campaign === campaign)
      .sort((a, b) => (a.contact < b.contact ? -1 : 1));
    const items = rest.slice(0, limit);
    const isMore = rest.length > items.length;
    return { items, nextCursor: isMore ? tenantCursor(tenantId, items.at(-1)!.contact) : undefined };
  }

  async *entries(): AsyncIterable<Mapping> {
    yield* this.mappings.values();
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  private canonical(name: ContactId): ContactId {
    return this.aliases.get(name)?.canonical ?? name;
  }

  private removedAtMs(name: ContactId): number {
    return Math.max(this.removals.get(this.canonical(name)) ?? -1, this.lastErasedAtMs(name));
  }

  private lastErasedAtMs(name: ContactId): number {
    const names = [name, this.canonical(name)];
    return Math.max(...names.map((each) => this.erasedAtMs.get(each) ?? -1));
  }

  /** What was the one name's is the other's from now on. */
  private join(alias: ContactId, canonical: ContactId): MappingMerge | undefined {
    const removedAtMs = Math.max(this.removals.get(alias) ?? -1, this.removals.get(canonical) ?? -1);
    if (removedAtMs >= 0) this.removals.set(canonical, removedAtMs);
    this.removals.delete(alias);
    const erasedAtMs = this.lastErasedAtMs(alias);
    if (erasedAtMs > this.lastErasedAtMs(canonical)) this.erasedAtMs.set(canonical, erasedAtMs);
    const ofAlias = this.mappings.get(alias);
    const ofCanonical = this.mappings.get(canonical);
    const merge = mergeMappings({ canonical, alias, ofCanonical, ofAlias });
    if (merge === undefined) return undefined;
    for (const mapping of [ofAlias, ofCanonical]) if (mapping !== undefined) this.count(mapping.tenantId, -1);
    this.mappings.delete(alias);
    this.mappings.set(canonical, merge.mapping);
    this.count(merge.mapping.tenantId, 1);
    return merge;
  }

  private count(tenantId: TenantId, change: 1 | -1): void {
    const contacts = (this.contactsPerTenant.get(tenantId) ?? 0) + change;
    if (contacts === 0) this.contactsPerTenant.delete(tenantId);
    else this.contactsPerTenant.set(tenantId, contacts);
    this.lastChangedAtMs = this.options.clock.nowMs();
  }
}

class InMemoryAliasTable implements AliasTable {
  private readonly aliases = new Map<ContactId, Alias>();
  private readonly names = new Map<ContactId, Set<ContactId>>();

  get(name: ContactId): Alias | undefined {
    return this.aliases.get(name);
  }

  put(name: ContactId, alias: Alias): void {
    this.remove(name);
    this.aliases.set(name, alias);
    this.names.set(alias.canonical, (this.names.get(alias.canonical) ?? new Set()).add(name));
  }

  remove(name: ContactId): void {
    const alias = this.aliases.get(name);
    if (alias === undefined) return;
    this.aliases.delete(name);
    const names = this.names.get(alias.canonical)!;
    names.delete(name);
    if (names.size === 0) this.names.delete(alias.canonical);
  }

  aliasesOf(canonical: ContactId): readonly ContactId[] {
    return [...(this.names.get(canonical) ?? [])];
  }
}

import type { ContactId } from "../domain/contact-id.js";
import { predatesRemoval, type LockOutcome, type Mapping, type MappingStats } from "../domain/mapping.js";
import type { TenantId } from "../domain/tenant.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { Clock } from "../ports/runtime.js";

/** Mappings in memory: a real adapter for tests, demonstrations and services that can afford to forget. */
export class InMemoryMappingStore implements MappingStore {
  private readonly mappings = new Map<ContactId, Mapping>();
  private readonly removals = new Map<ContactId, number>();
  private readonly contactsPerTenant = new Map<TenantId, number>();
  private lastChangedAtMs: number | undefined;

  constructor(private readonly options: { readonly clock: Clock }) {}

  async find(contact: ContactId): Promise<Mapping | undefined> {
    return this.mappings.get(contact);
  }

  async lock(candidate: Mapping, sentAtMs: number): Promise<LockOutcome> {
    const held = this.mappings.get(candidate.contact);
    if (held !== undefined) return { kind: "held", mapping: held };
    const removedAtMs = this.removals.get(candidate.contact);
    if (removedAtMs !== undefined && predatesRemoval(sentAtMs, removedAtMs)) {
      return { kind: "predates_removal", removedAtMs };
    }
    this.mappings.set(candidate.contact, candidate);
    this.count(candidate.tenantId, 1);
    return { kind: "locked", mapping: candidate };
  }

  async wasSentBeforeRemoval(contact: ContactId, sentAtMs: number): Promise<boolean> {
    const removedAtMs = this.removals.get(contact);
    return removedAtMs !== undefined && predatesRemoval(sentAtMs, removedAtMs);
  }

  async unlock(contact: ContactId): Promise<Mapping | undefined> {
    const mapping = this.mappings.get(contact);
    if (mapping === undefined) return undefined;
    this.mappings.delete(contact);
    this.removals.set(contact, this.options.clock.nowMs());
    this.count(mapping.tenantId, -1);
    return mapping;
  }

  async stats(): Promise<MappingStats> {
    return {
      contacts: this.mappings.size,
      contactsPerTenant: new Map(this.contactsPerTenant),
      lastChangedAtMs: this.lastChangedAtMs,
    };
  }

  async *entries(): AsyncIterable<Mapping> {
    yield* this.mappings.values();
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  private count(tenantId: TenantId, change: 1 | -1): void {
    const contacts = (this.contactsPerTenant.get(tenantId) ?? 0) + change;
    if (contacts === 0) this.contactsPerTenant.delete(tenantId);
    else this.contactsPerTenant.set(tenantId, contacts);
    this.lastChangedAtMs = this.options.clock.nowMs();
  }
}

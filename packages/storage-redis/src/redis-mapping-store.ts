import {
  contactOfCursor,
  predatesRemoval,
  StorageUnavailableError,
  tenantCursor,
  type AliasOutcome,
  type CampaignContacts,
  type CampaignsRequest,
  type ContactId,
  type ContactNames,
  type Erasure,
  type Generation,
  type LockOutcome,
  type Mapping,
  type MappingStats,
  type MappingStore,
  type Page,
  type ReassignOutcome,
  type TenantId,
  type TenantMappingsRequest,
  type VouchedNames,
} from "@gateway-router/core";
import { lessonOf, pairs } from "./alias-lesson.js";
import type { RedisContactHashes } from "./redis-contact-hashes.js";
import type { RedisDatabase } from "./redis-database.js";
import {
  ALIASES_AROUND,
  BEGIN_ERASURE,
  CONTACT_TIMES,
  END_ERASURE,
  FIND_MAPPING,
  LARGEST_CAMPAIGNS,
  LEARN_ALIAS,
  LOCK,
  MAPPINGS_OF_TENANT,
  NAMES_OF,
  REASSIGN,
  STATS,
  UNLOCK,
  WAS_ERASED,
} from "./scripts/mapping-scripts.js";
import { readMapping, readMappingIfAny, storedMapping } from "./stored-mapping.js";

export interface RedisMappingStoreOptions {
  readonly database: RedisDatabase;
  readonly hashes: RedisContactHashes;
}

const WALKED_AT_ONCE = 1_000;
/** Contacts looked at for one page of a tenant's. */
const LOOKED_AT_ONCE = 2_000;
const CAMPAIGNS_READ_AT_ONCE = 10_000;
const MOST_TRIES = 100;

/** Mappings in Redis. Each change of a contact is one script, so that changes come one after the other, from whichever process. */
export class RedisMappingStore implements MappingStore {
  private readonly database: RedisDatabase;
  private readonly hashes: RedisContactHashes;

  constructor({ database, hashes }: RedisMappingStoreOptions) {
    this.database = database;
    this.hashes = hashes;
  }

  async find(contact: ContactId): Promise<Mapping | undefined> {
    const [canonical, stored] = (await this.database.run(FIND_MAPPING, contact)) as readonly [string, string];
    return readMappingIfAny(canonical, stored);
  }

  async lock(candidate: Mapping, sentAtMs: number): Promise<LockOutcome> {
    const { contact } = candidate;
    const values = [contact, storedMapping(candidate), String(sentAtMs)];
    const [kind, first, stored] = await this.hashes.run<LockReply>(LOCK, [contact], ...values);
    return kind === "predates_removal"
      ? { kind, removedAtMs: Number(first) }
      : { kind, mapping: readMapping(first, stored) };
  }

  async wasSentBeforeRemoval(contact: ContactId, sentAtMs: number): Promise<boolean> {
    return predatesRemoval(sentAtMs, (await this.timesOf(contact)).removedAtMs);
  }

  async unlock(contact: ContactId): Promise<Mapping | undefined> {
    const [canonical, stored] = (await this.database.run(UNLOCK, contact)) as readonly [string, string];
    return readMappingIfAny(canonical, stored);
  }

  async reassign(candidate: Mapping): Promise<ReassignOutcome> {
    const reply = await this.database.run(REASSIGN, candidate.contact, storedMapping(candidate));
    const [kind, canonical, stored] = reply as readonly ["reassigned" | "unchanged", ContactId, string];
    return kind === "unchanged"
      ? { kind, mapping: readMapping(canonical, stored) }
      : { kind, mapping: { ...candidate, contact: canonical }, before: readMappingIfAny(canonical, stored) };
  }

  async learnAlias(names: VouchedNames): Promise<AliasOutcome> {
    for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
      const lesson = lessonOf(names, await this.database.run(ALIASES_AROUND, names.lid, names.phone));
      if (lesson === undefined) return { kind: "known" };
      const { merge, plan } = lesson;
      const [answer] = await this.hashes.run<readonly string[]>(
        ...[LEARN_ALIAS, lesson.names, JSON.stringify(plan)],
      );
      if (answer === "ok") return { kind: "learnt", ...(merge === undefined ? {} : { merge }) };
    }
    throw new StorageUnavailableError("What is known of a contact's names changed too often meanwhile");
  }

  async namesOf(contact: ContactId): Promise<ContactNames> {
    return (await this.database.run(NAMES_OF, contact)) as unknown as ContactNames;
  }

  async beginErasure(contact: ContactId): Promise<Erasure> {
    const reply = await this.hashes.run<ErasureReply>(BEGIN_ERASURE, [contact], contact);
    const [, nowMs, stored, ...names] = reply;
    const [canonical] = names;
    return {
      names,
      mapping: readMappingIfAny(canonical, stored),
      pseudonym: `erased/${await this.hashes.hashOf(canonical)}`,
      erasedAtMs: Number(nowMs),
    };
  }

  async endErasure({ names }: Pick<Erasure, "names">): Promise<void> {
    await this.database.run(END_ERASURE, ...names);
  }

  async wasErasedSince(contact: ContactId, atMs: number): Promise<boolean> {
    return (await this.timesOf(contact)).erasedAtMs >= atMs;
  }

  async wasErased(generation: Generation): Promise<boolean> {
    return (await this.database.run(WAS_ERASED, generation)) === 1;
  }

  async stats(): Promise<MappingStats> {
    const reply = await this.database.run(STATS);
    const [contacts, changedAtMs, counts] = reply as readonly [string, string, readonly string[]];
    return {
      contacts: Number(contacts),
      contactsPerTenant: new Map(
        pairs(counts).map(([tenant, count]) => [Number(tenant) as TenantId, Number(count)]),
      ),
      lastChangedAtMs: changedAtMs === "" ? undefined : Number(changedAtMs),
    };
  }

  async campaigns({ perTenant, tenantId }: CampaignsRequest): Promise<Map<TenantId, CampaignContacts[]>> {
    const tenants =
      tenantId === undefined
        ? ((await this.database.call([
            "SMEMBERS",
            `${this.database.prefix}campaign-tenants`,
          ])) as readonly string[])
        : [String(tenantId)];
    const told = new Map<TenantId, CampaignContacts[]>();
    const atOnce = Math.max(1, Math.floor(CAMPAIGNS_READ_AT_ONCE / perTenant));
    for (let from = 0; from < tenants.length; from += atOnce) {
      const some = tenants.slice(from, from + atOnce);
      const reply = await this.database.run(LARGEST_CAMPAIGNS, String(perTenant), ...some);
      for (const [index, flat] of (reply as readonly (readonly string[])[]).entries()) {
        const largest = pairs(flat).map(([campaign, size]) => ({ campaign, contacts: -Number(size) }));
        if (largest.length > 0) told.set(Number(some[index]) as TenantId, largest);
      }
    }
    return told;
  }

  async ofTenant({ tenantId, limit, cursor, campaign }: TenantMappingsRequest): Promise<Page<Mapping>> {
    const after = cursor === undefined ? "" : contactOfCursor(cursor, tenantId);
    const numbers = [LOOKED_AT_ONCE, limit].map(String);
    const values = [String(tenantId), after, ...numbers, campaign ?? ""];
    const reply = (await this.database.run(MAPPINGS_OF_TENANT, ...values)) as readonly string[];
    const [last, isMore, ...flat] = reply;
    return {
      items: pairs(flat).map(([contact, stored]) => readMapping(contact, stored)),
      nextCursor: isMore === "1" ? tenantCursor(tenantId, last as ContactId) : undefined,
    };
  }

  /** A known edge: where many mappings come or go during the walk, the engine may name one of the others twice. */
  async *entries(): AsyncIterable<Mapping> {
    let cursor = "0";
    do {
      const key = `${this.database.prefix}mappings`;
      const reply = await this.database.call(["HSCAN", key, cursor, "COUNT", String(WALKED_AT_ONCE)]);
      const [next, flat] = reply as readonly [string, readonly string[]];
      for (const [contact, stored] of pairs(flat)) yield readMapping(contact, stored);
      cursor = next;
    } while (cursor !== "0");
  }

  /** Nothing of its own is open: the database is closed by whoever opened it. */
  async close(): Promise<void> {
    return Promise.resolve();
  }

  private async timesOf(contact: ContactId): Promise<{
    readonly removedAtMs: number;
    readonly erasedAtMs: number;
  }> {
    const reply = await this.hashes.run<readonly string[]>(CONTACT_TIMES, [contact], contact);
    return { removedAtMs: Number(reply[1]), erasedAtMs: Number(reply[2]) };
  }
}

type LockReply = readonly [kind: LockOutcome["kind"], canonicalOrRemovedAtMs: string, stored: string];
type ErasureReply = readonly [ok: string, nowMs: string, stored: string, ...names: ContactNames];

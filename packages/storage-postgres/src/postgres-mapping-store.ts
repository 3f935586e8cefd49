import {
  contactOfCursor,
  learnAlias,
  mergeMappings,
  predatesRemoval,
  tenantCursor,
  generationsOf,
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
  type MappingStore,
  type Page,
  type ReassignOutcome,
  type TenantId,
  type TenantMappingsRequest,
  type VouchedNames,
} from "@gateway-router/core";
import { LoadedAliases, type AliasRow } from "./loaded-aliases.js";
import { lockContacts } from "./lock-contacts.js";
import type { PostgresDatabase, Queries, Statement } from "./postgres-database.js";

interface MappingRow {
  readonly contact: ContactId;
  readonly tenant_id: TenantId;
  readonly generation: Generation;
  readonly locked_at_ms: number;
  readonly campaign: string | null;
  readonly merged_generations: readonly Generation[] | null;
}

/** What is known of a contact by one of its names. */
export interface ContactReading {
  readonly canonical: ContactId;
  readonly mapping: Mapping | undefined;
  /** When it last lost a mapping, or was erased. */
  readonly removedAtMs: number | undefined;
  /** Whether it wants nothing sent to it. */
  readonly isOptedOut: boolean;
}

const WALKED_AT_ONCE = 1_000;

/**
 * Mappings in PostgreSQL. Whoever changes what is kept of a contact locks its names first, so that changes of one
 * contact come one after the other, from whichever process; the contact is a primary key besides, so that it can't
 * have two tenants. Who only looks waits for nobody.
 */
export class PostgresMappingStore implements MappingStore {
  constructor(private readonly database: PostgresDatabase) {}

  async find(contact: ContactId): Promise<Mapping | undefined> {
    const [row] = await this.database.query<MappingRow>(FIND, [contact]);
    return row && asMapping(row);
  }

  async lock(candidate: Mapping, sentAtMs: number): Promise<LockOutcome> {
    // Most who ask are told who holds the contact, and that needs no transaction.
    const held = await this.find(candidate.contact);
    if (held !== undefined) return { kind: "held", mapping: held };
    return this.database.transaction(async (transaction) => {
      await lockContacts(transaction, [candidate.contact]);
      const reading = await this.read(transaction, candidate.contact);
      return this.lockInTransaction(transaction, reading, candidate, sentAtMs);
    });
  }

  /** As `lock`, where the contact's names are locked and were read since. */
  async lockInTransaction(
    transaction: Queries,
    { canonical, mapping: held, removedAtMs }: ContactReading,
    candidate: Mapping,
    sentAtMs: number,
  ): Promise<LockOutcome> {
    if (held !== undefined) return { kind: "held", mapping: held };
    if (removedAtMs !== undefined && predatesRemoval(sentAtMs, removedAtMs)) {
      return { kind: "predates_removal", removedAtMs };
    }
    const mapping = { ...candidate, contact: canonical };
    await this.put(transaction, mapping);
    return { kind: "locked", mapping };
  }

  async wasSentBeforeRemoval(contact: ContactId, sentAtMs: number): Promise<boolean> {
    return wasSentBeforeRemoval(await this.read(this.database, contact), sentAtMs);
  }

  unlock(contact: ContactId): Promise<Mapping | undefined> {
    return this.database.transaction(async (transaction) => {
      await lockContacts(transaction, [contact]);
      const { canonical, mapping } = await this.read(transaction, contact);
      if (mapping === undefined) return undefined;
      await transaction.query(DELETE, [canonical]);
      await transaction.query(NOTE_REMOVAL, [canonical]);
      return mapping;
    });
  }

  beginErasure(contact: ContactId): Promise<Erasure> {
    return this.database.transaction(async (transaction) => {
      await lockContacts(transaction, [contact]);
      const names = await this.namesOfIn(transaction, contact);
      const [canonical] = names;
      const { mapping } = await this.read(transaction, canonical);
      if (mapping !== undefined) {
        await transaction.query(DELETE, [canonical]);
        await transaction.query(NOTE_ERASED_GENERATIONS, [generationsOf(mapping)]);
      }
      const [row] = await transaction.query<ErasureRow>(NOTE_ERASURE, [names, canonical]);
      const { canonical_hash, erased_at_ms } = row!;
      return { names, mapping, pseudonym: `erased/${canonical_hash}`, erasedAtMs: erased_at_ms };
    });
  }

  async endErasure({ names }: Pick<Erasure, "names">): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await lockContacts(transaction, names);
      if ((await this.read(transaction, names[0])).mapping !== undefined) return;
      await transaction.query(FORGET_ALIASES, [names]);
      await transaction.query(FORGET_REMOVALS, [names]);
    });
  }

  async wasErasedSince(contact: ContactId, atMs: number): Promise<boolean> {
    const [row] = await this.database.query<{ erased_at_ms: number | null }>(ERASED_AT, [contact]);
    return (row?.erased_at_ms ?? -1) >= atMs;
  }

  async wasErased(generation: Generation): Promise<boolean> {
    return (await this.database.query(WAS_ERASED, [generation])).length > 0;
  }

  reassign(candidate: Mapping): Promise<ReassignOutcome> {
    return this.database.transaction(async (transaction) => {
      await lockContacts(transaction, [candidate.contact]);
      const { canonical, mapping: before } = await this.read(transaction, candidate.contact);
      if (before?.tenantId === candidate.tenantId) return { kind: "unchanged", mapping: before };
      const mapping = { ...candidate, contact: canonical };
      // What was sent before was meant for who loses the contact.
      if (before !== undefined) await transaction.query(NOTE_REMOVAL, [canonical]);
      await this.put(transaction, mapping);
      return { kind: "reassigned", mapping, before };
    });
  }

  async learnAlias(names: VouchedNames): Promise<AliasOutcome> {
    // Nearly always it is known already.
    if (await this.isKnown(this.database, names)) return { kind: "known" };
    return this.database.transaction(async (transaction) => {
      await lockContacts(transaction, [names.lid, names.phone]);
      return this.learnAliasInTransaction(transaction, names);
    });
  }

  /** As `learnAlias`, where both names are locked. */
  async learnAliasInTransaction(transaction: Queries, { lid, phone }: VouchedNames): Promise<AliasOutcome> {
    const aliases = new LoadedAliases(await transaction.query<AliasRow>(ALIASES_AROUND, [[lid, phone]]));
    const lesson = learnAlias(aliases, { lid, phone });
    if (lesson.kind === "known") return lesson;
    for (const [name, alias] of aliases.changes) {
      if (alias === undefined) await transaction.query(DELETE_ALIAS, [name]);
      else await transaction.query(PUT_ALIAS, [name, alias.canonical, alias.lid]);
    }
    const merge = lesson.joined && (await this.join(transaction, lesson.joined, phone));
    return { kind: "learnt", ...(merge === undefined ? {} : { merge }) };
  }

  async namesOf(contact: ContactId): Promise<ContactNames> {
    return this.namesOfIn(this.database, contact);
  }

  async namesOfIn(queries: Queries, contact: ContactId): Promise<ContactNames> {
    const [row] = await queries.query<{ canonical: ContactId; aliases: ContactId[] }>(NAMES_OF, [contact]);
    return [row!.canonical, ...row!.aliases];
  }

  async stats(): Promise<MappingStats> {
    const rows = await this.database.query<{ tenant_id: TenantId; contacts: number }>(CONTACTS_PER_TENANT);
    const [change] = await this.database.query<{ last_changed_at_ms: number | null }>(LAST_CHANGE);
    return {
      contacts: rows.reduce((sum, { contacts }) => sum + contacts, 0),
      contactsPerTenant: new Map(rows.map(({ tenant_id, contacts }) => [tenant_id, contacts])),
      lastChangedAtMs: change?.last_changed_at_ms ?? undefined,
    };
  }

  async campaigns({
    perTenant,
    tenantId,
  }: CampaignsRequest): Promise<ReadonlyMap<TenantId, readonly CampaignContacts[]>> {
    const rows =
      tenantId === undefined
        ? await this.database.query<CampaignRow>(CAMPAIGNS, [perTenant])
        : await this.database.query<CampaignRow>(CAMPAIGNS_OF_TENANT, [perTenant, tenantId]);
    const campaigns = new Map<TenantId, CampaignContacts[]>();
    for (const { tenant_id, campaign, contacts } of rows) {
      const ofTenant = campaigns.get(tenant_id) ?? [];
      campaigns.set(tenant_id, ofTenant);
      ofTenant.push({ campaign, contacts });
    }
    return campaigns;
  }

  async ofTenant({ tenantId, limit, cursor, campaign }: TenantMappingsRequest): Promise<Page<Mapping>> {
    const after = cursor === undefined ? "" : contactOfCursor(cursor, tenantId);
    // One more than asked for tells whether there is another page.
    const rows =
      campaign === undefined
        ? await this.database.query<MappingRow>(OF_TENANT, [tenantId, after, limit + 1])
        : await this.database.query<MappingRow>(OF_CAMPAIGN, [tenantId, after, limit + 1, campaign]);
    const items = rows.slice(0, limit).map(asMapping);
    const isMore = rows.length > limit;
    return { items, nextCursor: isMore ? tenantCursor(tenantId, items.at(-1)!.contact) : undefined };
  }

  async *entries(): AsyncIterable<Mapping> {
    for (let after: string | undefined = ""; after !== undefined;) {
      const rows: readonly MappingRow[] = await this.database.query<MappingRow>(WALK, [
        after,
        WALKED_AT_ONCE,
      ]);
      yield* rows.map(asMapping);
      after = rows.at(-1)?.contact;
    }
  }

  /** Nothing of its own is open: the database is closed by whoever opened it. */
  async close(): Promise<void> {
    return Promise.resolve();
  }

  /** What is known of the contact, all as of one moment. */
  async read(queries: Queries, contact: ContactId): Promise<ContactReading> {
    const [row] = await queries.query<Partial<MappingRow> & ReadingRow>(READ, [contact]);
    const { canonical, removed_at_ms, generation, is_opted_out } = row!;
    return {
      isOptedOut: is_opted_out,
      canonical,
      mapping: generation == null ? undefined : asMapping({ ...(row as MappingRow), contact: canonical }),
      removedAtMs: removed_at_ms ?? undefined,
    };
  }

  private async isKnown(queries: Queries, { lid, phone }: VouchedNames): Promise<boolean> {
    return (await queries.query(IS_ALIAS, [lid, phone])).length > 0;
  }

  /** What was the one name's is the other's from now on. */
  private async join(
    transaction: Queries,
    alias: ContactId,
    canonical: ContactId,
  ): Promise<MappingMerge | undefined> {
    await transaction.query(JOIN_REMOVALS, [alias, canonical]);
    await transaction.query(JOIN_ERASURES, [alias, canonical]);
    const rows = await transaction.query<MappingRow>(READ_ROWS, [[alias, canonical]]);
    const of = (name: ContactId) => rows.map(asMapping).find(({ contact }) => contact === name);
    const merge = mergeMappings({ canonical, alias, ofCanonical: of(canonical), ofAlias: of(alias) });
    if (merge === undefined) return undefined;
    await transaction.query(DELETE, [alias]);
    await this.put(transaction, merge.mapping);
    return merge;
  }

  private async put(transaction: Queries, mapping: Mapping): Promise<void> {
    const { contact, tenantId, generation, lockedAtMs, campaign, mergedGenerations } = mapping;
    await transaction.query(PUT, [
      ...[contact, tenantId, generation, lockedAtMs],
      ...[campaign ?? null, mergedGenerations ?? null],
    ]);
  }
}

/** Whether a message sent then was sent before the contact's last removal. */
export function wasSentBeforeRemoval({ removedAtMs }: ContactReading, sentAtMs: number): boolean {
  return removedAtMs !== undefined && predatesRemoval(sentAtMs, removedAtMs);
}

interface ReadingRow {
  readonly canonical: ContactId;
  readonly removed_at_ms: number | null;
  readonly is_opted_out: boolean;
}

interface ErasureRow {
  readonly canonical_hash: string;
  readonly erased_at_ms: number;
}

interface CampaignRow {
  readonly tenant_id: TenantId;
  readonly campaign: string;
  readonly contacts: number;
}

function asMapping(row: MappingRow): Mapping {
  const { contact, tenant_id, generation, locked_at_ms, campaign, merged_generations } = row;
  return {
    ...{ contact, tenantId: tenant_id, generation, lockedAtMs: locked_at_ms },
    ...(campaign === null ? {} : { campaign }),
    ...(merged_generations === null ? {} : { mergedGenerations: merged_generations }),
  };
}

const COLUMNS = "contact, tenant_id, generation, locked_at_ms, campaign, merged_generations";

const FIND: Statement = {
  name: "find-mapping",
  text: `
SELECT ${COLUMNS} FROM mappings
WHERE contact = coalesce((SELECT canonical FROM aliases WHERE name = $1), $1)`,
};

const READ: Statement = {
  name: "read-contact",
  text: `
SELECT contact.canonical,
  greatest(removals.removed_at_ms, erased_at_ms(ARRAY[$1::text, contact.canonical])) AS removed_at_ms,
  coalesce((
    SELECT wish = 'opt_out'
    FROM wish_of(contact.canonical || ARRAY(SELECT name FROM aliases WHERE canonical = contact.canonical))
  ), false) AS is_opted_out,
  mappings.tenant_id, mappings.generation, mappings.locked_at_ms, mappings.campaign, mappings.merged_generations
FROM (SELECT coalesce((SELECT canonical FROM aliases WHERE name = $1), $1::text) AS canonical) AS contact
LEFT JOIN mappings ON mappings.contact = contact.canonical
LEFT JOIN removals ON removals.contact = contact.canonical`,
};

const READ_ROWS: Statement = {
  name: "read-mappings",
  text: `SELECT ${COLUMNS} FROM mappings WHERE contact = ANY ($1)`,
};

const PUT: Statement = {
  name: "put-mapping",
  text: `
INSERT INTO mappings (${COLUMNS}, changed_at_ms) VALUES ($1, $2, $3, $4, $5, $6, now_ms())
ON CONFLICT (contact) DO UPDATE SET
  tenant_id = excluded.tenant_id, generation = excluded.generation, locked_at_ms = excluded.locked_at_ms,
  campaign = excluded.campaign, merged_generations = excluded.merged_generations,
  changed_at_ms = excluded.changed_at_ms`,
};

const DELETE: Statement = { name: "delete-mapping", text: "DELETE FROM mappings WHERE contact = $1" };

const NOTE_REMOVAL: Statement = {
  name: "note-removal",
  text: `
INSERT INTO removals (contact, removed_at_ms) VALUES ($1, now_ms())
ON CONFLICT (contact) DO UPDATE SET removed_at_ms = excluded.removed_at_ms`,
};

/** Of two removals the later counts. */
const JOIN_REMOVALS: Statement = {
  name: "join-removals",
  text: `
WITH of_alias AS (DELETE FROM removals WHERE contact = $1 RETURNING removed_at_ms)
INSERT INTO removals (contact, removed_at_ms) SELECT $2, removed_at_ms FROM of_alias
ON CONFLICT (contact) DO UPDATE SET removed_at_ms = greatest(removals.removed_at_ms, excluded.removed_at_ms)`,
};

const JOIN_ERASURES: Statement = {
  name: "join-erasures",
  text: `
INSERT INTO erasures AS known (contact_hash, erased_at_ms)
SELECT hash_of($2), of_alias.at_ms FROM erased_at_ms(ARRAY[$1]) AS of_alias (at_ms) WHERE of_alias.at_ms IS NOT NULL
ON CONFLICT (contact_hash) DO UPDATE SET erased_at_ms = greatest(known.erased_at_ms, excluded.erased_at_ms)`,
};

const NOTE_ERASURE: Statement = {
  name: "note-erasure",
  text: `
WITH noted AS (
  INSERT INTO erasures (contact_hash, erased_at_ms)
  SELECT hash_of(name), now.ms FROM unnest($1::text[]) AS name CROSS JOIN (SELECT now_ms()) AS now (ms)
  ON CONFLICT (contact_hash) DO UPDATE SET erased_at_ms = excluded.erased_at_ms
  RETURNING erased_at_ms
)
SELECT hash_of($2) AS canonical_hash, max(erased_at_ms) AS erased_at_ms FROM noted`,
};

const NOTE_ERASED_GENERATIONS: Statement = {
  name: "note-erased-generations",
  text: "INSERT INTO erased_generations (generation) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING",
};

const ERASED_AT: Statement = {
  name: "erased-at",
  text: `
SELECT erased_at_ms(ARRAY[$1::text, coalesce((SELECT canonical FROM aliases WHERE name = $1), $1::text)])
  AS erased_at_ms`,
};

const WAS_ERASED: Statement = {
  name: "was-erased",
  text: "SELECT FROM erased_generations WHERE generation = $1",
};

const FORGET_ALIASES: Statement = {
  name: "forget-aliases",
  text: "DELETE FROM aliases WHERE name = ANY ($1)",
};

const FORGET_REMOVALS: Statement = {
  name: "forget-removals",
  text: "DELETE FROM removals WHERE contact = ANY ($1)",
};

/** All aliases that have to do with these names: what they stand for, and what stands for the same. */
const ALIASES_AROUND: Statement = {
  name: "aliases-around",
  text: `
WITH own AS (SELECT * FROM aliases WHERE name = ANY ($1))
SELECT name, canonical, lid FROM own
UNION
SELECT name, canonical, lid FROM aliases
WHERE canonical = ANY ($1::text[] || ARRAY(SELECT canonical FROM own))`,
};

const IS_ALIAS: Statement = {
  name: "is-alias",
  text: "SELECT FROM aliases WHERE name = $1 AND canonical = $2",
};

const PUT_ALIAS: Statement = {
  name: "put-alias",
  text: `
INSERT INTO aliases (name, canonical, lid) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET canonical = excluded.canonical, lid = excluded.lid`,
};

const DELETE_ALIAS: Statement = { name: "delete-alias", text: "DELETE FROM aliases WHERE name = $1" };

const NAMES_OF: Statement = {
  name: "names-of",
  text: `
SELECT contact.canonical, ARRAY(SELECT name FROM aliases WHERE canonical = contact.canonical ORDER BY name) AS aliases
FROM (SELECT coalesce((SELECT canonical FROM aliases WHERE name = $1), $1::text) AS canonical) AS contact`,
};

const CONTACTS_PER_TENANT: Statement = {
  name: "contacts-per-tenant",
  text: "SELECT tenant_id, contacts FROM contact_counts WHERE campaign = '' ORDER BY tenant_id",
};

const CAMPAIGNS: Statement = {
  name: "campaigns",
  text: `
SELECT tenant.tenant_id, largest.campaign, largest.contacts FROM contact_counts AS tenant
CROSS JOIN LATERAL (
  SELECT campaign, contacts FROM contact_counts
  WHERE tenant_id = tenant.tenant_id AND campaign <> '' ORDER BY contacts DESC, campaign LIMIT $1
) AS largest
WHERE tenant.campaign = '' ORDER BY tenant.tenant_id, largest.contacts DESC, largest.campaign`,
};

const CAMPAIGNS_OF_TENANT: Statement = {
  name: "campaigns-of-tenant",
  text: `
SELECT tenant_id, campaign, contacts FROM contact_counts
WHERE tenant_id = $2 AND campaign <> '' ORDER BY contacts DESC, campaign LIMIT $1`,
};

const LAST_CHANGE: Statement = {
  name: "last-change",
  text: `
SELECT greatest(
  (SELECT max(changed_at_ms) FROM mappings), (SELECT max(removed_at_ms) FROM removals),
  (SELECT max(erased_at_ms) FROM erasures)
) AS last_changed_at_ms`,
};

const OF_TENANT: Statement = {
  name: "mappings-of-tenant",
  text: `SELECT ${COLUMNS} FROM mappings WHERE tenant_id = $1 AND contact > $2 ORDER BY contact LIMIT $3`,
};

const OF_CAMPAIGN: Statement = {
  name: "mappings-of-campaign",
  text: `
SELECT ${COLUMNS} FROM mappings
WHERE tenant_id = $1 AND campaign = $4 AND contact > $2 ORDER BY contact LIMIT $3`,
};

const WALK: Statement = {
  name: "walk-mappings",
  text: `SELECT ${COLUMNS} FROM mappings WHERE contact > $1 ORDER BY contact LIMIT $2`,
};

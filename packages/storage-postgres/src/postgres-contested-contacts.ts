import {
  CONTESTED_PER_CONTACT,
  contestedCursor,
  numberOfContestedCursor,
  type ContactId,
  type ContestedContact,
  type ContestedContacts,
  type ContestedCounts,
  type ContestedPageRequest,
  type ContestedUse,
  type Page,
  type TenantId,
} from "@gateway-router/core";
import type { PostgresDatabase, Queries, Statement } from "./postgres-database.js";
import { removeInPieces } from "./remove-in-pieces.js";

interface ContestedRow {
  readonly contact: ContactId;
  readonly held_by: TenantId;
  readonly link_of: TenantId;
  readonly campaign: string | null;
  readonly times: number;
  readonly first_at_ms: number;
  readonly last_at_ms: number;
  readonly number: number;
}

/** Contested contacts in PostgreSQL. Each use gives its record the next number, so that the last used has the highest. */
export class PostgresContestedContacts implements ContestedContacts {
  constructor(private readonly database: PostgresDatabase) {}

  note(use: ContestedUse): Promise<void> {
    return this.database.transaction((transaction) => this.noteIn(transaction, use));
  }

  /** For a transaction that does more than this. */
  async noteIn(transaction: Queries, use: ContestedUse): Promise<void> {
    const { contact, heldBy, linkOf, campaign, atMs } = use;
    const [row] = await transaction.query<{ times: number }>(NOTE, [
      ...[contact, heldBy, linkOf, campaign ?? null, atMs],
    ]);
    if (row!.times === 1) await transaction.query(REMOVE_TOO_MANY, [contact, CONTESTED_PER_CONTACT]);
  }

  async list({ limit, cursor, tenantId }: ContestedPageRequest): Promise<Page<ContestedContact>> {
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : numberOfContestedCursor(cursor, tenantId);
    // One more than asked for tells whether there is another page.
    const rows =
      tenantId === undefined
        ? await this.database.query<ContestedRow>(LIST, [before, limit + 1])
        : await this.database.query<ContestedRow>(LIST_OF_TENANT, [before, limit + 1, tenantId]);
    const page = rows.slice(0, limit);
    return {
      items: page.map(asContested),
      nextCursor: rows.length > limit ? contestedCursor(page.at(-1)!.number, tenantId) : undefined,
    };
  }

  async counts(): Promise<ReadonlyMap<TenantId, ContestedCounts>> {
    const rows = await this.database.query<ContestedCounts & { readonly tenant_id: TenantId }>(COUNTS);
    return new Map(rows.map(({ tenant_id, kept, missed }) => [tenant_id, { kept, missed }]));
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    await this.database.query(FORGET, [names]);
  }

  prune(olderThanMs: number): Promise<number> {
    return removeInPieces(this.database, PRUNE, [olderThanMs]);
  }
}

function asContested(row: ContestedRow): ContestedContact {
  const { contact, held_by, link_of, campaign, times, first_at_ms, last_at_ms } = row;
  return {
    ...{ contact, heldBy: held_by, linkOf: link_of, times, firstAtMs: first_at_ms, lastAtMs: last_at_ms },
    ...(campaign === null ? {} : { campaign }),
  };
}

const NOTE: Statement = {
  name: "note-contested",
  text: `
INSERT INTO contested_contacts AS known
  (contact, held_by, link_of, campaign, times, first_at_ms, last_at_ms, number)
VALUES ($1, $2, $3, $4, 1, $5, $5, nextval('contested_uses'))
ON CONFLICT (contact, held_by, link_of) DO UPDATE SET
  campaign = excluded.campaign, times = known.times + 1, last_at_ms = excluded.last_at_ms, number = excluded.number
RETURNING times`,
};

/** Of the contact's records those that were not used for the longest. */
const REMOVE_TOO_MANY: Statement = {
  name: "remove-contested-too-many",
  text: `
DELETE FROM contested_contacts WHERE contact = $1 AND number IN (
  SELECT number FROM contested_contacts WHERE contact = $1 ORDER BY number DESC OFFSET $2
)`,
};

const LIST: Statement = {
  name: "list-contested",
  text: "SELECT * FROM contested_contacts WHERE number < $1 ORDER BY number DESC LIMIT $2",
};

const LIST_OF_TENANT: Statement = {
  name: "list-contested-of-tenant",
  text: `
SELECT * FROM (
  (SELECT * FROM contested_contacts WHERE held_by = $3 AND number < $1 ORDER BY number DESC LIMIT $2)
  UNION
  (SELECT * FROM contested_contacts WHERE link_of = $3 AND number < $1 ORDER BY number DESC LIMIT $2)
) AS of_tenant ORDER BY number DESC LIMIT $2`,
};

const COUNTS: Statement = {
  name: "count-contested",
  text: `
SELECT tenant_id, sum(kept)::bigint AS kept, sum(missed)::bigint AS missed FROM (
  SELECT held_by AS tenant_id, count(*) AS kept, 0 AS missed FROM contested_contacts GROUP BY held_by
  UNION ALL
  SELECT link_of, 0, count(*) FROM contested_contacts GROUP BY link_of
) AS roles GROUP BY tenant_id`,
};

const FORGET: Statement = {
  name: "forget-contested",
  text: "DELETE FROM contested_contacts WHERE contact = ANY ($1)",
};

const PRUNE: Statement = {
  name: "prune-contested",
  text: `
DELETE FROM contested_contacts WHERE number IN (
  SELECT number FROM contested_contacts WHERE last_at_ms < (SELECT now_ms()) - $1::bigint
  ORDER BY last_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

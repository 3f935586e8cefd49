import {
  auditCursor,
  numberOfAuditCursor,
  pseudonymised,
  type AuditEntry,
  type AuditLog,
  type AuditPageRequest,
  type Page,
  type PseudonymiseRequest,
} from "@gateway-router/core";
import { listStatement } from "./list-statement.js";
import type { PostgresDatabase, Queries, Statement } from "./postgres-database.js";
import { removeInPieces } from "./remove-in-pieces.js";

interface EntryRow {
  readonly number: number;
  readonly at_ms: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: AuditEntry["details"];
}

const PSEUDONYMISED_AT_ONCE = 200;

/** What was done to whom, in PostgreSQL, numbered in the order of its coming. */
export class PostgresAuditLog implements AuditLog {
  constructor(private readonly database: PostgresDatabase) {}

  append(entry: AuditEntry): Promise<void> {
    return this.appendIn(this.database, entry);
  }

  /** For a transaction that does more than this. */
  async appendIn(queries: Queries, { atMs, actor, action, subject, details }: AuditEntry): Promise<void> {
    await queries.query(APPEND, [atMs, actor, action, subject, JSON.stringify(details)]);
  }

  async list(request: AuditPageRequest): Promise<Page<AuditEntry>> {
    const { limit, cursor, action, actor, subjects } = request;
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : numberOfAuditCursor(cursor, request);
    const { statement, values } = listStatement("audit", {
      start: "SELECT * FROM audit_entries WHERE number < $1",
      filters: { "action = ": action, "actor = ": actor, "subject = ANY ": subjects },
      end: "ORDER BY number DESC LIMIT $2",
      // One more than asked for tells whether there is another page.
      values: [before, limit + 1],
    });
    const rows = await this.database.query<EntryRow>(statement, values);
    const page = rows.slice(0, limit);
    return {
      items: page.map(asEntry),
      nextCursor: rows.length > limit ? auditCursor(page.at(-1)!.number, request) : undefined,
    };
  }

  async pseudonymise({ names, pseudonym }: PseudonymiseRequest): Promise<number> {
    const patterns = names.map((name) => `%${name}%`);
    let changed = 0;
    for (let last: number | undefined = 0; last !== undefined;) {
      const values = [last, patterns, PSEUDONYMISED_AT_ONCE];
      const rows: readonly EntryRow[] = await this.database.query<EntryRow>(NAMED, values);
      for (const row of rows) {
        const entry = asEntry(row);
        const { actor, action, subject, details } = pseudonymised(entry, names, pseudonym);
        const texts = [actor, action, subject, JSON.stringify(details)];
        const before = [entry.actor, entry.action, entry.subject, JSON.stringify(entry.details)];
        if (texts.every((text, index) => text === before[index])) continue;
        // What was pruned meanwhile stays so.
        changed += (await this.database.query(RENAME, [row.number, ...texts])).length;
      }
      last = rows.at(-1)?.number;
    }
    return changed;
  }

  prune(olderThanMs: number): Promise<number> {
    return removeInPieces(this.database, PRUNE, [olderThanMs]);
  }
}

function asEntry({ at_ms, actor, action, subject, details }: EntryRow): AuditEntry {
  return { atMs: at_ms, actor, action, subject, details };
}

const APPEND: Statement = {
  name: "append-audit",
  text: "INSERT INTO audit_entries (at_ms, actor, action, subject, details) VALUES ($1, $2, $3, $4, $5)",
};

/** Those that may name the contact: whether they do is looked at more closely. */
const NAMED: Statement = {
  name: "audit-naming",
  text: `
SELECT * FROM audit_entries
WHERE number > $1 AND concat_ws(' ', actor, action, subject, details::text) LIKE ANY ($2)
ORDER BY number LIMIT $3`,
};

const RENAME: Statement = {
  name: "rename-in-audit",
  text: `
UPDATE audit_entries SET actor = $2, action = $3, subject = $4, details = $5 WHERE number = $1 RETURNING 1`,
};

const PRUNE: Statement = {
  name: "prune-audit",
  text: `
DELETE FROM audit_entries WHERE number IN (
  SELECT number FROM audit_entries WHERE at_ms < (SELECT now_ms()) - $1::bigint
  ORDER BY at_ms LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

import {
  BadCursorError,
  type AuditEntry,
  type AuditLog,
  type AuditPageRequest,
  type Page,
} from "@gateway-router/core";
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

  async list({ limit, cursor, action }: AuditPageRequest): Promise<Page<AuditEntry>> {
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : readCursor(cursor, action);
    // One more than asked for tells whether there is another page.
    const rows =
      action === undefined
        ? await this.database.query<EntryRow>(LIST, [before, limit + 1])
        : await this.database.query<EntryRow>(LIST_OF_ACTION, [before, limit + 1, action]);
    const page = rows.slice(0, limit);
    return {
      items: page.map(asEntry),
      nextCursor: rows.length > limit ? `${page.at(-1)!.number}.${action ?? ""}` : undefined,
    };
  }

  prune(olderThanMs: number): Promise<number> {
    return removeInPieces(this.database, PRUNE, [olderThanMs]);
  }
}

function asEntry({ at_ms, actor, action, subject, details }: EntryRow): AuditEntry {
  return { atMs: at_ms, actor, action, subject, details };
}

function readCursor(cursor: string, action = ""): number {
  const [, number, ofAction] = /^([1-9][0-9]{0,14})\.(.*)$/.exec(cursor) ?? [];
  if (number === undefined || ofAction !== action) throw new BadCursorError();
  return Number(number);
}

const APPEND: Statement = {
  name: "append-audit",
  text: "INSERT INTO audit_entries (at_ms, actor, action, subject, details) VALUES ($1, $2, $3, $4, $5)",
};

const LIST: Statement = {
  name: "list-audit",
  text: "SELECT * FROM audit_entries WHERE number < $1 ORDER BY number DESC LIMIT $2",
};

const LIST_OF_ACTION: Statement = {
  name: "list-audit-of-action",
  text: "SELECT * FROM audit_entries WHERE action = $3 AND number < $1 ORDER BY number DESC LIMIT $2",
};

const PRUNE: Statement = {
  name: "prune-audit",
  text: `
DELETE FROM audit_entries WHERE number IN (
  SELECT number FROM audit_entries WHERE at_ms < (SELECT now_ms()) - $1::bigint
  ORDER BY at_ms LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

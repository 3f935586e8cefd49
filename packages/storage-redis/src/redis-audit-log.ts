import {
  auditCursor,
  isEntryAskedFor,
  numberOfAuditCursor,
  pseudonymised,
  type AuditEntry,
  type AuditLog,
  type AuditPageRequest,
  type Page,
  type PseudonymiseRequest,
} from "@gateway-router/core";
import { pairs } from "./alias-lesson.js";
import type { RedisDatabase } from "./redis-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import {
  APPEND_ENTRY,
  CHANGE_ENTRY,
  LIST_ENTRIES,
  PRUNE_ENTRIES,
  WALK_ENTRIES,
} from "./scripts/record-scripts.js";

const WALKED_AT_ONCE = 200;
/** Of a list, for one page. */
const LOOKED_AT_MOST = 1_000;

/** What was done to whom, in Redis, numbered in the order of its coming. */
export class RedisAuditLog implements AuditLog {
  constructor(private readonly database: RedisDatabase) {}

  async append(entry: AuditEntry): Promise<void> {
    await this.database.run(APPEND_ENTRY, entry.action, JSON.stringify(entry));
  }

  async list(request: AuditPageRequest): Promise<Page<AuditEntry>> {
    const { limit, cursor, action = "" } = request;
    let before = cursor === undefined ? "" : String(numberOfAuditCursor(cursor, request));
    const items: AuditEntry[] = [];
    // Few among many may be asked for: then a page is short, and the next one goes on.
    for (let lookedAt = 0; lookedAt < LOOKED_AT_MOST;) {
      // One more than can be taken tells whether there is another page.
      const asked = Math.min(LOOKED_AT_MOST - lookedAt, Math.max(WALKED_AT_ONCE, limit)) + 1;
      const flat = (await this.database.run(LIST_ENTRIES, before, String(asked), action)) as string[];
      const rows = pairs(flat);
      for (const [number, text] of rows.slice(0, asked - 1)) {
        if (items.length >= limit) return { items, nextCursor: auditCursor(Number(before), request) };
        const entry = JSON.parse(text) as AuditEntry;
        if (isEntryAskedFor(entry, request)) items.push(entry);
        before = number;
        lookedAt += 1;
      }
      if (rows.length < asked) return { items, nextCursor: undefined };
    }
    return { items, nextCursor: auditCursor(Number(before), request) };
  }

  async pseudonymise({ names, pseudonym }: PseudonymiseRequest): Promise<number> {
    let changed = 0;
    for (let last = "0"; ;) {
      const flat = (await this.database.run(WALK_ENTRIES, last, String(WALKED_AT_ONCE))) as string[];
      const rows = pairs(flat);
      for (const [number, text] of rows) {
        const entry = JSON.parse(text) as AuditEntry;
        const put = pseudonymised(entry, names, pseudonym);
        // What was pruned meanwhile stays so.
        if (put !== entry) {
          changed += Number(await this.database.run(CHANGE_ENTRY, number, text, JSON.stringify(put)));
        }
      }
      if (rows.length < WALKED_AT_ONCE) return changed;
      last = rows.at(-1)![0];
    }
  }

  prune(olderThanMs: number): Promise<number> {
    return removeInPieces(this.database, PRUNE_ENTRIES, String(olderThanMs));
  }
}

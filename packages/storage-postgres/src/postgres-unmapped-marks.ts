import { UNMAPPED_REPLY_EVERY_MS, type ContactId, type UnmappedMarks } from "@gateway-router/core";
import { lockContacts } from "./lock-contacts.js";
import type { PostgresDatabase, Statement } from "./postgres-database.js";
import { removeInPieces } from "./remove-in-pieces.js";

/** When each contact without a mapping was last told to use a link, in PostgreSQL. */
export class PostgresUnmappedMarks implements UnmappedMarks {
  constructor(private readonly database: PostgresDatabase) {}

  mark(contact: ContactId, ...otherNames: readonly ContactId[]): Promise<boolean> {
    const names = [contact, ...otherNames];
    return this.database.transaction(async (transaction) => {
      await lockContacts(transaction, names);
      const young = await transaction.query(YOUNG_MARKS, [names, UNMAPPED_REPLY_EVERY_MS]);
      if (young.length > 0) return false;
      await transaction.query(MARK, [contact]);
      return true;
    });
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    await this.database.query(FORGET, [names]);
  }

  prune(): Promise<number> {
    return removeInPieces(this.database, PRUNE, [UNMAPPED_REPLY_EVERY_MS]);
  }
}

const YOUNG_MARKS: Statement = {
  name: "young-marks",
  text: "SELECT FROM unmapped_marks WHERE contact = ANY ($1) AND marked_at_ms > now_ms() - $2::bigint",
};

const MARK: Statement = {
  name: "mark-unmapped",
  text: `
INSERT INTO unmapped_marks (contact, marked_at_ms) VALUES ($1, now_ms())
ON CONFLICT (contact) DO UPDATE SET marked_at_ms = excluded.marked_at_ms`,
};

const FORGET: Statement = {
  name: "forget-marks",
  text: "DELETE FROM unmapped_marks WHERE contact = ANY ($1)",
};

const PRUNE: Statement = {
  name: "prune-marks",
  text: `
DELETE FROM unmapped_marks WHERE contact IN (
  SELECT contact FROM unmapped_marks WHERE marked_at_ms <= (SELECT now_ms()) - $1::bigint
  ORDER BY marked_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

import type { ContactId, OptOuts, SentWish } from "@gateway-router/core";
import type { PostgresDatabase, Queries, Statement } from "./postgres-database.js";

/** Who wants no replies, in PostgreSQL, by the hashes of their names. */
export class PostgresOptOuts implements OptOuts {
  constructor(private readonly database: PostgresDatabase) {}

  note(contact: ContactId, wish: SentWish): Promise<void> {
    return this.noteIn(this.database, contact, wish);
  }

  /** For a transaction that does more than this. */
  async noteIn(queries: Queries, contact: ContactId, { wish, sentAtMs }: SentWish): Promise<void> {
    await queries.query(NOTE, [contact, wish, sentAtMs]);
  }

  async isOptedOut(...names: readonly ContactId[]): Promise<boolean> {
    const [row] = await this.database.query<{ wish: string | null }>(WISH_OF, [names]);
    return row?.wish === "opt_out";
  }

  async spread(names: readonly ContactId[]): Promise<void> {
    await this.database.query(SPREAD, [names]);
  }
}

const NOTE: Statement = { name: "note-wish", text: "SELECT note_wish(hash_of($1), $2, $3)" };

const WISH_OF: Statement = { name: "wish-of", text: "SELECT wish FROM wish_of($1)" };

const SPREAD: Statement = {
  name: "spread-wish",
  text: `
SELECT note_wish(hash_of(name), counts.wish, counts.sent_at_ms)
FROM wish_of($1) AS counts CROSS JOIN unnest($1::text[]) AS name WHERE counts.wish IS NOT NULL`,
};

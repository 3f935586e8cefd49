import {
  FIRST_WORDS_KEPT_MS,
  FIRST_WORDS_PER_CONTACT,
  traceIn,
  type ContactId,
  type FirstWordsStore,
  type HeldWords,
  type InboundMessage,
  type TraceContext,
} from "@gateway-router/core";
import { lockContacts } from "./lock-contacts.js";
import type { PostgresDatabase, Queries, Statement } from "./postgres-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import { keyOf } from "./texts.js";

interface WordsRow {
  readonly delivery_id: string;
  readonly message: InboundMessage;
  readonly trace: TraceContext | null;
}

/** First words in PostgreSQL, numbered in the order of their coming. */
export class PostgresFirstWordsStore implements FirstWordsStore {
  constructor(private readonly database: PostgresDatabase) {}

  hold(words: HeldWords): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      await lockContacts(transaction, [words.message.contact]);
      return this.holdIn(transaction, words);
    });
  }

  /** For a transaction in which the contact is locked. */
  async holdIn(transaction: Queries, { deliveryId, message, trace }: HeldWords): Promise<boolean> {
    const identity = keyOf(message.identity);
    const kept = await transaction.query<{ identity: string }>(KEPT, [message.contact, FIRST_WORDS_KEPT_MS]);
    if (kept.some((words) => words.identity === identity)) return true;
    if (kept.length >= FIRST_WORDS_PER_CONTACT) return false;
    await transaction.query(HOLD, [
      message.contact,
      identity,
      deliveryId,
      JSON.stringify(message),
      trace ?? null,
    ]);
    return true;
  }

  heldFor(...names: readonly ContactId[]): Promise<readonly HeldWords[]> {
    return this.heldForIn(this.database, names);
  }

  async heldForIn(queries: Queries, names: readonly ContactId[]): Promise<readonly HeldWords[]> {
    const rows = await queries.query<WordsRow>(HELD_FOR, [names, FIRST_WORDS_KEPT_MS]);
    return rows.map(({ delivery_id, message, trace }) => ({
      ...{ deliveryId: delivery_id, message },
      ...traceIn(trace ?? undefined),
    }));
  }

  forget(...names: readonly ContactId[]): Promise<void> {
    return this.forgetIn(this.database, names);
  }

  async forgetIn(queries: Queries, names: readonly ContactId[]): Promise<void> {
    await queries.query(FORGET, [names]);
  }

  prune(): Promise<number> {
    return removeInPieces(this.database, PRUNE, [FIRST_WORDS_KEPT_MS]);
  }
}

const KEPT: Statement = {
  name: "kept-first-words",
  text: "SELECT identity FROM first_words WHERE contact = $1 AND held_at_ms > now_ms() - $2::bigint",
};

const HOLD: Statement = {
  name: "hold-first-words",
  text: `
INSERT INTO first_words (contact, identity, delivery_id, message, trace, held_at_ms)
VALUES ($1, $2, $3, $4, $5, now_ms())`,
};

const HELD_FOR: Statement = {
  name: "held-first-words",
  text: `
SELECT delivery_id, message, trace FROM first_words
WHERE contact = ANY ($1) AND held_at_ms > now_ms() - $2::bigint ORDER BY number`,
};

const FORGET: Statement = {
  name: "forget-first-words",
  text: "DELETE FROM first_words WHERE contact = ANY ($1)",
};

const PRUNE: Statement = {
  name: "prune-first-words",
  text: `
DELETE FROM first_words WHERE number IN (
  SELECT number FROM first_words WHERE held_at_ms <= (SELECT now_ms()) - $1::bigint
  ORDER BY held_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

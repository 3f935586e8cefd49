import {
  afterAcknowledgement,
  afterAttemptBegan,
  afterAttemptCutOff,
  afterAttemptWithdrawn,
  afterFailure,
  afterSent,
  awaitsId,
  CLOCKS_DIFFER_BY_MS,
  newlyJournaled,
  placeOfReplyCursor,
  replyCursor,
  type AcknowledgementLevel,
  type BegunAttempt,
  type Page,
  type ReplyAttempt,
  type ReplyFailure,
  type ReplyJournal,
  type ReplyOrigin,
  type ReplyPageRequest,
  type ReplyRecord,
  type SeenMessage,
} from "@gateway-router/core";
import { listStatement } from "./list-statement.js";
import type { PostgresDatabase, Queries, Statement } from "./postgres-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import { keyOf } from "./texts.js";

interface RecordRow {
  readonly record: ReplyRecord;
  readonly now_ms: number;
}

type Step = (record: ReplyRecord, nowMs: number) => ReplyRecord;

/** What became of replies, in PostgreSQL. Each change is made to the record's locked row. */
export class PostgresReplyJournal implements ReplyJournal {
  constructor(private readonly database: PostgresDatabase) {}

  open(reply: ReplyOrigin): Promise<ReplyRecord> {
    return this.change(reply, (record) => record);
  }

  async find(id: string): Promise<ReplyRecord | undefined> {
    const [row] = await this.database.query<RecordRow>(FIND, [id]);
    return row?.record;
  }

  beginAttempt(reply: ReplyOrigin, attempt: BegunAttempt): Promise<ReplyRecord> {
    return this.change(reply, (record, nowMs) => afterAttemptBegan(record, attempt, nowMs));
  }

  cutOffAttempt(id: string): Promise<ReplyRecord | undefined> {
    return this.changeKnown(id, afterAttemptCutOff);
  }

  withdrawAttempt(id: string, earlier?: ReplyAttempt): Promise<ReplyRecord | undefined> {
    return this.changeKnown(id, (record, nowMs) => afterAttemptWithdrawn(record, earlier, nowMs));
  }

  markSent(id: string, messageId?: string): Promise<ReplyRecord | undefined> {
    return this.changeKnown(id, (record, nowMs) => afterSent(record, messageId, nowMs));
  }

  fail(reply: ReplyOrigin, failure: ReplyFailure): Promise<ReplyRecord> {
    return this.change(reply, (record, nowMs) => afterFailure(record, failure, nowMs));
  }

  async recognise(seen: SeenMessage): Promise<ReplyRecord | undefined> {
    const message = [keyOf(seen.messageId)];
    const looks = [seen.fingerprints, seen.sentAtMs, CLOCKS_DIFFER_BY_MS];
    // Attempts are stored before their messages exist, so what is not found now needs no transaction.
    const isKnown = async (statement: Statement, values: readonly unknown[]) =>
      (await this.database.query(statement, values)).length > 0;
    if (!(await isKnown(HAS_MESSAGE, message)) && !(await isKnown(HAS_OPEN, looks))) return undefined;
    return this.database.transaction(async (transaction) => {
      // One look at a time for one message, so that it is never taken for two replies, nor two messages for one.
      await transaction.query(LOCK_LOOKS, [[...message, ...seen.fingerprints]]);
      const [byMessage] = await transaction.query<RecordRow>(LOCK_BY_MESSAGE, message);
      const [row] =
        byMessage === undefined ? await transaction.query<RecordRow>(LOCK_OPEN, looks) : [byMessage];
      return row && keep(transaction, row.record, afterSent(row.record, seen.messageId, row.now_ms));
    });
  }

  async acknowledge(messageId: string, level: AcknowledgementLevel): Promise<ReplyRecord | undefined> {
    const message = [keyOf(messageId)];
    if ((await this.database.query(HAS_MESSAGE, message)).length === 0) return undefined;
    return this.database.transaction(async (transaction) => {
      const [row] = await transaction.query<RecordRow>(LOCK_BY_MESSAGE, message);
      return row && keep(transaction, row.record, afterAcknowledgement(row.record, level, row.now_ms));
    });
  }

  async list(request: ReplyPageRequest): Promise<Page<ReplyRecord>> {
    const { limit, cursor, states, tenantId, contacts } = request;
    const before = cursor === undefined ? [Number.MAX_SAFE_INTEGER, ""] : placeOfReplyCursor(cursor, request);
    const { statement, values } = listStatement("replies", {
      start: "SELECT record FROM reply_journal WHERE state <> 'new' AND (queued_at_ms, id) < ($1, $2)",
      filters: { "state = ANY ": states, "tenant_id = ": tenantId, "contact = ANY ": contacts },
      end: "ORDER BY queued_at_ms DESC, id DESC LIMIT $3",
      // One more than asked for tells whether there is another page.
      values: [...before, limit + 1],
    });
    const rows = await this.database.query<RecordRow>(statement, values);
    const items = rows.slice(0, limit).map(({ record }) => record);
    const last = items.at(-1);
    return {
      items,
      nextCursor:
        rows.length > limit && last !== undefined
          ? replyCursor([last.queuedAtMs, last.id], request)
          : undefined,
    };
  }

  async remove(id: string): Promise<void> {
    await this.database.query(REMOVE, [id]);
  }

  prune(olderThanMs: number): Promise<number> {
    return removeInPieces(this.database, PRUNE, [olderThanMs]);
  }

  private change(reply: ReplyOrigin, step: Step): Promise<ReplyRecord> {
    return this.database.transaction(async (transaction) => {
      // Where there is none, one is made, or another transaction's is waited for.
      await transaction.query(OPEN, [reply.id]);
      const [row] = await transaction.query<RecordRow & { readonly is_new: boolean }>(LOCK_ANY, [reply.id]);
      const { record, is_new, now_ms } = row!;
      const before = is_new ? newlyJournaled(reply, now_ms) : record;
      return keep(transaction, is_new ? undefined : before, step(before, now_ms));
    });
  }

  private changeKnown(id: string, step: Step): Promise<ReplyRecord | undefined> {
    return this.database.transaction(async (transaction) => {
      const [row] = await transaction.query<RecordRow>(LOCK, [id]);
      return row && keep(transaction, row.record, step(row.record, row.now_ms));
    });
  }
}

async function keep(
  transaction: Queries,
  before: ReplyRecord | undefined,
  record: ReplyRecord,
): Promise<ReplyRecord> {
  if (record === before) return record;
  const { id, tenantId, contact, state, queuedAtMs, changedAtMs, messageId, attempt } = record;
  const open = awaitsId(record) ? attempt : undefined;
  await transaction.query(KEEP, [
    ...[id, JSON.stringify(record), state, queuedAtMs, changedAtMs],
    messageId === undefined ? null : keyOf(messageId),
    ...[open?.fingerprint ?? null, open?.startedAtMs ?? null, tenantId ?? null, contact],
  ]);
  return record;
}

const FIND: Statement = {
  name: "find-reply",
  text: "SELECT record FROM reply_journal WHERE id = $1",
};

const LOCK: Statement = {
  name: "lock-reply",
  text: "SELECT record, now_ms() FROM reply_journal WHERE id = $1 FOR UPDATE",
};

/** A row that is nobody's yet: it becomes a record, or is undone, with the transaction that made it. */
const OPEN: Statement = {
  name: "open-reply",
  text: `
INSERT INTO reply_journal (id, record, state, queued_at_ms, changed_at_ms) VALUES ($1, 'null', 'new', 0, 0)
ON CONFLICT DO NOTHING`,
};

const LOCK_ANY: Statement = {
  name: "lock-any-reply",
  text: "SELECT record, state = 'new' AS is_new, now_ms() FROM reply_journal WHERE id = $1 FOR UPDATE",
};

const KEEP: Statement = {
  name: "keep-reply",
  text: `
UPDATE reply_journal SET record = $2, state = $3, queued_at_ms = $4, changed_at_ms = $5, message_id = $6,
  open_fingerprint = $7, attempt_started_at_ms = $8, tenant_id = $9, contact = $10
WHERE id = $1`,
};

const HAS_MESSAGE: Statement = {
  name: "has-message",
  text: "SELECT FROM reply_journal WHERE message_id = $1 LIMIT 1",
};

/** Where two replies were told the same id, which no source should do, the one that was told last has it. */
const LOCK_BY_MESSAGE: Statement = {
  name: "lock-reply-by-message",
  text: `
SELECT record, now_ms() FROM reply_journal WHERE message_id = $1 ORDER BY changed_at_ms DESC LIMIT 1 FOR UPDATE`,
};

/** As `canBe` in the domain. */
const CAN_BE = `
open_fingerprint = ANY ($1) AND $2::bigint >= attempt_started_at_ms - $3::bigint
AND (state = 'sending' OR $2::bigint <= changed_at_ms + $3::bigint)`;

const HAS_OPEN: Statement = {
  name: "has-open-attempt",
  text: `SELECT FROM reply_journal WHERE ${CAN_BE} LIMIT 1`,
};

const LOCK_OPEN: Statement = {
  name: "lock-first-open-attempt",
  text: `
SELECT record, now_ms() FROM reply_journal WHERE ${CAN_BE} ORDER BY attempt_started_at_ms LIMIT 1 FOR UPDATE`,
};

const LOCK_LOOKS: Statement = {
  name: "lock-looks",
  text: `
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' looks ' || look, 0))
FROM (SELECT DISTINCT unnest($1::text[]) COLLATE "C" AS look ORDER BY look) AS looks`,
};

const REMOVE: Statement = { name: "remove-reply", text: "DELETE FROM reply_journal WHERE id = $1" };

const PRUNE: Statement = {
  name: "prune-replies",
  text: `
DELETE FROM reply_journal WHERE id IN (
  SELECT id FROM reply_journal WHERE queued_at_ms < (SELECT now_ms()) - $1::bigint
  ORDER BY queued_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

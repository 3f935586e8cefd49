import {
  afterAcknowledgement,
  afterAttemptBegan,
  afterAttemptCutOff,
  afterAttemptWithdrawn,
  afterFailure,
  afterSent,
  awaitsId,
  canBe,
  isAskedFor,
  newlyJournaled,
  placeOfReplyCursor,
  replyCursor,
  StorageUnavailableError,
  type AcknowledgementLevel,
  type BegunAttempt,
  type Page,
  type ReplyAttempt,
  type ReplyFailure,
  type ReplyJournal,
  type ReplyOrigin,
  type ReplyPageRequest,
  type ReplyPlace,
  type ReplyRecord,
  type SeenMessage,
} from "@gateway-router/core";
import type { RedisDatabase } from "./redis-database.js";
import {
  LIST_REPLIES,
  OLD_REPLIES,
  OPEN_ATTEMPTS,
  PUT_REPLY,
  READ_REPLY,
  READ_REPLY_OF_MESSAGE,
  REMOVE_REPLY,
} from "./scripts/record-scripts.js";

/** A record as it was read, to be changed if it is still so. */
interface ReadReply {
  readonly nowMs: number;
  /** As it is stored; empty where there is none. */
  readonly text: string;
  readonly record: ReplyRecord | undefined;
}

type Find = () => Promise<ReadReply>;

/** Of one record so many callers may be in each other's way. */
const MOST_TRIES = 1_000;
const OPEN_LOOKED_AT = 1_000;
const WALKED_AT_ONCE = 200;
/** Of a list, for one page. */
const LOOKED_AT_MOST = 1_000;

/**
 * What became of replies, in Redis, with what leads to a record: its message's id, its open attempt, its age. What follows
 * what is core's; a step is worked out here and written in one step if the record is still what it was.
 */
export class RedisReplyJournal implements ReplyJournal {
  constructor(private readonly database: RedisDatabase) {}

  open(reply: ReplyOrigin): Promise<ReplyRecord> {
    return this.change(reply, (record) => record);
  }

  async find(id: string): Promise<ReplyRecord | undefined> {
    return (await this.read(id)).record;
  }

  beginAttempt(reply: ReplyOrigin, attempt: BegunAttempt): Promise<ReplyRecord> {
    return this.change(reply, (record, nowMs) => afterAttemptBegan(record, attempt, nowMs));
  }

  cutOffAttempt(id: string): Promise<ReplyRecord | undefined> {
    return this.changeKnown(() => this.read(id), afterAttemptCutOff);
  }

  withdrawAttempt(id: string, earlier?: ReplyAttempt): Promise<ReplyRecord | undefined> {
    return this.changeKnown(
      () => this.read(id),
      (record, nowMs) => afterAttemptWithdrawn(record, earlier, nowMs),
    );
  }

  markSent(id: string, messageId?: string): Promise<ReplyRecord | undefined> {
    return this.changeKnown(
      () => this.read(id),
      (record, nowMs) => afterSent(record, messageId, nowMs),
    );
  }

  fail(reply: ReplyOrigin, failure: ReplyFailure): Promise<ReplyRecord> {
    return this.change(reply, (record, nowMs) => afterFailure(record, failure, nowMs));
  }

  recognise(seen: SeenMessage): Promise<ReplyRecord | undefined> {
    return this.changeKnown(
      () => this.recognised(seen),
      (record, nowMs) => afterSent(record, seen.messageId, nowMs),
    );
  }

  acknowledge(messageId: string, level: AcknowledgementLevel): Promise<ReplyRecord | undefined> {
    return this.changeKnown(
      () => this.ofMessage(messageId),
      (record, nowMs) => afterAcknowledgement(record, level, nowMs),
    );
  }

  async list(request: ReplyPageRequest): Promise<Page<ReplyRecord>> {
    const { limit, cursor } = request;
    let place: ReplyPlace | undefined =
      cursor === undefined ? undefined : placeOfReplyCursor(cursor, request);
    const items: ReplyRecord[] = [];
    // Few among many may be asked for: then a page is short, and the next one goes on.
    for (let lookedAt = 0; lookedAt < LOOKED_AT_MOST;) {
      // One more than can be taken tells whether there is another page.
      const asked = Math.min(LOOKED_AT_MOST - lookedAt, Math.max(WALKED_AT_ONCE, limit)) + 1;
      const [queuedAtMs, id] = place ?? ["", ""];
      const values = [String(queuedAtMs), id, String(asked)];
      const texts = (await this.database.run(LIST_REPLIES, ...values)) as readonly string[];
      for (const text of texts.slice(0, asked - 1)) {
        if (items.length >= limit) return { items, nextCursor: replyCursor(place!, request) };
        const record = JSON.parse(text) as ReplyRecord;
        if (isAskedFor(record, request)) items.push(record);
        place = [record.queuedAtMs, record.id];
        lookedAt += 1;
      }
      if (texts.length < asked) return { items, nextCursor: undefined };
    }
    return { items, nextCursor: replyCursor(place!, request) };
  }

  async remove(id: string): Promise<void> {
    for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
      const { text, record } = await this.read(id);
      if (record === undefined) return;
      if ((await this.database.run(REMOVE_REPLY, id, text, linksOf(record))) === "ok") return;
    }
    throw tooOften();
  }

  async prune(olderThanMs: number): Promise<number> {
    let pruned = 0;
    for (;;) {
      const values = [olderThanMs, WALKED_AT_ONCE].map(String);
      const ids = (await this.database.run(OLD_REPLIES, ...values)) as readonly string[];
      await Promise.all(ids.map((id) => this.remove(id)));
      pruned += ids.length;
      if (ids.length < WALKED_AT_ONCE) return pruned;
    }
  }

  private async change(
    reply: ReplyOrigin,
    step: (record: ReplyRecord, nowMs: number) => ReplyRecord,
  ): Promise<ReplyRecord> {
    const opened = async () => {
      const read = await this.read(reply.id);
      return { ...read, record: read.record ?? newlyJournaled(reply, read.nowMs) };
    };
    return (await this.changeKnown(opened, step))!;
  }

  private async changeKnown(
    find: Find,
    step: (record: ReplyRecord, nowMs: number) => ReplyRecord,
  ): Promise<ReplyRecord | undefined> {
    for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
      const { text, record: before, nowMs } = await find();
      if (before === undefined) return undefined;
      const record = step(before, nowMs);
      if (record === before && text !== "") return record;
      const links = [before, record].map(linksOf);
      const values = [record.id, text, JSON.stringify(record), ...links, String(record.queuedAtMs)];
      if ((await this.database.run(PUT_REPLY, ...values)) === "ok") return record;
    }
    throw tooOften();
  }

  private async read(id: string): Promise<ReadReply> {
    return readReply((await this.database.run(READ_REPLY, id)) as readonly string[]);
  }

  private async ofMessage(messageId: string): Promise<ReadReply> {
    return readReply((await this.database.run(READ_REPLY_OF_MESSAGE, messageId)) as readonly string[]);
  }

  private async recognised({ messageId, fingerprints, sentAtMs }: SeenMessage): Promise<ReadReply> {
    const known = await this.ofMessage(messageId);
    if (known.record !== undefined || fingerprints.length === 0) return known;
    const values = [String(OPEN_LOOKED_AT), ...fingerprints];
    const texts = (await this.database.run(OPEN_ATTEMPTS, ...values)) as readonly string[];
    const [first] = texts
      .map((text) => ({ text, record: JSON.parse(text) as ReplyRecord }))
      .filter(({ record }) => canBe(record, sentAtMs))
      .sort((a, b) => a.record.attempt!.startedAtMs - b.record.attempt!.startedAtMs);
    return first === undefined ? known : { ...first, nowMs: known.nowMs };
  }
}

function readReply([nowMs, text = ""]: readonly string[]): ReadReply {
  return {
    nowMs: Number(nowMs),
    text,
    record: text === "" ? undefined : (JSON.parse(text) as ReplyRecord),
  };
}

/** See `REPLIES_LUA`. */
function linksOf(record: ReplyRecord): string {
  const { messageId = "", attempt } = record;
  const isOpen = awaitsId(record);
  return JSON.stringify([
    messageId,
    isOpen ? attempt!.fingerprint : "",
    isOpen ? String(attempt!.startedAtMs) : "",
  ]);
}

function tooOften(): StorageUnavailableError {
  return new StorageUnavailableError("The reply's record was changed too often meanwhile");
}

import { setImmediate } from "node:timers/promises";
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
  type AcknowledgementLevel,
  type BegunAttempt,
  type Clock,
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
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";

/** Records whose message has no known id, by what it looks like, the oldest attempt first. */
type OpenAttemptKey = [fingerprint: string, startedAtMs: number, id: string];
type AgeKey = [...ReplyPlace];

/** Removed in one transaction, so that nobody waits long for the disk. */
const PRUNED_AT_ONCE = 500;
/** Of a list, while nothing else is done. */
const LOOKED_AT_ONCE = 1_000;

/** What became of replies, in LMDB, with what leads to a record: its message's id, its open attempt, its age. */
export class LmdbReplyJournal implements ReplyJournal {
  private readonly environment: LmdbEnvironment;
  private readonly clock: Clock;
  private readonly records: LmdbDatabase<ReplyRecord>;
  private readonly idsByMessage: LmdbDatabase<string>;
  private readonly openAttempts: LmdbDatabase<true, OpenAttemptKey>;
  private readonly ages: LmdbDatabase<true, AgeKey>;

  constructor({ environment, clock }: { readonly environment: LmdbEnvironment; readonly clock: Clock }) {
    this.environment = environment;
    this.clock = clock;
    this.records = environment.database("reply-journal");
    this.idsByMessage = environment.database("reply-journal.messages");
    this.openAttempts = environment.database("reply-journal.open-attempts");
    this.ages = environment.database("reply-journal.ages");
  }

  open(reply: ReplyOrigin): Promise<ReplyRecord> {
    return this.change(reply, (record) => record);
  }

  async find(id: string): Promise<ReplyRecord | undefined> {
    return this.findNow(id);
  }

  findNow(id: string): ReplyRecord | undefined {
    return this.records.get(id);
  }

  /** All records of the snapshot, in pieces. */
  *pagesIn(snapshot: LmdbSnapshot, limit: number): Generator<ReplyRecord[]> {
    for (const page of snapshot.pages(this.records, limit)) yield page.map(({ value }) => value);
  }

  /** Keeps a record that came from elsewhere and is not here. To be called inside `environment.write`. */
  restore(record: ReplyRecord): void {
    this.keep(undefined, record);
  }

  beginAttempt(reply: ReplyOrigin, attempt: BegunAttempt): Promise<ReplyRecord> {
    return this.change(reply, (record, nowMs) => afterAttemptBegan(record, attempt, nowMs));
  }

  cutOffAttempt(id: string): Promise<ReplyRecord | undefined> {
    return this.changeKnown(() => this.records.get(id), afterAttemptCutOff);
  }

  withdrawAttempt(id: string, earlier?: ReplyAttempt): Promise<ReplyRecord | undefined> {
    return this.changeKnown(
      () => this.records.get(id),
      (record, nowMs) => afterAttemptWithdrawn(record, earlier, nowMs),
    );
  }

  markSent(id: string, messageId?: string): Promise<ReplyRecord | undefined> {
    return this.changeKnown(
      () => this.records.get(id),
      (record, nowMs) => afterSent(record, messageId, nowMs),
    );
  }

  fail(reply: ReplyOrigin, failure: ReplyFailure): Promise<ReplyRecord> {
    return this.change(reply, (record, nowMs) => afterFailure(record, failure, nowMs));
  }

  async recognise(seen: SeenMessage): Promise<ReplyRecord | undefined> {
    // Attempts are on disk before their messages exist, so what is not found now needs no transaction.
    if (this.recognised(seen) === undefined) return undefined;
    return this.changeKnown(
      () => this.recognised(seen),
      (record, nowMs) => afterSent(record, seen.messageId, nowMs),
    );
  }

  async acknowledge(messageId: string, level: AcknowledgementLevel): Promise<ReplyRecord | undefined> {
    if (this.withMessage(messageId) === undefined) return undefined;
    return this.changeKnown(
      () => this.withMessage(messageId),
      (record, nowMs) => afterAcknowledgement(record, level, nowMs),
    );
  }

  async list(request: ReplyPageRequest): Promise<Page<ReplyRecord>> {
    const { limit, cursor } = request;
    const before = cursor === undefined ? undefined : placeOfReplyCursor(cursor, request);
    const items: ReplyRecord[] = [];
    let last: AgeKey | undefined;
    let lookedAt = 0;
    for (const key of this.ages.keys({
      reverse: true,
      ...(before === undefined ? {} : { start: [...before], exclusiveStart: true }),
    })) {
      // Few among many may be asked for: then a page is short, and the next one goes on.
      if (items.length >= limit || lookedAt >= LOOKED_AT_ONCE) {
        return { items, nextCursor: replyCursor(last!, request) };
      }
      const record = this.records.get(key[1]);
      if (record !== undefined && isAskedFor(record, request)) items.push(record);
      last = key;
      lookedAt += 1;
    }
    return { items, nextCursor: undefined };
  }

  remove(id: string): Promise<void> {
    return this.environment.write(() => {
      const record = this.records.get(id);
      if (record !== undefined) this.removeWithAge([record.queuedAtMs, id]);
    });
  }

  async prune(olderThanMs: number): Promise<number> {
    const end: AgeKey = [this.clock.nowMs() - olderThanMs, ""];
    let pruned = 0;
    for (;;) {
      const old = [...this.ages.keys({ end, limit: PRUNED_AT_ONCE })];
      if (old.length === 0) return pruned;
      await this.environment.write(() => {
        for (const key of old) this.removeWithAge(key);
      });
      pruned += old.length;
      await setImmediate();
    }
  }

  private change(
    reply: ReplyOrigin,
    step: (record: ReplyRecord, nowMs: number) => ReplyRecord,
  ): Promise<ReplyRecord> {
    return this.environment.write(() => {
      const nowMs = this.clock.nowMs();
      const before = this.records.get(reply.id);
      return this.keep(before, step(before ?? newlyJournaled(reply, nowMs), nowMs));
    });
  }

  private changeKnown(
    find: () => ReplyRecord | undefined,
    step: (record: ReplyRecord, nowMs: number) => ReplyRecord,
  ): Promise<ReplyRecord | undefined> {
    return this.environment.write(() => {
      const before = find();
      return before && this.keep(before, step(before, this.clock.nowMs()));
    });
  }

  private keep(before: ReplyRecord | undefined, record: ReplyRecord): ReplyRecord {
    if (record === before) return record;
    if (before === undefined) this.ages.put([record.queuedAtMs, record.id], true);
    else this.unlink(before);
    const { id, messageId, attempt } = record;
    if (messageId !== undefined) this.idsByMessage.put(messageId, id);
    if (awaitsId(record)) this.openAttempts.put(openAttemptKey(id, attempt!), true);
    this.records.put(id, record);
    return record;
  }

  private removeWithAge(key: AgeKey): void {
    const record = this.records.get(key[1]);
    this.ages.remove(key);
    if (record === undefined) return;
    this.unlink(record);
    this.records.remove(record.id);
  }

  /** A message that turned out to be another reply's leads there. */
  private unlink(record: ReplyRecord): void {
    const { id, messageId, attempt } = record;
    if (messageId !== undefined && this.idsByMessage.get(messageId) === id)
      this.idsByMessage.remove(messageId);
    if (attempt !== undefined) this.openAttempts.remove(openAttemptKey(id, attempt));
  }

  private recognised(seen: SeenMessage): ReplyRecord | undefined {
    return this.withMessage(seen.messageId) ?? this.firstThatCanBe(seen);
  }

  private withMessage(messageId: string): ReplyRecord | undefined {
    const id = this.idsByMessage.get(messageId);
    return id === undefined ? undefined : this.records.get(id);
  }

  private firstThatCanBe({ fingerprints, sentAtMs }: SeenMessage): ReplyRecord | undefined {
    const first = fingerprints.flatMap((fingerprint) => this.firstOf(fingerprint, sentAtMs) ?? []);
    return first.sort((a, b) => a.attempt!.startedAtMs - b.attempt!.startedAtMs)[0];
  }

  private firstOf(fingerprint: string, sentAtMs: number): ReplyRecord | undefined {
    const start: OpenAttemptKey = [fingerprint, 0, ""];
    const end: OpenAttemptKey = [fingerprint, Number.MAX_SAFE_INTEGER, ""];
    for (const [, , id] of this.openAttempts.keys({ start, end })) {
      const record = this.records.get(id);
      if (record !== undefined && canBe(record, sentAtMs)) return record;
    }
    return undefined;
  }
}

function openAttemptKey(id: string, { fingerprint, startedAtMs }: ReplyAttempt): OpenAttemptKey {
  return [fingerprint, startedAtMs, id];
}

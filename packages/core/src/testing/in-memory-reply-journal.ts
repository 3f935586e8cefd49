import {
  afterAcknowledgement,
  afterAttemptBegan,
  afterAttemptCutOff,
  afterAttemptWithdrawn,
  afterFailure,
  afterSent,
  canBe,
  newlyJournaled,
  type AcknowledgementLevel,
  type ReplyAttempt,
  type ReplyOrigin,
  type ReplyRecord,
  type SeenMessage,
} from "../domain/reply-record.js";
import { isAskedFor, placeOfReplyCursor, replyCursor, type ReplyPlace } from "../domain/reply-place.js";
import type { Page } from "../ports/delivery-queue.js";
import type { BegunAttempt, ReplyFailure, ReplyJournal, ReplyPageRequest } from "../ports/reply-journal.js";
import type { Clock } from "../ports/runtime.js";

/** What became of replies, in memory: a real adapter for tests, demonstrations and services that can afford to forget. */
export class InMemoryReplyJournal implements ReplyJournal {
  private readonly records = new Map<string, ReplyRecord>();
  private readonly idsByMessage = new Map<string, string>();

  constructor(private readonly options: { readonly clock: Clock }) {}

  async open(reply: ReplyOrigin): Promise<ReplyRecord> {
    return this.keep(this.opened(reply));
  }

  async find(id: string): Promise<ReplyRecord | undefined> {
    return this.records.get(id);
  }

  async beginAttempt(reply: ReplyOrigin, attempt: BegunAttempt): Promise<ReplyRecord> {
    return this.keep(afterAttemptBegan(this.opened(reply), attempt, this.nowMs()));
  }

  async cutOffAttempt(id: string): Promise<ReplyRecord | undefined> {
    return this.change(id, (record) => afterAttemptCutOff(record, this.nowMs()));
  }

  async withdrawAttempt(id: string, earlier?: ReplyAttempt): Promise<ReplyRecord | undefined> {
    return this.change(id, (record) => afterAttemptWithdrawn(record, earlier, this.nowMs()));
  }

  async markSent(id: string, messageId?: string): Promise<ReplyRecord | undefined> {
    return this.change(id, (record) => afterSent(record, messageId, this.nowMs()));
  }

  async fail(reply: ReplyOrigin, failure: ReplyFailure): Promise<ReplyRecord> {
    return this.keep(afterFailure(this.opened(reply), failure, this.nowMs()));
  }

  async recognise(seen: SeenMessage): Promise<ReplyRecord | undefined> {
    const record = this.withMessage(seen.messageId) ?? this.firstThatCanBe(seen);
    return record && this.keep(afterSent(record, seen.messageId, this.nowMs()));
  }

  async acknowledge(messageId: string, level: AcknowledgementLevel): Promise<ReplyRecord | undefined> {
    const record = this.withMessage(messageId);
    return record && this.keep(afterAcknowledgement(record, level, this.nowMs()));
  }

  async list(request: ReplyPageRequest): Promise<Page<ReplyRecord>> {
    const { limit, cursor } = request;
    const before = cursor === undefined ? undefined : placeOfReplyCursor(cursor, request);
    const rest = [...this.records.values()]
      .filter((record) => isAskedFor(record, request))
      .filter((record) => before === undefined || isBehind(placeOf(record), before))
      .sort((a, b) => (isBehind(placeOf(a), placeOf(b)) ? 1 : -1));
    const items = rest.slice(0, limit);
    const isMore = rest.length > items.length;
    return { items, nextCursor: isMore ? replyCursor(placeOf(items.at(-1)!), request) : undefined };
  }

  async prune(olderThanMs: number): Promise<number> {
    const queuedBeforeMs = this.nowMs() - olderThanMs;
    const old = [...this.records.values()].filter(({ queuedAtMs }) => queuedAtMs < queuedBeforeMs);
    for (const record of old) {
      this.unlink(record);
      this.records.delete(record.id);
    }
    return old.length;
  }

  private opened(reply: ReplyOrigin): ReplyRecord {
    return this.records.get(reply.id) ?? newlyJournaled(reply, this.nowMs());
  }

  private change(id: string, step: (record: ReplyRecord) => ReplyRecord): ReplyRecord | undefined {
    const record = this.records.get(id);
    return record && this.keep(step(record));
  }

  private keep(record: ReplyRecord): ReplyRecord {
    const before = this.records.get(record.id);
    if (before !== undefined) this.unlink(before);
    if (record.messageId !== undefined) this.idsByMessage.set(record.messageId, record.id);
    this.records.set(record.id, record);
    return record;
  }

  /** A message that turned out to be another reply's leads there. */
  private unlink({ id, messageId }: ReplyRecord): void {
    if (messageId !== undefined && this.idsByMessage.get(messageId) === id)
      this.idsByMessage.delete(messageId);
  }

  private withMessage(messageId: string): ReplyRecord | undefined {
    const id = this.idsByMessage.get(messageId);
    return id === undefined ? undefined : this.records.get(id);
  }

  private firstThatCanBe({ fingerprints, sentAtMs }: SeenMessage): ReplyRecord | undefined {
    return [...this.records.values()]
      .filter((record) => canBe(record, sentAtMs) && fingerprints.includes(record.attempt!.fingerprint))
      .sort((a, b) => a.attempt!.startedAtMs - b.attempt!.startedAtMs)[0];
  }

  private nowMs(): number {
    return this.options.clock.nowMs();
  }
}

function placeOf({ queuedAtMs, id }: ReplyRecord): ReplyPlace {
  return [queuedAtMs, id];
}

function isBehind([queuedAtMs, id]: ReplyPlace, [otherQueuedAtMs, otherId]: ReplyPlace): boolean {
  return queuedAtMs === otherQueuedAtMs ? id < otherId : queuedAtMs < otherQueuedAtMs;
}

import type { ReplyFilter } from "../domain/reply-place.js";
import type {
  AcknowledgementLevel,
  ReplyAttempt,
  ReplyFailureReason,
  ReplyOrigin,
  ReplyRecord,
  SeenMessage,
} from "../domain/reply-record.js";
import type { Page } from "./delivery-queue.js";

/**
 * What became of each reply, by its id. Each change is atomic and durable when its promise resolves, or rejects
 * with `StorageUnavailableError` and has not happened. Changes that come late, or twice, change nothing; all answer
 * the record as it is afterwards, or `undefined` where there is none. See `ReplyState` for what follows what.
 */
export interface ReplyJournal {
  /** Opens the record of a reply that is about to be queued. */
  open(reply: ReplyOrigin): Promise<ReplyRecord>;

  find(id: string): Promise<ReplyRecord | undefined>;

  /** An attempt is about to be made: from here on the reply may be sent. Opens the record where there is none. */
  beginAttempt(reply: ReplyOrigin, attempt: BegunAttempt): Promise<ReplyRecord>;

  /** The attempt under way was cut off, and may have sent the message all the same. */
  cutOffAttempt(id: string): Promise<ReplyRecord | undefined>;

  /** The attempt under way has sent nothing. `earlier`: the one before it, which may have. */
  withdrawAttempt(id: string, earlier?: ReplyAttempt): Promise<ReplyRecord | undefined>;

  /** It is sent, under this id where that is known. */
  markSent(id: string, messageId?: string): Promise<ReplyRecord | undefined>;

  /** It is given up, unless it is known to be sent. Opens the record where there is none. */
  fail(reply: ReplyOrigin, failure: ReplyFailure): Promise<ReplyRecord>;

  /**
   * Takes an own message for the reply with its id, or else for the one of these fingerprints that was attempted
   * first and whose id is not known: of any number of calls for one message, one reply. Answers that reply, which
   * is sent then.
   */
  recognise(seen: SeenMessage): Promise<ReplyRecord | undefined>;

  /** Answers the reply with this message's id. */
  acknowledge(messageId: string, level: AcknowledgementLevel): Promise<ReplyRecord | undefined>;

  /**
   * The replies that were queued last come first. What comes, goes or changes between two pages hides no other; a page
   * may have fewer than asked for, and even none, before the last one. Another list's cursor is a `BadCursorError`.
   */
  list(request: ReplyPageRequest): Promise<Page<ReplyRecord>>;

  /** Removes records of replies that were queued longer ago than that. Answers how many. */
  prune(olderThanMs: number): Promise<number>;
}

export interface BegunAttempt {
  readonly fingerprint: string;
  /** The message's id, where one was chosen beforehand. */
  readonly messageId?: string;
}

export interface ReplyFailure {
  readonly reason: ReplyFailureReason;
  readonly error?: string;
}

export interface ReplyPageRequest extends ReplyFilter {
  readonly limit: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

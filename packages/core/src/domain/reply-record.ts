import type { ContactId } from "./contact-id.js";
import type { Generation } from "./mapping.js";
import type { TenantId } from "./tenant.js";

/**
 * How far a reply has come. `sending`: an attempt was begun, and what came of it is not known. It only ever goes
 * forwards, but for an attempt that is known not to have sent anything: that one is taken back to `queued`.
 */
export type ReplyState = "queued" | "sending" | "sent" | "delivered" | "read" | "failed";

export type ReplyFailureReason =
  /** WhatsApp, or the server before it, will never take it. */
  | "refused"
  /** It could not be sent for a day. */
  | "expired"
  /** The tenant no longer held the contact. */
  | "mapping_changed"
  /** It was sent, and WhatsApp could not bring it to the contact. */
  | "undelivered";

/** Whose words they are, and to whom they go. The gateway's own words are no tenant's. */
export interface ReplyOrigin {
  readonly id: string;
  readonly contact: ContactId;
  readonly tenantId?: TenantId;
  readonly generation?: Generation;
}

/** What became of a reply. What it says is not in it. */
export interface ReplyRecord extends ReplyOrigin {
  readonly state: ReplyState;
  readonly queuedAtMs: number;
  /** When it came to its state. */
  readonly changedAtMs: number;
  /** WhatsApp's own id; while sending, the one that was chosen beforehand. */
  readonly messageId?: string;
  /** Kept until the message's id is known. */
  readonly attempt?: ReplyAttempt;
  readonly reason?: ReplyFailureReason;
  /** Why it failed, for people. */
  readonly error?: string;
}

export interface ReplyAttempt {
  /** See `fingerprintOf`. */
  readonly fingerprint: string;
  readonly startedAtMs: number;
  /** When it was cut off, where the gateway saw that. */
  readonly endedAtMs?: number;
}

/** An own message seen at the source, by whose fingerprints a reply may be known. */
export interface SeenMessage {
  readonly messageId: string;
  /** One for each name of its contact; none where it can't be a reply. */
  readonly fingerprints: readonly string[];
  readonly sentAtMs: number;
}

export type AcknowledgementLevel = "failed" | "sent" | "delivered" | "read";

/** The clocks of gateway, WAHA and WhatsApp may differ by so much. */
export const CLOCKS_DIFFER_BY_MS = 60_000;

const RANKS: Readonly<Record<ReplyState, number>> = {
  ...{ queued: 0, sending: 1, sent: 2, delivered: 3, read: 4 },
  failed: Number.POSITIVE_INFINITY,
};

/** Whether it went out, as far as WhatsApp's server. */
export function isSent({ state }: ReplyRecord): boolean {
  return state === "sent" || state === "delivered" || state === "read";
}

/** Whether nothing more is tried. What is retired with its mapping is so too, and only its dead letter says it. */
export function isOver(record: ReplyRecord): boolean {
  return isSent(record) || record.state === "failed";
}

export function newlyJournaled(origin: ReplyOrigin, nowMs: number): ReplyRecord {
  const { id, contact, tenantId, generation } = origin;
  return {
    ...{ id, contact, state: "queued", queuedAtMs: nowMs, changedAtMs: nowMs },
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(generation === undefined ? {} : { generation }),
  };
}

// Each of the steps below answers the record as it is where there is nothing to change.

export function afterAttemptBegan(
  record: ReplyRecord,
  { fingerprint, messageId }: { readonly fingerprint: string; readonly messageId?: string },
  nowMs: number,
): ReplyRecord {
  if (RANKS[record.state] > RANKS.sending) return record;
  return {
    ...withoutMessageId(record),
    ...(messageId === undefined ? {} : { messageId }),
    state: "sending",
    changedAtMs: nowMs,
    attempt: { fingerprint, startedAtMs: nowMs },
  };
}

export function afterAttemptCutOff(record: ReplyRecord, nowMs: number): ReplyRecord {
  if (record.state !== "sending" || record.attempt === undefined) return record;
  return { ...record, attempt: { ...record.attempt, endedAtMs: nowMs } };
}

/** Nothing was sent by this attempt. One before it may have been: then that one is the attempt under way again. */
export function afterAttemptWithdrawn(
  record: ReplyRecord,
  earlier: ReplyAttempt | undefined,
  nowMs: number,
): ReplyRecord {
  if (record.state !== "sending") return record;
  if (earlier !== undefined) return { ...record, attempt: earlier };
  return { ...withoutMessageId(withoutAttempt(record)), state: "queued", changedAtMs: nowMs };
}

/** The id that the answer to an attempt tells counts over one that was concluded. */
export function afterSent(record: ReplyRecord, messageId: string | undefined, nowMs: number): ReplyRecord {
  const advanced: ReplyRecord =
    RANKS[record.state] < RANKS.sent ? { ...record, state: "sent", changedAtMs: nowMs } : record;
  const id = messageId ?? record.messageId;
  if (id === undefined || (id === advanced.messageId && advanced.attempt === undefined)) return advanced;
  return { ...withoutAttempt(advanced), messageId: id };
}

export function afterFailure(
  record: ReplyRecord,
  { reason, error }: { readonly reason: ReplyFailureReason; readonly error?: string },
  nowMs: number,
): ReplyRecord {
  if (RANKS[record.state] >= RANKS.sent) return record;
  return failed(record, { reason, ...(error === undefined ? {} : { error }) }, nowMs);
}

/** Levels come in any order, so a lower one than is known says nothing; a failure does so only up to `sent`. */
export function afterAcknowledgement(
  record: ReplyRecord,
  level: AcknowledgementLevel,
  nowMs: number,
): ReplyRecord {
  if (level === "failed") {
    if (RANKS[record.state] > RANKS.sent) return record;
    const error = "WhatsApp could not deliver the message";
    return failed(record, { reason: "undelivered", error }, nowMs);
  }
  if (RANKS[record.state] >= RANKS[level]) return record;
  return { ...withoutAttempt(record), state: level, changedAtMs: nowMs };
}

/** Whether the record is open to be recognised by its fingerprint: it may have been sent, and under which id is not known. */
export function awaitsId({ state, attempt, messageId }: ReplyRecord): boolean {
  return (state === "sending" || state === "sent") && attempt !== undefined && messageId === undefined;
}

/**
 * Whether a message of that fingerprint, sent then, can be this reply: not one that was sent before the attempt
 * began, nor one from long after the reply was known to be sent.
 */
export function canBe(record: ReplyRecord, sentAtMs: number): boolean {
  if (!awaitsId(record) || sentAtMs < record.attempt!.startedAtMs - CLOCKS_DIFFER_BY_MS) return false;
  return record.state === "sending" || sentAtMs <= record.changedAtMs + CLOCKS_DIFFER_BY_MS;
}

function failed(record: ReplyRecord, why: Pick<ReplyRecord, "reason" | "error">, nowMs: number): ReplyRecord {
  return { ...withoutAttempt(record), state: "failed", changedAtMs: nowMs, ...why };
}

function withoutAttempt(record: ReplyRecord): ReplyRecord {
  const { attempt, ...others } = record;
  return attempt === undefined ? record : others;
}

function withoutMessageId(record: ReplyRecord): ReplyRecord {
  const { messageId, ...others } = record;
  return messageId === undefined ? record : others;
}

import { LONGEST_PROBE_INTERVAL_MS } from "../domain/circuit.js";
import type { ClaimedDelivery, DeadReason } from "../domain/delivery.js";
import { isUnder, type Mapping } from "../domain/mapping.js";
import { fingerprintOf, wordsOf, type ReplyContent } from "../domain/reply.js";
import { isSent, type ReplyFailureReason, type ReplyRecord } from "../domain/reply-record.js";
import type { RetryPolicy } from "../domain/retry-policy.js";
import { traceIn } from "../domain/trace-context.js";
import type { AuditLog } from "../ports/audit-log.js";
import type { DeliveryQueue, Settlement } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { OptOuts } from "../ports/opt-outs.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import type { ReplySender, SendResult } from "../ports/reply-sender.js";
import type { Clock, Logger } from "../ports/runtime.js";
import type { SendBudget } from "../ports/send-budget.js";
import { untraced, type Tracer } from "../ports/tracer.js";
import { answersFailedReply, failedReplyEvent } from "./failed-reply.js";
import { QueueWorker, type QueueWorkerLimits, type SettledListener } from "./queue-worker.js";
import { tracedAttempt } from "./traced-attempt.js";
import type { TrackReplies } from "./track-replies.js";

export interface SendDueRepliesOptions {
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly journal: ReplyJournal;
  readonly mappings: Pick<MappingStore, "find" | "namesOf" | "wasErased">;
  readonly optOuts: Pick<OptOuts, "isOptedOut">;
  readonly sender: ReplySender;
  readonly budget: SendBudget;
  /** Notes what was sent, and knows what was acknowledged before that. */
  readonly track: Pick<TrackReplies, "sent">;
  /** Where tenants' events are queued: they are told of replies that were given up. */
  readonly deliveries: Pick<DeliveryQueue, "enqueue">;
  readonly audit?: Pick<AuditLog, "append">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer?: Tracer;
  readonly retryPolicy: RetryPolicy;
  readonly limits: QueueWorkerLimits;
  /** For whoever counts. */
  readonly onSettled?: SettledListener<ReplyContent>;
}

/** A reply that could not be sent for this long has lost its meaning. */
export const REPLY_MAX_AGE_MS = 24 * 3_600_000;
/** How often a reply is tried that most likely never can be sent. */
export const DOUBTFUL_ATTEMPTS = 5;
/** How long a reply waits for a file whose host fails: the contact's later replies wait behind it. */
export const FILE_WAITED_FOR_MS = 30 * 60_000;
/** A message that went out all the same shows itself within this time: WAHA sends a webhook that was not taken for half a minute. */
export const LISTEN_FOR_OWN_MESSAGE_MS = 30_000;
/** What was confirmed meanwhile holds its line up no longer than this. */
const LOOK_FOR_CONFIRMATION_EVERY_MS = 5_000;

type Claim = ClaimedDelivery<ReplyContent>;

interface GivenUp {
  readonly reason: Extract<ReplyFailureReason, "refused" | "expired" | "opted_out">;
  readonly error?: string;
}

/**
 * Sends what tenants reply, in order per contact, to nobody but the contact the tenant holds at that moment, and
 * once as far as the server allows: before an attempt the journal says so, and what it says of an attempt that was
 * cut off decides what is done next.
 */
export class SendDueReplies {
  private readonly worker: QueueWorker<ReplyContent>;
  private startedAtMs: number;

  constructor(private readonly options: SendDueRepliesOptions) {
    const { replies, clock, logger, limits } = options;
    this.startedAtMs = clock.nowMs();
    this.worker = new QueueWorker({
      queue: replies,
      clock,
      logger,
      limits,
      attempt: (claim, signal) => this.attempt(claim, signal),
      onSettled: (claim, settlement, result) => {
        this.options.onSettled?.(claim, settlement, result);
        this.report(claim, settlement);
      },
    });
  }

  start(): void {
    this.startedAtMs = this.options.clock.nowMs();
    this.worker.start();
  }

  stop(graceMs: number): Promise<void> {
    return this.worker.stop(graceMs);
  }

  private async attempt(claim: Claim, signal: AbortSignal): Promise<Settlement> {
    const { journal, mappings } = this.options;
    const record = await journal.find(claim.id);
    if (record !== undefined && isSent(record)) return { kind: "delivered" };
    // Checked before each attempt, so that nothing that waits is sent for a tenant that no longer holds the contact.
    const mapping = await mappings.find(claim.contact);
    if (!isUnder(mapping, claim.generation)) {
      return (await mappings.wasErased(claim.generation)) ? this.forget(claim) : this.drop(claim);
    }
    // Given up before, and not settled: whatever of it is still missing is done now.
    if (record?.state === "failed") return this.giveUp(claim, mapping, givenUpBefore(record));
    if (claim.ageMs > REPLY_MAX_AGE_MS) return this.giveUp(claim, mapping, { reason: "expired" });
    return (
      this.waitForConfirmation(record) ??
      (await this.keepSilence(claim, mapping)) ??
      (await this.waitForTurn(claim)) ??
      this.send(claim, mapping, record, signal)
    );
  }

  /** An attempt was cut off whose message, had it gone out, would show itself: listened for before it is sent again. */
  private waitForConfirmation(record: ReplyRecord | undefined): Settlement | undefined {
    if (record?.state !== "sending" || record.messageId !== undefined) return undefined;
    const { startedAtMs, endedAtMs } = record.attempt ?? { startedAtMs: record.changedAtMs };
    const listeningSinceMs = Math.max(endedAtMs ?? startedAtMs, this.startedAtMs);
    const leftMs = listeningSinceMs + LISTEN_FOR_OWN_MESSAGE_MS - this.options.clock.nowMs();
    if (leftMs <= 0) return undefined;
    const delayMs = Math.min(leftMs, LOOK_FOR_CONFIRMATION_EVERY_MS);
    return { kind: "postponed", delayMs, waitingFor: "confirmation" };
  }

  private async keepSilence(claim: Claim, mapping: Mapping): Promise<Settlement | undefined> {
    const { mappings, optOuts } = this.options;
    if (!(await optOuts.isOptedOut(...(await mappings.namesOf(mapping.contact))))) return undefined;
    return this.giveUp(claim, mapping, {
      reason: "opted_out",
      error: "The contact asked for no more messages",
    });
  }

  private async waitForTurn({ id, tenantId }: Claim): Promise<Settlement | undefined> {
    const turn = await this.options.budget.reserve({ id, tenantId });
    if (turn.kind === "now") return undefined;
    return { kind: "postponed", delayMs: turn.delayMs, waitingFor: turn.waitingFor };
  }

  private async send(
    claim: Claim,
    mapping: Mapping,
    before: ReplyRecord | undefined,
    signal: AbortSignal,
  ): Promise<Settlement> {
    const { journal, sender, clock, tracer = untraced } = this.options;
    const { contact } = mapping;
    const content = claim.body;
    // An id that was chosen for a cut-off attempt is the one by which sending again is harmless.
    const messageId = before?.messageId ?? (await sender.chooseMessageId(content, signal));
    const chosen = messageId === undefined ? {} : { messageId };
    const fingerprint = fingerprintOf(wordsOf(contact, content));
    const begun = await journal.beginAttempt(claim, { fingerprint, ...chosen });
    // Its message was seen just now, or it failed: either way there is nothing to send any more.
    if (isSent(begun)) return { kind: "delivered" };
    if (begun.state === "failed") return this.giveUp(claim, mapping, givenUpBefore(begun));
    const { result } = await tracedAttempt({
      ...{ what: "reply", claim, tracer, clock, success: "sent" },
      attempt: () => sender.send({ id: claim.id, contact, content, ...chosen }, signal),
    });
    switch (result.kind) {
      case "sent":
        await this.options.track.sent(claim.id, result.messageId ?? messageId);
        return { kind: "delivered" };
      case "rejected":
        return this.giveUp(claim, mapping, { reason: "refused", error: result.error });
      case "doubtful":
        return this.afterDoubtfulAttempt(claim, mapping, before, result.error);
      case "file_unavailable":
        return this.afterMissingFile(claim, mapping, before, result.error);
      case "unavailable":
        return this.afterFailedAttempt(claim, before, result);
    }
  }

  private async afterFailedAttempt(
    claim: Claim,
    before: ReplyRecord | undefined,
    { mayBeSent, error }: Extract<SendResult, { readonly kind: "unavailable" }>,
  ): Promise<Settlement> {
    const { journal, retryPolicy } = this.options;
    const record = mayBeSent
      ? await journal.cutOffAttempt(claim.id)
      : await this.withdrawAttempt(claim, before);
    // The message was seen before the attempt failed.
    if (record !== undefined && isSent(record)) return { kind: "delivered" };
    const delayMs = Math.min(
      LONGEST_PROBE_INTERVAL_MS,
      retryPolicy.delayMs(Math.max(claim.attempts, claim.probeNumber) + 1),
    );
    return { kind: "retry", cause: "unreachable", delayMs, error };
  }

  /** The contact's later replies wait behind it, so that a file that is nowhere may not take a day to be given up. */
  private afterDoubtfulAttempt(
    claim: Claim,
    mapping: Mapping,
    before: ReplyRecord | undefined,
    error: string,
  ): Promise<Settlement> {
    const isHopeless = claim.refusals + 1 >= DOUBTFUL_ATTEMPTS;
    const delayMs = this.options.retryPolicy.delayMs(claim.attempts + 1);
    return this.afterUnsentAttempt(claim, mapping, before, { isHopeless, delayMs, error });
  }

  /** What waited in line for long has had few attempts, and a host that failed for long may come back. */
  private afterMissingFile(
    claim: Claim,
    mapping: Mapping,
    before: ReplyRecord | undefined,
    error: string,
  ): Promise<Settlement> {
    const isHopeless = claim.refusals + 1 >= DOUBTFUL_ATTEMPTS && claim.ageMs > FILE_WAITED_FOR_MS;
    const delayMs = Math.min(LONGEST_PROBE_INTERVAL_MS, this.options.retryPolicy.delayMs(claim.attempts + 1));
    return this.afterUnsentAttempt(claim, mapping, before, { isHopeless, delayMs, error });
  }

  /** It is this reply's own matter, so that its tenant's other replies go on. */
  private async afterUnsentAttempt(
    claim: Claim,
    mapping: Mapping,
    before: ReplyRecord | undefined,
    {
      isHopeless,
      delayMs,
      error,
    }: { readonly isHopeless: boolean; readonly delayMs: number; readonly error: string },
  ): Promise<Settlement> {
    const record = await this.withdrawAttempt(claim, before);
    if (record !== undefined && isSent(record)) return { kind: "delivered" };
    if (isHopeless) return this.giveUp(claim, mapping, { reason: "refused", error });
    return { kind: "retry", cause: "refused", delayMs, error };
  }

  private async withdrawAttempt(
    { id, tenantId }: Claim,
    before: ReplyRecord | undefined,
  ): Promise<ReplyRecord | undefined> {
    const { journal, budget } = this.options;
    await budget.giveBack({ id, tenantId });
    return journal.withdrawAttempt(id, before?.state === "sending" ? before.attempt : undefined);
  }

  /** The tenant is told, in the contact's line and before the reply is gone from its own. */
  private async giveUp(claim: Claim, mapping: Mapping, { reason, error }: GivenUp): Promise<Settlement> {
    const { journal, deliveries } = this.options;
    const why = { reason, ...(error === undefined ? {} : { error }) };
    const record = await journal.fail(claim, why);
    if (isSent(record)) return { kind: "delivered" };
    const told = { ...why, reason: record.reason ?? reason, failedAtMs: record.changedAtMs };
    if (!answersFailedReply(claim.id)) {
      await deliveries.enqueue({ ...failedReplyEvent(claim.id, mapping, told), ...traceIn(claim.trace) });
    }
    return { kind: "dead", ...why };
  }

  /** Nobody is told but those who mind the gateway: the contact is not the tenant's business any more. */
  private async drop(claim: Claim): Promise<Settlement> {
    const { journal, audit, clock } = this.options;
    const { id, tenantId, contact, generation } = claim;
    const reason = "mapping_changed" satisfies DeadReason;
    await journal.fail(claim, { reason });
    await audit?.append({
      ...{ atMs: clock.nowMs(), actor: "gateway", action: "reply.dropped", subject: contact },
      details: { reply_id: id, tenant_id: tenantId, generation },
    });
    return { kind: "dead", reason };
  }

  /** Its contact was erased while it was being queued: nothing may stay of it, not even that it was dropped. */
  private async forget({ id, contact, enqueuedAtMs }: Claim): Promise<Settlement> {
    const { journal, replies } = this.options;
    await journal.remove(id);
    await replies.erase({ contacts: [contact], untilMs: enqueuedAtMs });
    // The claim is void by now.
    return { kind: "released" };
  }

  private report(claim: Claim, settlement: Settlement): void {
    const { logger } = this.options;
    const { tenantId, contact } = claim;
    const fields = { tenant_id: tenantId, phone_number: contact, reply_id: claim.id };
    if (settlement.kind === "delivered") {
      logger.log("debug", `💬 Sent tenant ${tenantId}'s reply to ${contact}`, {
        event: "reply.sent",
        ...fields,
      });
    } else if (settlement.kind === "postponed") {
      logger.log("debug", `⏳ A reply to ${contact} waits (${settlement.waitingFor})`, {
        event: "reply.postponed",
        waiting_for: settlement.waitingFor,
        ...fields,
      });
    } else if (settlement.kind === "retry") {
      logger.log("warn", `🔁 A reply to ${contact} could not be sent: ${settlement.error}`, {
        event: "reply.unsent",
        ...fields,
      });
    } else if (settlement.kind === "dead") {
      const why =
        settlement.error === undefined ? settlement.reason : `${settlement.reason}: ${settlement.error}`;
      // That a contact's wish is kept is nothing to be looked into.
      const level = settlement.reason === "opted_out" ? "info" : "error";
      logger.log(level, `☠️ Gave up tenant ${tenantId}'s reply to ${contact} (${why})`, {
        event: "reply.dead",
        reason: settlement.reason,
        ...fields,
      });
    }
  }
}

/** What the journal says is what was told. WhatsApp's own failure counts as a refusal: it is not sent again. */
function givenUpBefore({ reason, error }: ReplyRecord): GivenUp {
  const known = reason === "expired" || reason === "opted_out" ? reason : "refused";
  return { reason: known, ...(error === undefined ? {} : { error }) };
}

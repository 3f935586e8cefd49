import { LONGEST_PROBE_INTERVAL_MS } from "../domain/circuit.js";
import type { ClaimedDelivery } from "../domain/delivery.js";
import type { ReplyContent } from "../domain/reply.js";
import type { RetryPolicy } from "../domain/retry-policy.js";
import type { DeliveryQueue, Settlement } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { ReplySender } from "../ports/reply-sender.js";
import type { Clock, Logger } from "../ports/runtime.js";
import { QueueWorker, type QueueWorkerLimits } from "./queue-worker.js";

export interface SendDueRepliesOptions {
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly mappings: MappingStore;
  readonly sender: ReplySender;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly retryPolicy: RetryPolicy;
  readonly limits: QueueWorkerLimits;
}

/** A reply that could not be sent for this long has lost its meaning. */
export const REPLY_MAX_AGE_MS = 24 * 3_600_000;

/** Sends what tenants reply, in order per contact, to nobody but the contact the tenant holds at that moment. */
export class SendDueReplies {
  private readonly worker: QueueWorker<ReplyContent>;

  constructor(private readonly options: SendDueRepliesOptions) {
    const { replies, clock, logger, limits } = options;
    this.worker = new QueueWorker({
      queue: replies,
      clock,
      logger,
      limits,
      attempt: (claim, signal) => this.attempt(claim, signal),
      onSettled: (claim, settlement) => this.report(claim, settlement),
    });
  }

  start(): void {
    this.worker.start();
  }

  stop(graceMs: number): Promise<void> {
    return this.worker.stop(graceMs);
  }

  private async attempt(claim: ClaimedDelivery<ReplyContent>, signal: AbortSignal): Promise<Settlement> {
    const { mappings, sender, retryPolicy } = this.options;
    if (claim.ageMs > REPLY_MAX_AGE_MS) return { kind: "dead", reason: "expired" };
    const mapping = await mappings.find(claim.contact);
    if (mapping?.generation !== claim.generation) return { kind: "dead", reason: "mapping_changed" };
    const result = await sender.send({ id: claim.id, contact: claim.contact, content: claim.body }, signal);
    switch (result.kind) {
      case "sent":
        return { kind: "delivered" };
      case "rejected":
        return { kind: "dead", reason: "refused", error: result.error };
      case "unavailable": {
        const delayMs = Math.min(
          LONGEST_PROBE_INTERVAL_MS,
          retryPolicy.delayMs(Math.max(claim.attempts, claim.probeNumber) + 1),
        );
        return { kind: "retry", cause: "unreachable", delayMs, error: result.error };
      }
    }
  }

  private report(claim: ClaimedDelivery<ReplyContent>, settlement: Settlement): void {
    const { logger } = this.options;
    const { tenantId, contact } = claim;
    const fields = { tenant_id: tenantId, phone_number: contact, reply_id: claim.id };
    if (settlement.kind === "delivered") {
      logger.log("debug", `💬 Sent tenant ${tenantId}'s reply to ${contact}`, {
        event: "reply.sent",
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
      logger.log("error", `☠️ Gave up tenant ${tenantId}'s reply to ${contact} (${why})`, {
        event: "reply.dead",
        reason: settlement.reason,
        ...fields,
      });
    }
  }
}

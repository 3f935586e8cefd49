import { LONGEST_PROBE_INTERVAL_MS } from "../domain/circuit.js";
import type { ClaimedDelivery } from "../domain/delivery.js";
import { isUnder } from "../domain/mapping.js";
import type { ReplyContent } from "../domain/reply.js";
import type { RetryPolicy } from "../domain/retry-policy.js";
import type { TenantEvent } from "../domain/tenant-event.js";
import type { Tenant } from "../domain/tenant.js";
import type { DeliveryQueue, Settlement, SettleResult } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { MediaStore } from "../ports/media-store.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import type { Clock, Logger } from "../ports/runtime.js";
import type { TenantDirectory } from "../ports/tenant-directory.js";
import {
  toldCampaign,
  type DispatchResult,
  type DueDelivery,
  type TenantDispatcher,
} from "../ports/tenant-dispatcher.js";
import { untraced, type Tracer } from "../ports/tracer.js";
import { MediaOfDelivery, type DeliveryMedia } from "./media-of-delivery.js";
import { queueReply } from "./queue-reply.js";
import { QueueWorker, type QueueWorkerLimits, type SettledListener } from "./queue-worker.js";
import { tracedAttempt, type Caused } from "./traced-attempt.js";

export interface DeliverDueMessagesOptions {
  readonly queue: DeliveryQueue;
  readonly mappings: MappingStore;
  readonly tenants: TenantDirectory;
  readonly dispatcher: TenantDispatcher;
  /** Where a handler's replies go. They are queued before its delivery counts as done. */
  readonly replies: DeliveryQueue<ReplyContent>;
  /** Where contacts' files are kept. A message waits for its file; without a store it goes at once, and without the file. */
  readonly media?: MediaStore;
  readonly replyJournal: Pick<ReplyJournal, "open">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer?: Tracer;
  readonly retryPolicy: RetryPolicy;
  readonly settings: DeliverySettings;
  /** For whoever counts. */
  readonly onSettled?: SettledListener<TenantEvent>;
}

export interface DeliverySettings extends QueueWorkerLimits {
  /** How long an unreachable tenant is retried. */
  readonly maxAgeMs: number;
}

/** A handler that refuses a message this often will not take it. */
export const ATTEMPTS_UNTIL_REFUSED = 3;
/** A message that fails this often while the tenant takes others is the fault, not the tenant. */
export const ATTEMPTS_WHILE_OTHERS_SUCCEED = 20;
export const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * The gateway's second half: brings each contact's messages to its tenant's handler, one after the other, until
 * the handler has taken them or they are given up as dead letters.
 */
export class DeliverDueMessages {
  private readonly worker: QueueWorker<ClaimedDelivery["body"]>;
  private readonly media: MediaOfDelivery | undefined;

  constructor(private readonly options: DeliverDueMessagesOptions) {
    const { queue, media: store, clock, logger, settings } = options;
    this.media = store && new MediaOfDelivery({ store, clock, logger });
    this.worker = new QueueWorker({
      queue,
      clock,
      logger,
      limits: settings,
      attempt: (claim, signal) => this.attempt(claim, signal),
      onSettled: (claim, settlement, result) => {
        this.options.onSettled?.(claim, settlement, result);
        this.report(claim, settlement, result);
      },
    });
  }

  start(): void {
    this.worker.start();
  }

  /** Claims no more, waits for attempts under way, and aborts what is not done after `graceMs`; its message stays queued. */
  stop(graceMs: number): Promise<void> {
    return this.worker.stop(graceMs);
  }

  private async attempt(claim: ClaimedDelivery, signal: AbortSignal): Promise<Settlement> {
    const { mappings, tenants, dispatcher, queue, clock, logger, tracer = untraced, settings } = this.options;
    if (claim.ageMs > settings.maxAgeMs) return { kind: "dead", reason: "expired" };
    // Checked before each attempt, so that nothing that waits reaches a tenant that no longer holds the contact.
    const mapping = await mappings.find(claim.contact);
    if (!isUnder(mapping, claim.generation)) {
      return (await mappings.wasErased(claim.generation))
        ? this.forget(claim)
        : { kind: "dead", reason: "mapping_changed" };
    }
    const tenant = await tenants.find(claim.tenantId);
    if (!canReceive(tenant)) {
      await queue.holdTenant(claim.tenantId);
      logger.log("warn", `⏸️ Holding messages for tenant ${claim.tenantId}: ${whyHeld(tenant)}`, {
        event: "tenant.held",
        tenant_id: claim.tenantId,
      });
      return { kind: "released" };
    }
    const media = await this.media?.of(claim);
    if (media?.kind === "awaited") {
      return { kind: "postponed", delayMs: media.askAgainInMs, waitingFor: "media" };
    }
    logger.log("debug", `🚀 Forwarding to tenant ${claim.tenantId}`, {
      event: "delivery.attempt",
      tenant_id: claim.tenantId,
      phone_number: claim.contact,
      delivery_id: claim.id,
      attempt: claim.attempts + 1,
    });
    const due = { ...claim, ...mediaIn(media), ...toldCampaign(claim, mapping) };
    const { result, caused } = await tracedAttempt({
      ...{ what: "delivery", claim, tracer, clock, success: "accepted" },
      attempt: (its) => dispatcher.dispatch(tenant, { ...due, ...its }, signal),
    });
    return this.settlementFor(claim, result, caused);
  }

  /** Its contact was erased while it was being queued, as an event about a reply may be: nothing may stay of it, no dead letter either. */
  private async forget({ contact, enqueuedAtMs }: ClaimedDelivery): Promise<Settlement> {
    await this.options.queue.erase({ contacts: [contact], untilMs: enqueuedAtMs });
    // The claim is void by now.
    return { kind: "released" };
  }

  private async settlementFor(
    claim: ClaimedDelivery,
    result: DispatchResult,
    caused: Caused,
  ): Promise<Settlement> {
    switch (result.kind) {
      case "accepted":
        if (result.unreadableAnswer !== undefined) this.reportUnreadable(claim, result.unreadableAnswer);
        await this.queueReplies(claim, result.replies, caused);
        return { kind: "delivered" };
      case "refused":
        return claim.refusals + 1 >= ATTEMPTS_UNTIL_REFUSED
          ? { kind: "dead", reason: "refused", error: result.error }
          : { kind: "retry", cause: "refused", delayMs: this.delayMs(claim), error: result.error };
      case "unreachable":
        if (
          claim.othersSucceed &&
          claim.probeNumber === 0 &&
          claim.countedAttempts + 1 >= ATTEMPTS_WHILE_OTHERS_SUCCEED
        ) {
          return { kind: "dead", reason: "attempts_exhausted", error: result.error };
        }
        return {
          kind: "retry",
          cause: "unreachable",
          delayMs: this.delayMs(claim),
          error: result.error,
          ...(result.retryAfterMs === undefined
            ? {}
            : { floorMs: Math.min(result.retryAfterMs, LONGEST_RETRY_AFTER_MS) }),
        };
    }
  }

  /** A paused tenant is probed by the pause's own count: its contacts take turns, so each of them has failed but rarely. */
  private delayMs({ probeNumber, attempts }: ClaimedDelivery): number {
    const { retryPolicy } = this.options;
    return probeNumber > 0
      ? Math.min(LONGEST_PROBE_INTERVAL_MS, retryPolicy.delayMs(probeNumber + 1))
      : retryPolicy.delayMs(attempts + 1);
  }

  /** Safe to repeat: the reply's name is its delivery's and its place in the answer, and a handler answers a repeat alike. */
  private async queueReplies(
    claim: ClaimedDelivery,
    answers: readonly ReplyContent[],
    caused: Caused,
  ): Promise<void> {
    const { mappings, replies, replyJournal: journal } = this.options;
    const { tenantId, contact, generation } = claim;
    // Where the lock ended in another of the same tenant, what comes later is answered there, and must stay behind.
    const mapping = await mappings.find(contact);
    const under = isUnder(mapping, generation) ? mapping.generation : generation;
    // A message replayed under another lock is answered anew, so the lock is part of what makes it this reply.
    const name = claim.replayed ? `${claim.id}_${generation}` : claim.id;
    for (const [index, content] of answers.entries()) {
      const identity = `${claim.id}_${index}/${generation}`;
      await queueReply(
        { id: `${name}_${index}`, identity, tenantId, contact, generation: under, body: content, ...caused },
        { replies, journal },
      );
    }
  }

  private reportUnreadable(claim: ClaimedDelivery, fault: string): void {
    this.options.logger.log(
      "warn",
      `Tenant ${claim.tenantId} took the message, but its answer can't be read: ${fault}`,
      {
        event: "delivery.unreadable_answer",
        tenant_id: claim.tenantId,
        delivery_id: claim.id,
      },
    );
  }

  private report(claim: ClaimedDelivery, settlement: Settlement, result: SettleResult): void {
    const { logger } = this.options;
    const { tenantId, contact } = claim;
    const fields = {
      tenant_id: tenantId,
      phone_number: contact,
      delivery_id: claim.id,
      attempt: claim.attempts + 1,
    };
    if (result.stale) {
      logger.log("warn", `A delivery to tenant ${tenantId} outlived its lease; it is made again`, {
        event: "delivery.stale",
        ...fields,
      });
      return;
    }
    if (settlement.kind === "delivered") {
      logger.log("debug", `📬 Delivered to tenant ${tenantId}`, { event: "delivery.delivered", ...fields });
    } else if (settlement.kind === "retry") {
      const level = claim.probeNumber > 0 ? "debug" : "warn";
      logger.log(level, `🔁 Tenant ${tenantId} did not take a message of ${contact}: ${settlement.error}`, {
        event: `delivery.${settlement.cause}`,
        ...fields,
      });
    } else if (settlement.kind === "dead") {
      const why =
        settlement.error === undefined ? settlement.reason : `${settlement.reason}: ${settlement.error}`;
      logger.log("error", `☠️ Gave up a message of ${contact} for tenant ${tenantId} (${why})`, {
        event: "delivery.dead",
        reason: settlement.reason,
        ...fields,
      });
    }
    if (result.pause === "paused") {
      logger.log("warn", `⏸️ Tenant ${tenantId} is unreachable: paused, probing until it is back`, {
        event: "tenant.paused",
        tenant_id: tenantId,
      });
    } else if (result.pause === "resumed") {
      logger.log("info", `▶️ Tenant ${tenantId} is back: delivering what waits`, {
        event: "tenant.resumed",
        tenant_id: tenantId,
      });
    }
  }
}

function mediaIn(ready: DeliveryMedia | undefined): Pick<DueDelivery, "media"> {
  return ready?.kind === "ready" && ready.media !== undefined ? { media: ready.media } : {};
}

/** Whether what waits for the tenant can be attempted; otherwise it is held, and nothing of it ages or is lost. */
export function canReceive(tenant: Tenant | undefined): tenant is Tenant {
  return tenant?.active === true && tenant.url !== undefined;
}

function whyHeld(tenant: Tenant | undefined): string {
  if (tenant === undefined) return "it is not in the directory";
  return tenant.active ? "it has no handler URL" : "it is inactive";
}

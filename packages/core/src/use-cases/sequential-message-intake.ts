import { vouchedNames } from "../domain/alias.js";
import type { Delivery } from "../domain/delivery.js";
import type { MappingMerge } from "../domain/mapping-merge.js";
import type { Mapping } from "../domain/mapping.js";
import { mediaJobOf, type MediaJob } from "../domain/media.js";
import { isMessage } from "../domain/tenant-event.js";
import { traceIn } from "../domain/trace-context.js";
import type { AuditLog } from "../ports/audit-log.js";
import { contestedUse, type ContestedContacts } from "../ports/contested-contacts.js";
import type { DeliveryQueue, EnqueueOutcome } from "../ports/delivery-queue.js";
import type { FirstWordsStore } from "../ports/first-words-store.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { OptOuts } from "../ports/opt-outs.js";
import {
  areWordsBehind,
  type IntakeOutcome,
  type IntakeRequest,
  type MessageIntake,
} from "../ports/message-intake.js";
import type { Clock } from "../ports/runtime.js";
import { contactMergedEntry } from "./contact-merged-entry.js";

export interface SequentialMessageIntakeOptions {
  readonly mappings: MappingStore;
  readonly queue: DeliveryQueue;
  readonly replies: Pick<DeliveryQueue<never>, "follow">;
  readonly firstWords: FirstWordsStore;
  readonly optOuts: OptOuts;
  /** Where files to be fetched are queued; without it none is. */
  readonly mediaJobs?: DeliveryQueue<MediaJob>;
  readonly audit: Pick<AuditLog, "append">;
  readonly contested: Pick<ContestedContacts, "note">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** What led to the mapping under which a message is queued. */
interface Reason {
  readonly locked: boolean;
  readonly merge: MappingMerge | undefined;
}

/**
 * The intake for stores that share no transaction: learn the other name, lock, enqueue, bring the first words along.
 *
 * Each step is safe to repeat, so that the source's next try completes what a crash cut off: it finds the
 * contact held by the same tenant and the queue ignores what it has. A known edge: a message of the contact
 * that arrives between the lock and the enqueueing may stand before the link message in line. Another: a merge whose
 * message is cut off right behind it is told to nobody, though all that follows from it happens. And a use of another
 * tenant's link that is cut off right behind the enqueueing is not counted: that is better than twice.
 */
export class SequentialMessageIntake implements MessageIntake {
  constructor(private readonly options: SequentialMessageIntakeOptions) {}

  async take(asked: IntakeRequest): Promise<IntakeOutcome> {
    const { mappings, queue, firstWords } = this.options;
    const knownFor = await queue.recall(asked.message.identity);
    if (knownFor !== undefined) {
      const mapping = await mappings.find(asked.message.contact);
      // The try before may have been cut off between the link message and the first words behind it.
      if (mapping !== undefined) await this.bringFirstWords(mapping);
      return { kind: "duplicate", tenantId: knownFor };
    }
    const merge = await this.learnAlias(asked);
    const request = await this.noteWish(asked);
    const { message, proposal } = request;
    const mapping = await mappings.find(message.contact);
    if (mapping !== undefined) {
      // It was meant for a tenant that lost the contact, and is no business of the next one's.
      return (await mappings.wasSentBeforeRemoval(message.contact, message.sentAtMs))
        ? { kind: "unmapped" }
        : this.enqueue(request, mapping, { locked: false, merge });
    }
    if (proposal !== undefined) {
      const outcome = await mappings.lock({ ...proposal, contact: message.contact }, message.sentAtMs);
      if (outcome.kind === "predates_removal") return { kind: "unmapped" };
      return this.enqueue(request, outcome.mapping, { locked: outcome.kind === "locked", merge });
    }
    if (
      !request.holdIfUnmapped ||
      !isMessage(message) ||
      (await mappings.wasSentBeforeRemoval(message.contact, message.sentAtMs))
    ) {
      return { kind: "unmapped" };
    }
    await firstWords.hold({ deliveryId: request.deliveryId, message, ...traceIn(request.trace) });
    // A lock that fell between the look and the hold has not seen these words, and nobody else would bring them along.
    const lockedMeanwhile = await mappings.find(message.contact);
    return lockedMeanwhile === undefined
      ? { kind: "unmapped" }
      : this.enqueue(request, lockedMeanwhile, { locked: false, merge });
  }

  /** Answers what the message's two names made of their mappings. */
  private async learnAlias({ message }: IntakeRequest): Promise<MappingMerge | undefined> {
    const { mappings, audit, clock } = this.options;
    const names = vouchedNames(message);
    if (names === undefined) return undefined;
    const outcome = await mappings.learnAlias(names);
    if (outcome.kind === "known" || outcome.merge === undefined) return undefined;
    const entry = contactMergedEntry(outcome.merge, clock.nowMs());
    if (entry !== undefined) await audit.append(entry);
    return outcome.merge;
  }

  /** Before the message is queued, since what comes of it may be a reply. Answers the request with what counts from now on. */
  private async noteWish(request: IntakeRequest): Promise<IntakeRequest> {
    const { mappings, optOuts } = this.options;
    const { message, wish } = request;
    const { contact, sentAtMs } = message;
    if (wish !== undefined) await optOuts.note(contact, { wish, sentAtMs });
    const isOptedOut = await optOuts.isOptedOut(...(await mappings.namesOf(contact)));
    return isOptedOut ? { ...request, message: { ...message, optedOut: true } } : request;
  }

  private async enqueue(
    request: IntakeRequest,
    mapping: Mapping,
    { locked, merge }: Reason,
  ): Promise<IntakeOutcome> {
    const { message, deliveryId, trace } = request;
    const { tenantId, contact, generation } = mapping;
    await this.keepOrder(mapping);
    let broughtAlong = areWordsBehind(request, mapping)
      ? 0
      : await this.bringFirstWords(mapping, { but: message.identity });
    const outcome = await this.enqueueWithMedia({
      id: deliveryId,
      identity: message.identity,
      tenantId,
      contact,
      generation,
      body: message,
      ...traceIn(trace),
    });
    broughtAlong += await this.bringFirstWords(mapping);
    if (outcome.kind === "duplicate") return { kind: "duplicate", tenantId: outcome.tenantId };
    const use = contestedUse(request, mapping, this.options.clock.nowMs());
    if (use !== undefined) await this.options.contested.note(use);
    const isFirst = outcome.kind === "first";
    return {
      kind: "routed",
      mapping,
      locked,
      isFirst,
      firstWords: broughtAlong,
      ...(merge === undefined ? {} : { merge }),
    };
  }

  /**
   * What waits under locks that ended in this one comes first. Done for each message, since a crash may have come
   * between the merge and this, and since a message may still come in under such a lock that was found before.
   */
  private async keepOrder({ tenantId, generation, mergedGenerations = [] }: Mapping): Promise<void> {
    const { queue, replies } = this.options;
    for (const behind of mergedGenerations) {
      await queue.follow({ tenantId, line: generation, behind });
      await replies.follow({ tenantId, line: generation, behind });
    }
  }

  /** Answers how many were queued. What the contact wrote to a tenant that lost it stays behind. */
  private async bringFirstWords(
    { tenantId, contact, generation }: Mapping,
    { but }: { readonly but?: string } = {},
  ): Promise<number> {
    const { mappings, firstWords } = this.options;
    const names = await mappings.namesOf(contact);
    const held = await firstWords.heldFor(...names);
    if (held.length === 0) return 0;
    let broughtAlong = 0;
    for (const words of held) {
      const { identity, sentAtMs } = words.message;
      if (identity === but || (await mappings.wasSentBeforeRemoval(contact, sentAtMs))) continue;
      const { kind } = await this.enqueueWithMedia({
        ...{ id: words.deliveryId, identity },
        ...{ tenantId, contact, generation, body: words.message, ...traceIn(words.trace) },
      });
      if (kind !== "duplicate") broughtAlong += 1;
    }
    await firstWords.forget(...names);
    return broughtAlong;
  }

  /** The file first: what a crash cuts off here is completed by the source's next try, and no message waits for a file that nobody fetches. */
  private async enqueueWithMedia(delivery: Delivery): Promise<EnqueueOutcome> {
    const { queue, mediaJobs } = this.options;
    const job = mediaJobOf(delivery);
    if (job !== undefined) await mediaJobs?.enqueue(job);
    return queue.enqueue(delivery);
  }
}

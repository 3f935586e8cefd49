import type { ContactId } from "../domain/contact-id.js";
import type { Delivery } from "../domain/delivery.js";
import type { Mapping } from "../domain/mapping.js";
import { mediaJobOf, type MediaJob } from "../domain/media.js";
import { isMessage } from "../domain/tenant-event.js";
import type { DeliveryQueue, EnqueueOutcome } from "../ports/delivery-queue.js";
import type { FirstWordsStore } from "../ports/first-words-store.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { IntakeOutcome, IntakeRequest, MessageIntake } from "../ports/message-intake.js";

export interface SequentialMessageIntakeOptions {
  readonly mappings: MappingStore;
  readonly queue: DeliveryQueue;
  readonly firstWords: FirstWordsStore;
  /** Where files to be fetched are queued; without it none is. */
  readonly mediaJobs?: DeliveryQueue<MediaJob>;
}

/**
 * The intake for stores that share no transaction: lock, then enqueue, then bring the first words along.
 *
 * Each step is safe to repeat, so that the source's next try completes what a crash cut off: it finds the
 * contact held by the same tenant and the queue ignores what it has. A known edge: a message of the contact
 * that arrives between the lock and the enqueueing may stand before the link message in line.
 */
export class SequentialMessageIntake implements MessageIntake {
  constructor(private readonly options: SequentialMessageIntakeOptions) {}

  async take(request: IntakeRequest): Promise<IntakeOutcome> {
    const { mappings, queue, firstWords } = this.options;
    const { message, proposal } = request;
    const knownFor = await queue.recall(message.identity);
    const mapping = await mappings.find(message.contact);
    if (knownFor !== undefined) {
      // The try before may have been cut off between the link message and the first words behind it.
      if (mapping !== undefined) await this.bringFirstWords(message.contact, mapping);
      return { kind: "duplicate", tenantId: knownFor };
    }
    if (mapping !== undefined) return this.enqueue(request, mapping, false);
    if (proposal !== undefined) {
      const outcome = await mappings.lock({ ...proposal, contact: message.contact }, message.sentAtMs);
      if (outcome.kind === "predates_removal") return { kind: "unmapped" };
      return this.enqueue(request, outcome.mapping, outcome.kind === "locked");
    }
    if (
      !request.holdIfUnmapped ||
      !isMessage(message) ||
      (await mappings.wasSentBeforeRemoval(message.contact, message.sentAtMs))
    ) {
      return { kind: "unmapped" };
    }
    await firstWords.hold({ deliveryId: request.deliveryId, message });
    // A lock that fell between the look and the hold has not seen these words, and nobody else would bring them along.
    const lockedMeanwhile = await mappings.find(message.contact);
    return lockedMeanwhile === undefined
      ? { kind: "unmapped" }
      : this.enqueue(request, lockedMeanwhile, false);
  }

  private async enqueue(
    { message, deliveryId }: IntakeRequest,
    mapping: Mapping,
    locked: boolean,
  ): Promise<IntakeOutcome> {
    const { tenantId, contact, generation } = mapping;
    const outcome = await this.enqueueWithMedia({
      ...{ id: deliveryId, identity: message.identity },
      ...{ tenantId, contact, generation, body: message },
    });
    const broughtAlong = await this.bringFirstWords(message.contact, mapping);
    if (outcome.kind === "duplicate") return { kind: "duplicate", tenantId: outcome.tenantId };
    return { kind: "routed", mapping, locked, isFirst: outcome.kind === "first", firstWords: broughtAlong };
  }

  /** Answers how many were queued. */
  private async bringFirstWords(
    heldAs: ContactId,
    { tenantId, contact, generation }: Mapping,
  ): Promise<number> {
    const { firstWords } = this.options;
    const held = await firstWords.heldFor(heldAs);
    if (held.length === 0) return 0;
    let broughtAlong = 0;
    for (const words of held) {
      const { kind } = await this.enqueueWithMedia({
        ...{ id: words.deliveryId, identity: words.message.identity },
        ...{ tenantId, contact, generation, body: words.message },
      });
      if (kind !== "duplicate") broughtAlong += 1;
    }
    await firstWords.forget(heldAs);
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

import {
  isMessage,
  mediaJobOf,
  type Delivery,
  type IntakeOutcome,
  type IntakeRequest,
  type Mapping,
  type MediaJob,
  type MessageIntake,
  type TenantEvent,
} from "@gateway-router/core";
import type { JsonFileMappingStore } from "./json-file-mapping-store.js";
import type { EnqueuedInTransaction, LmdbDeliveryQueue } from "./lmdb-delivery-queue.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";
import type { LmdbFirstWordsStore } from "./lmdb-first-words-store.js";

export interface LmdbMessageIntakeOptions {
  readonly environment: LmdbEnvironment;
  readonly mappings: JsonFileMappingStore;
  readonly queue: LmdbDeliveryQueue;
  readonly firstWords: LmdbFirstWordsStore;
  /** Where files to be fetched are queued. */
  readonly mediaJobs: LmdbDeliveryQueue<MediaJob>;
  /** For tests: called between the lock and the enqueueing. */
  readonly crashPoint?: ((name: IntakeCrashPoint) => void) | undefined;
}

export type IntakeCrashPoint = "intake:locked";

interface TakenIn {
  readonly outcome: IntakeOutcome;
  readonly enqueued: readonly EnqueuedWithMedia[];
}

/** A delivery, and the job that fetches its message's file. */
interface EnqueuedWithMedia {
  readonly delivery: EnqueuedInTransaction<TenantEvent>;
  readonly job: EnqueuedInTransaction<MediaJob> | undefined;
}

/** The intake in one LMDB transaction, with one flush: a message is taken in whole, or not at all. */
export class LmdbMessageIntake implements MessageIntake {
  constructor(private readonly options: LmdbMessageIntakeOptions) {}

  async take(request: IntakeRequest): Promise<IntakeOutcome> {
    const { environment, queue, mediaJobs } = this.options;
    // Most repeats are told from what is on disk already, without a transaction.
    const knownFor = queue.recallNow(request.message.identity);
    if (knownFor !== undefined) return { kind: "duplicate", tenantId: knownFor };
    const { outcome } = await environment.write(
      () => this.takeInTransaction(request),
      ({ enqueued }) => {
        for (const { delivery, job } of enqueued) {
          if (job !== undefined) mediaJobs.enqueued(job);
          queue.enqueued(delivery);
        }
      },
    );
    return outcome;
  }

  private takeInTransaction(request: IntakeRequest): TakenIn {
    const { mappings, queue, firstWords } = this.options;
    const { message, proposal, deliveryId } = request;
    const knownFor = queue.recallNow(message.identity);
    if (knownFor !== undefined) return { outcome: { kind: "duplicate", tenantId: knownFor }, enqueued: [] };

    const mapping = mappings.findNow(message.contact);
    if (mapping !== undefined) return this.enqueue(request, mapping, false);
    if (proposal !== undefined) {
      const outcome = mappings.lockInTransaction({ ...proposal, contact: message.contact }, message.sentAtMs);
      if (outcome.kind === "predates_removal") return { outcome: { kind: "unmapped" }, enqueued: [] };
      this.options.crashPoint?.("intake:locked");
      return this.enqueue(request, outcome.mapping, true);
    }
    if (
      request.holdIfUnmapped &&
      isMessage(message) &&
      !mappings.wasSentBeforeRemovalNow(message.contact, message.sentAtMs)
    ) {
      firstWords.holdInTransaction({ deliveryId, message });
    }
    return { outcome: { kind: "unmapped" }, enqueued: [] };
  }

  private enqueue({ message, deliveryId }: IntakeRequest, mapping: Mapping, locked: boolean): TakenIn {
    const { firstWords } = this.options;
    const { tenantId, contact, generation } = mapping;
    const under = { tenantId, contact, generation };
    const first = this.enqueueWithMedia({
      id: deliveryId,
      identity: message.identity,
      ...under,
      body: message,
    });
    // Only a lock can have first words to bring along: every message after it finds the mapping.
    const held = locked ? firstWords.heldNow(message.contact) : [];
    const brought = held.map((words) =>
      this.enqueueWithMedia({
        id: words.deliveryId,
        identity: words.message.identity,
        ...under,
        body: words.message,
      }),
    );
    if (locked) firstWords.forgetInTransaction(message.contact);
    const isFirst = first.delivery.outcome.kind === "first";
    return {
      outcome: { kind: "routed", mapping, locked, isFirst, firstWords: brought.length },
      enqueued: [first, ...brought],
    };
  }

  private enqueueWithMedia(delivery: Delivery): EnqueuedWithMedia {
    const { queue, mediaJobs } = this.options;
    const job = mediaJobOf(delivery);
    return {
      delivery: queue.enqueueInTransaction(delivery),
      job: job && mediaJobs.enqueueInTransaction(job),
    };
  }
}

import {
  areWordsBehind,
  contactMergedEntry,
  contestedUse,
  endsAnothersLock,
  isMessage,
  mediaJobOf,
  traceIn,
  vouchedNames,
  type Clock,
  type ContactId,
  type Delivery,
  type HeldWords,
  type IntakeOutcome,
  type IntakeRequest,
  type LineOrder,
  type Mapping,
  type MappingMerge,
  type MediaJob,
  type MessageIntake,
  type ReplyContent,
  type TenantEvent,
} from "@gateway-router/core";
import type { JsonFileMappingStore } from "./json-file-mapping-store.js";
import type { LmdbAuditLog } from "./lmdb-audit-log.js";
import type { LmdbContestedContacts } from "./lmdb-contested-contacts.js";
import type { EnqueuedInTransaction, LmdbDeliveryQueue } from "./lmdb-delivery-queue.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";
import type { LmdbFirstWordsStore } from "./lmdb-first-words-store.js";
import type { LmdbOptOuts } from "./lmdb-opt-outs.js";

export interface LmdbMessageIntakeOptions {
  readonly environment: LmdbEnvironment;
  readonly mappings: JsonFileMappingStore;
  readonly queue: LmdbDeliveryQueue;
  readonly replies: LmdbDeliveryQueue<ReplyContent>;
  readonly firstWords: LmdbFirstWordsStore;
  readonly optOuts: LmdbOptOuts;
  /** Where files to be fetched are queued. */
  readonly mediaJobs: LmdbDeliveryQueue<MediaJob>;
  readonly audit: LmdbAuditLog;
  readonly contested: LmdbContestedContacts;
  readonly clock: Clock;
  /** For tests: called between the lock and the enqueueing. */
  readonly crashPoint?: ((name: IntakeCrashPoint) => void) | undefined;
}

export type IntakeCrashPoint = "intake:locked";

interface TakenIn {
  readonly outcome: IntakeOutcome;
  readonly enqueued: readonly EnqueuedWithMedia[];
  /** Lines that wait for others from now on. */
  readonly orders: readonly LineOrder[];
}

/** What led to the mapping under which a message is queued. */
interface Reason {
  readonly locked: boolean;
  readonly merge: MappingMerge | undefined;
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
    const { environment, queue, replies, mediaJobs } = this.options;
    // Most repeats are told from what is on disk already, without a transaction.
    const knownFor = queue.recallNow(request.message.identity);
    if (knownFor !== undefined) return { kind: "duplicate", tenantId: knownFor };
    const { outcome } = await environment.write(
      () => this.takeInTransaction(request),
      ({ enqueued, orders }) => {
        for (const order of orders) {
          queue.followed(order);
          replies.followed(order);
        }
        for (const { delivery, job } of enqueued) {
          if (job !== undefined) mediaJobs.enqueued(job);
          queue.enqueued(delivery);
        }
      },
    );
    return outcome;
  }

  private takeInTransaction(asked: IntakeRequest): TakenIn {
    const { mappings, queue, firstWords } = this.options;
    const knownFor = queue.recallNow(asked.message.identity);
    if (knownFor !== undefined) return nothingBut({ kind: "duplicate", tenantId: knownFor });

    const merge = this.learnAlias(asked);
    const request = this.noteWish(asked);
    const { message, proposal, deliveryId, trace } = request;
    const mapping = mappings.findNow(message.contact);
    if (mapping !== undefined) {
      // It was meant for a tenant that lost the contact, and is no business of the next one's.
      return mappings.wasSentBeforeRemovalNow(message.contact, message.sentAtMs)
        ? nothingBut({ kind: "unmapped" })
        : this.enqueue(request, mapping, { locked: false, merge });
    }
    if (proposal !== undefined) {
      const outcome = mappings.lockInTransaction({ ...proposal, contact: message.contact }, message.sentAtMs);
      if (outcome.kind === "predates_removal") return nothingBut({ kind: "unmapped" });
      this.options.crashPoint?.("intake:locked");
      return this.enqueue(request, outcome.mapping, { locked: true, merge });
    }
    if (
      request.holdIfUnmapped &&
      isMessage(message) &&
      !mappings.wasSentBeforeRemovalNow(message.contact, message.sentAtMs)
    ) {
      firstWords.holdInTransaction({ deliveryId, message, ...traceIn(trace) });
    }
    return nothingBut({ kind: "unmapped" });
  }

  /** Answers what the message's two names made of their mappings. */
  private learnAlias({ message }: IntakeRequest): MappingMerge | undefined {
    const { mappings, audit, clock } = this.options;
    const names = vouchedNames(message);
    const outcome = names && mappings.learnAliasInTransaction(names);
    if (outcome?.kind !== "learnt" || outcome.merge === undefined) return undefined;
    const entry = contactMergedEntry(outcome.merge, clock.nowMs());
    if (entry !== undefined) audit.appendInTransaction(entry);
    return outcome.merge;
  }

  /** Answers the request with what counts from now on. */
  private noteWish(request: IntakeRequest): IntakeRequest {
    const { mappings, optOuts } = this.options;
    const { message, wish } = request;
    const { contact, sentAtMs } = message;
    if (wish !== undefined) optOuts.noteInTransaction(contact, { wish, sentAtMs });
    const isOptedOut = optOuts.isOptedOutNow(mappings.namesOfNow(contact));
    return isOptedOut ? { ...request, message: { ...message, optedOut: true } } : request;
  }

  /** What waits under locks that ended in the mapping comes before what is queued under it from now on. */
  private keepOrder(merge: MappingMerge | undefined): readonly LineOrder[] {
    if (merge?.ended === undefined || endsAnothersLock(merge)) return [];
    const { queue, replies } = this.options;
    const { tenantId, generation: line, mergedGenerations = [] } = merge.mapping;
    const orders = mergedGenerations.map((behind) => ({ tenantId, line, behind }));
    for (const order of orders) {
      queue.followInTransaction(order);
      replies.followInTransaction(order);
    }
    return orders;
  }

  private enqueue(request: IntakeRequest, mapping: Mapping, { locked, merge }: Reason): TakenIn {
    const { message, deliveryId: id, trace } = request;
    const use = contestedUse(request, mapping, this.options.clock.nowMs());
    if (use !== undefined) this.options.contested.noteInTransaction(use);
    const orders = this.keepOrder(merge);
    const { tenantId, contact, generation } = mapping;
    const put = (
      { id, identity, body, trace: its }: Pick<Delivery, "id" | "identity" | "body" | "trace">,
      isNew: boolean,
    ) => this.enqueueWithMedia({ id, identity, tenantId, contact, generation, body, ...traceIn(its) }, isNew);
    // Only a lock, or another name, can have first words to bring along: every message after it finds the mapping.
    const mayHaveWords = locked || merge !== undefined || message.otherName !== undefined;
    const putWords = () =>
      (mayHaveWords ? this.takeFirstWords(contact) : []).map(
        ({ deliveryId, message: body, trace: itsTrace }) =>
          put({ id: deliveryId, identity: body.identity, body, ...traceIn(itsTrace) }, false),
      );
    const before = areWordsBehind(request, mapping) ? [] : putWords();
    // That nobody remembers it was found at the start; it can be among the first words itself.
    const own = put(
      { id, identity: message.identity, body: message, ...traceIn(trace) },
      before.length === 0,
    );
    const enqueued = [...before, own, ...putWords()];
    return {
      outcome: {
        kind: "routed",
        mapping,
        locked,
        firstWords: enqueued.length - 1,
        isFirst: own.delivery.outcome.kind === "first",
        ...(merge === undefined ? {} : { merge }),
      },
      enqueued,
      orders,
    };
  }

  /** What the contact wrote before it had a tenant, by whichever name, is kept no longer. What it wrote to one that lost it stays behind. */
  private takeFirstWords(contact: ContactId): readonly HeldWords[] {
    const { mappings, firstWords } = this.options;
    const names = mappings.namesOfNow(contact);
    const held = firstWords.heldNow(names);
    if (held.length > 0) firstWords.forgetInTransaction(names);
    return held.filter(({ message }) => !mappings.wasSentBeforeRemovalNow(contact, message.sentAtMs));
  }

  private enqueueWithMedia(delivery: Delivery, isNew: boolean): EnqueuedWithMedia {
    const { queue, mediaJobs } = this.options;
    const job = mediaJobOf(delivery);
    return {
      delivery: queue.enqueueInTransaction(delivery, { isNew }),
      job: job && mediaJobs.enqueueInTransaction(job),
    };
  }
}

function nothingBut(outcome: IntakeOutcome): TakenIn {
  return { outcome, enqueued: [], orders: [] };
}

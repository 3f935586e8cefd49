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
  type EnqueueOutcome,
  type HeldWords,
  type IntakeOutcome,
  type IntakeRequest,
  type Mapping,
  type MappingMerge,
  type MediaJob,
  type MessageIntake,
  type ReplyContent,
} from "@gateway-router/core";
import { lockContacts } from "./lock-contacts.js";
import type { PostgresAuditLog } from "./postgres-audit-log.js";
import type { PostgresContestedContacts } from "./postgres-contested-contacts.js";
import type { PostgresDatabase, Queries } from "./postgres-database.js";
import type { PostgresDeliveryQueue } from "./postgres-delivery-queue.js";
import type { PostgresFirstWordsStore } from "./postgres-first-words-store.js";
import {
  wasSentBeforeRemoval,
  type ContactReading,
  type PostgresMappingStore,
} from "./postgres-mapping-store.js";
import type { PostgresOptOuts } from "./postgres-opt-outs.js";

export interface PostgresMessageIntakeOptions {
  readonly database: PostgresDatabase;
  readonly mappings: PostgresMappingStore;
  readonly queue: PostgresDeliveryQueue;
  readonly replies: PostgresDeliveryQueue<ReplyContent>;
  readonly firstWords: PostgresFirstWordsStore;
  /** Where files to be fetched are queued. */
  readonly mediaJobs: PostgresDeliveryQueue<MediaJob>;
  readonly optOuts: PostgresOptOuts;
  readonly audit: PostgresAuditLog;
  readonly contested: PostgresContestedContacts;
  readonly clock: Pick<Clock, "nowMs">;
  /** For tests: called between the lock and the enqueueing. */
  readonly crashPoint?: ((name: IntakeCrashPoint) => void | Promise<void>) | undefined;
}

export type IntakeCrashPoint = "intake:locked";

/** One message being taken in, with its transaction. */
interface Taking {
  readonly transaction: Queries;
  readonly request: IntakeRequest;
}

/** What led to the mapping under which a message is queued. */
interface Reason {
  readonly locked: boolean;
  readonly merge: MappingMerge | undefined;
}

/**
 * The intake in one transaction, in which the contact's names are locked: a message is taken in whole, or not at all, and
 * of one contact's messages one after the other, from whichever instance.
 */
export class PostgresMessageIntake implements MessageIntake {
  constructor(private readonly options: PostgresMessageIntakeOptions) {}

  async take(request: IntakeRequest): Promise<IntakeOutcome> {
    const { database, queue, replies, mediaJobs } = this.options;
    const outcome = await database.transaction((transaction) => this.takeIn({ transaction, request }));
    if (outcome.kind === "routed") for (const each of [mediaJobs, queue, replies]) each.ring();
    return outcome;
  }

  private async takeIn({ transaction, request: asked }: Taking): Promise<IntakeOutcome> {
    const { mappings, queue, firstWords, optOuts, crashPoint } = this.options;
    const { message: come, proposal, deliveryId, wish, trace } = asked;
    const names = vouchedNames(come);
    await lockContacts(transaction, names === undefined ? [come.contact] : [names.lid, names.phone]);
    const knownFor = await queue.recallIn(transaction, come.identity);
    if (knownFor !== undefined) return { kind: "duplicate", tenantId: knownFor };

    const merge = await this.learnAlias({ transaction, request: asked });
    if (wish !== undefined)
      await optOuts.noteIn(transaction, come.contact, { wish, sentAtMs: come.sentAtMs });
    const reading = await mappings.read(transaction, come.contact);
    const request: IntakeRequest = reading.isOptedOut
      ? { ...asked, message: { ...come, optedOut: true } }
      : asked;
    const taking = { transaction, request };
    const { message } = request;
    const isLate = wasSentBeforeRemoval(reading, message.sentAtMs);
    if (reading.mapping !== undefined) {
      // It was meant for a tenant that lost the contact, and is no business of the next one's.
      return isLate
        ? { kind: "unmapped" }
        : this.enqueue(taking, reading, reading.mapping, { locked: false, merge });
    }
    if (proposal !== undefined) {
      const candidate = { ...proposal, contact: message.contact };
      const outcome = await mappings.lockInTransaction(transaction, reading, candidate, message.sentAtMs);
      if (outcome.kind === "predates_removal") return { kind: "unmapped" };
      await crashPoint?.("intake:locked");
      return this.enqueue(taking, reading, outcome.mapping, { locked: true, merge });
    }
    if (request.holdIfUnmapped && isMessage(message) && !isLate) {
      await firstWords.holdIn(transaction, { deliveryId, message, ...traceIn(trace) });
    }
    return { kind: "unmapped" };
  }

  /** Answers what the message's two names made of their mappings. */
  private async learnAlias({ transaction, request }: Taking): Promise<MappingMerge | undefined> {
    const { mappings, audit, clock } = this.options;
    const names = vouchedNames(request.message);
    const outcome = names && (await mappings.learnAliasInTransaction(transaction, names));
    if (outcome?.kind !== "learnt" || outcome.merge === undefined) return undefined;
    const entry = contactMergedEntry(outcome.merge, clock.nowMs());
    if (entry !== undefined) await audit.appendIn(transaction, entry);
    return outcome.merge;
  }

  /** What waits under locks that ended in the mapping comes before what is queued under it from now on. */
  private async keepOrder({ transaction }: Taking, merge: MappingMerge | undefined): Promise<void> {
    if (merge?.ended === undefined || endsAnothersLock(merge)) return;
    const { queue, replies } = this.options;
    const { tenantId, generation: line, mergedGenerations = [] } = merge.mapping;
    for (const behind of mergedGenerations) {
      await queue.followIn(transaction, { tenantId, line, behind });
      await replies.followIn(transaction, { tenantId, line, behind });
    }
  }

  private async enqueue(
    taking: Taking,
    reading: ContactReading,
    mapping: Mapping,
    { locked, merge }: Reason,
  ): Promise<IntakeOutcome> {
    const { request } = taking;
    const { message, deliveryId: id, trace } = request;
    const { tenantId, contact, generation } = mapping;
    const use = contestedUse(request, mapping, this.options.clock.nowMs());
    if (use !== undefined) await this.options.contested.noteIn(taking.transaction, use);
    await this.keepOrder(taking, merge);
    // Only a lock, or another name, can have first words to bring along: every message after it finds the mapping.
    const mayHaveWords = locked || merge !== undefined || message.otherName !== undefined;
    const words = mayHaveWords ? await this.takeFirstWords(taking, reading) : [];
    const put = (delivery: Pick<Delivery, "id" | "identity" | "body" | "trace">) =>
      this.enqueueWithMedia(taking, { ...delivery, tenantId, contact, generation });
    const putWords = async () => {
      for (const { deliveryId, message: body, trace: itsTrace } of words) {
        await put({ id: deliveryId, identity: body.identity, body, ...traceIn(itsTrace) });
      }
    };
    const areBehind = areWordsBehind(request, mapping);
    if (!areBehind) await putWords();
    const outcome = await put({ id, identity: message.identity, body: message, ...traceIn(trace) });
    if (areBehind) await putWords();
    return {
      ...{ kind: "routed", mapping, locked, firstWords: words.length, isFirst: outcome.kind === "first" },
      ...(merge === undefined ? {} : { merge }),
    };
  }

  /** What the contact wrote before it had a tenant, by whichever name, is kept no longer. What it wrote to one that lost it stays behind. */
  private async takeFirstWords(
    { transaction }: Taking,
    reading: ContactReading,
  ): Promise<readonly HeldWords[]> {
    const { mappings, firstWords } = this.options;
    const names: readonly ContactId[] = await mappings.namesOfIn(transaction, reading.canonical);
    const held = await firstWords.heldForIn(transaction, names);
    if (held.length > 0) await firstWords.forgetIn(transaction, names);
    return held.filter(({ message }) => !wasSentBeforeRemoval(reading, message.sentAtMs));
  }

  private async enqueueWithMedia({ transaction }: Taking, delivery: Delivery): Promise<EnqueueOutcome> {
    const { queue, mediaJobs } = this.options;
    const job = mediaJobOf(delivery);
    if (job !== undefined) await mediaJobs.enqueueIn(transaction, job);
    return queue.enqueueIn(transaction, delivery);
  }
}

import {
  contactMergedEntry,
  endsAnothersLock,
  isMessage,
  StorageUnavailableError,
  traceIn,
  vouchedNames,
  type Clock,
  type IntakeOutcome,
  type IntakeRequest,
  type MediaJob,
  type MessageIntake,
  type ReplyContent,
  type TenantId,
} from "@gateway-router/core";
import { lessonOf, type AliasLesson } from "./alias-lesson.js";
import { identityKey } from "./identity-key.js";
import type { RedisContactHashes } from "./redis-contact-hashes.js";
import type { RedisDatabase } from "./redis-database.js";
import type { RedisDeliveryQueue } from "./redis-delivery-queue.js";
import { storedJob, wordsHeader } from "./redis-first-words-store.js";
import { TAKE_IN } from "./scripts/intake-scripts.js";
import { ALIASES_AROUND } from "./scripts/mapping-scripts.js";
import { readMapping, storedMapping } from "./stored-mapping.js";

export interface RedisMessageIntakeOptions {
  readonly database: RedisDatabase;
  readonly hashes: RedisContactHashes;
  readonly queue: RedisDeliveryQueue;
  readonly replies: RedisDeliveryQueue<ReplyContent>;
  /** Where files to be fetched are queued. */
  readonly mediaJobs: RedisDeliveryQueue<MediaJob>;
  readonly clock: Pick<Clock, "nowMs">;
}

const MOST_TRIES = 100;

type TakeInReply =
  | readonly ["learn" | "again" | "unmapped"]
  | readonly ["duplicate", tenant: string]
  | readonly [
      kind: "routed",
      contact: string,
      mapping: string,
      locked: string,
      isFirst: string,
      firstWords: string,
      hasFile: string,
      followedLesson: string,
    ];

/**
 * The intake as one script: a message is taken in whole, or not at all. What a message's two names make of what was known
 * is worked out here, by core's rules, and done by the same script if nothing of it changed meanwhile.
 */
export class RedisMessageIntake implements MessageIntake {
  constructor(private readonly options: RedisMessageIntakeOptions) {}

  async take(request: IntakeRequest): Promise<IntakeOutcome> {
    const { database, hashes } = this.options;
    const { message } = request;
    const { contact, otherName } = message;
    const names = otherName === undefined ? [contact] : [contact, otherName];
    const values = this.valuesOf(request);
    const vouched = vouchedNames(message);
    let lesson: AliasLesson | undefined;
    for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
      const needed = lesson === undefined ? names : [...names, ...lesson.names];
      const reply = await hashes.run<TakeInReply>(TAKE_IN, needed, ...values, this.planOf(lesson));
      if (reply[0] !== "learn" && reply[0] !== "again") return this.outcomeOf(reply, lesson);
      lesson = vouched && lessonOf(vouched, await database.run(ALIASES_AROUND, vouched.lid, vouched.phone));
    }
    throw new StorageUnavailableError("What is known of a contact's names changed too often meanwhile");
  }

  private valuesOf(request: IntakeRequest): string[] {
    const { message, deliveryId, trace, proposal, wish, holdIfUnmapped } = request;
    const { queue, replies, mediaJobs } = this.options;
    const { identity, contact, sentAtMs } = message;
    const vouched = vouchedNames(message);
    const { job, jobBody } = storedJob(deliveryId, message);
    const asked = {
      ...{ queue: queue.name, reply_queue: replies.name, media_queue: mediaJobs.name },
      ...{ memory: queue.duplicateMemoryMs, id: deliveryId, identity, key: identityKey(identity) },
      ...{ contact, sent: String(sentAtMs) },
      ...(vouched === undefined ? {} : { names: [vouched.lid, vouched.phone] }),
      ...(proposal === undefined ? {} : { proposal: storedMapping(proposal) }),
      ...(wish === undefined ? {} : { wish }),
      ...(job === undefined ? {} : { job }),
      ...traceIn(trace),
      // A change is never kept.
      ...(holdIfUnmapped && isMessage(message)
        ? { hold: true, words: wordsHeader({ deliveryId, message, ...traceIn(trace) }, job) }
        : {}),
    };
    return [JSON.stringify(asked), JSON.stringify(message), jobBody];
  }

  private planOf(lesson: AliasLesson | undefined): string {
    if (lesson === undefined) return "";
    const { merge, plan } = lesson;
    const entry = merge && contactMergedEntry(merge, this.options.clock.nowMs());
    const isOneTenants = merge?.ended !== undefined && !endsAnothersLock(merge);
    const { generation: line, mergedGenerations = [] } = merge?.mapping ?? {};
    return JSON.stringify({
      ...plan,
      ...(entry === undefined ? {} : { entry: JSON.stringify(entry), entry_action: entry.action }),
      orders: isOneTenants ? mergedGenerations.map((behind) => [line, behind]) : [],
    });
  }

  private outcomeOf(
    reply: Exclude<TakeInReply, readonly ["learn" | "again" | "unmapped"]> | readonly [string],
    lesson: AliasLesson | undefined,
  ): IntakeOutcome {
    const { queue, mediaJobs } = this.options;
    if (reply[0] === "duplicate") return { kind: "duplicate", tenantId: Number(reply[1]) as TenantId };
    if (reply[0] !== "routed") return { kind: "unmapped" };
    const [, contact, stored, locked, isFirst, firstWords, hasFile, followedLesson] = reply as Extract<
      TakeInReply,
      readonly ["routed", ...unknown[]]
    >;
    queue.ring();
    if (hasFile === "1") mediaJobs.ring();
    const merge = followedLesson === "1" ? lesson?.merge : undefined;
    return {
      ...{ kind: "routed", mapping: readMapping(contact, stored), locked: locked === "1" },
      ...{ isFirst: isFirst === "1", firstWords: Number(firstWords) },
      ...(merge === undefined ? {} : { merge }),
    };
  }
}

import { isUnder } from "../domain/mapping.js";
import type { ContactId } from "../domain/contact-id.js";
import { fingerprintOf } from "../domain/reply.js";
import type { AcknowledgementLevel, ReplyRecord } from "../domain/reply-record.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { Acknowledgement, OwnMessage } from "../ports/message-source.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import type { Clock, Logger } from "../ports/runtime.js";
import { answersFailedReply, failedReplyEvent } from "./failed-reply.js";

export interface TrackRepliesOptions {
  readonly journal: ReplyJournal;
  readonly mappings: Pick<MappingStore, "find" | "namesOf">;
  /** Where tenants' events are queued. */
  readonly deliveries: Pick<DeliveryQueue, "enqueue">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An acknowledgement may come before the gateway knows which reply it is about; not by more than this. */
export const EARLY_ACKNOWLEDGEMENT_KEPT_MS = 60_000;
/** A server that answers with something longer told no id. */
const LONGEST_MESSAGE_ID = 256;
/** Messages with early acknowledgements; those typed on the phone are among them, and never become known. */
const MOST_EARLY = 10_000;

interface Early {
  readonly levels: AcknowledgementLevel[];
  readonly sinceMs: number;
}

/** Follows what is seen at the source of messages that went out, and notes it where it is about a reply. */
export class TrackReplies {
  /** By message id, in the order of their coming. */
  private readonly early = new Map<string, Early>();

  constructor(private readonly options: TrackRepliesOptions) {}

  async ownMessage(own: OwnMessage): Promise<void> {
    const { messageId, sentAtMs } = own;
    // What was typed on the phone may read as a reply does.
    const fingerprints = own.byProgram ? await this.fingerprints(own) : [];
    const record = await this.options.journal.recognise({ messageId, sentAtMs, fingerprints });
    if (record !== undefined) await this.applyEarly(messageId);
  }

  async acknowledge({ messageId, level }: Acknowledgement): Promise<void> {
    // Kept before the journal is asked: the id may become known between its answer and now.
    this.keepEarly(messageId, level);
    const record = await this.options.journal.acknowledge(messageId, level);
    if (record === undefined) return;
    this.early.delete(messageId);
    await this.tellOfFailure(record);
  }

  /** Notes that a reply was sent, and what was acknowledged before its id was known. */
  async sent(replyId: string, messageId: string | undefined): Promise<void> {
    if (messageId === undefined || messageId.length > LONGEST_MESSAGE_ID) {
      await this.options.journal.markSent(replyId);
    } else {
      await this.options.journal.markSent(replyId, messageId);
      await this.applyEarly(messageId);
    }
  }

  /** A chat may be named by the LID where the reply went to the phone, or the other way round. */
  private async fingerprints({ contact, text, hasMedia }: OwnMessage): Promise<string[]> {
    const names: readonly ContactId[] = await this.options.mappings.namesOf(contact);
    return names.map((name) =>
      fingerprintOf({ contact: name, hasMedia, ...(text === undefined ? {} : { text }) }),
    );
  }

  private keepEarly(messageId: string, level: AcknowledgementLevel): void {
    const nowMs = this.options.clock.nowMs();
    for (const [id, { sinceMs }] of this.early) {
      if (nowMs - sinceMs <= EARLY_ACKNOWLEDGEMENT_KEPT_MS && this.early.size < MOST_EARLY) break;
      this.early.delete(id);
    }
    const kept = this.early.get(messageId);
    if (kept === undefined) this.early.set(messageId, { levels: [level], sinceMs: nowMs });
    else if (!kept.levels.includes(level)) kept.levels.push(level);
  }

  private async applyEarly(messageId: string): Promise<void> {
    const early = this.early.get(messageId);
    if (early === undefined) return;
    this.early.delete(messageId);
    for (const level of early.levels) {
      const record = await this.options.journal.acknowledge(messageId, level);
      if (record !== undefined) await this.tellOfFailure(record);
    }
  }

  /** The event is queued after the record says so: where a crash falls in between, the source tells of it again. */
  private async tellOfFailure(record: ReplyRecord): Promise<void> {
    const { mappings, deliveries, logger } = this.options;
    const { id, tenantId, generation, contact, reason, error, changedAtMs } = record;
    if (reason !== "undelivered" || tenantId === undefined || generation === undefined) return;
    if (answersFailedReply(id)) return;
    const mapping = await mappings.find(contact);
    if (!isUnder(mapping, generation)) return;
    const failure = { reason, failedAtMs: changedAtMs, ...(error === undefined ? {} : { error }) };
    const { kind } = await deliveries.enqueue(failedReplyEvent(id, mapping, failure));
    if (kind === "duplicate") return;
    logger.log("warn", `☠️ WhatsApp could not deliver tenant ${tenantId}'s reply to ${contact}`, {
      event: "reply.undelivered",
      tenant_id: tenantId,
      phone_number: contact,
      reply_id: id,
    });
  }
}

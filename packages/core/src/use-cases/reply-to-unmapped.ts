import type { ContactId } from "../domain/contact-id.js";
import type { InboundMessage } from "../domain/inbound-message.js";
import { fingerprintOf } from "../domain/reply.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { OptOuts } from "../ports/opt-outs.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import type { ReplySender, SendResult } from "../ports/reply-sender.js";
import type { CancelTimer, Clock, Logger } from "../ports/runtime.js";
import type { SendBudget } from "../ports/send-budget.js";
import type { UnmappedMarks } from "../ports/unmapped-marks.js";

export interface ReplyToUnmappedOptions {
  readonly mappings: MappingStore;
  readonly optOuts: Pick<OptOuts, "isOptedOut">;
  readonly marks: UnmappedMarks;
  readonly sender: Pick<ReplySender, "send">;
  readonly budget: SendBudget;
  /** Its messages have records too, or they could be taken for a reply of the tenant that gets the contact next. */
  readonly journal: ReplyJournal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the contact is told; `undefined`: nothing, its message is ignored. */
  readonly text: string | undefined;
}

/** The link message may still be on its way. */
export const UNMAPPED_REPLY_WAIT_MS = 10_000;
/** More strangers than this at a time are left without an answer: it is a courtesy, and the number must not be banned for it. */
const MOST_WAITING = 10_000;

interface UnmappedReply {
  readonly id: string;
  readonly contact: ContactId;
  /** When the contact wrote what is answered. */
  readonly sentAtMs: number;
}

/**
 * Tells a contact that nobody holds to use a link, at most once a day. The mark comes before the one attempt:
 * better no word than two. What waits when the gateway stops is not said.
 */
export class ReplyToUnmapped {
  private readonly waiting = new Map<ContactId, CancelTimer>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private isStarted = false;

  constructor(private readonly options: ReplyToUnmappedOptions) {}

  start(): void {
    this.isStarted = true;
  }

  /** To be told of each message that found no mapping and made none. */
  consider({ contact, sentAtMs }: Pick<InboundMessage, "contact" | "sentAtMs">): void {
    if (
      !this.isStarted ||
      this.options.text === undefined ||
      this.waiting.has(contact) ||
      this.waiting.size >= MOST_WAITING
    )
      return;
    const id = `unmapped_${contact}_${this.options.clock.nowMs()}`;
    this.replyIn(UNMAPPED_REPLY_WAIT_MS, { id, contact, sentAtMs });
  }

  async stop(): Promise<void> {
    this.isStarted = false;
    this.stopping.abort();
    for (const cancel of this.waiting.values()) cancel();
    this.waiting.clear();
    await Promise.all(this.underWay);
  }

  private replyIn(delayMs: number, reply: UnmappedReply): void {
    const cancel = this.options.clock.setTimer(delayMs, () => {
      this.waiting.delete(reply.contact);
      const run = this.reply(reply).finally(() => this.underWay.delete(run));
      this.underWay.add(run);
    });
    this.waiting.set(reply.contact, cancel);
  }

  private async reply(reply: UnmappedReply): Promise<void> {
    const { mappings, optOuts, marks, budget, logger } = this.options;
    const { id } = reply;
    let { contact } = reply;
    try {
      // The contact's other name may have shown since it wrote.
      const [canonical, ...others] = await mappings.namesOf(contact);
      contact = canonical;
      if ((await mappings.find(contact)) !== undefined) return;
      // What it wrote before it was erased counts for nothing, and nothing of it may be noted anew.
      if (await mappings.wasErasedSince(contact, reply.sentAtMs)) return;
      if (await optOuts.isOptedOut(contact, ...others)) return;
      const turn = await budget.reserve({ id });
      if (turn.kind === "later") {
        if (this.isStarted) this.replyIn(turn.delayMs, reply);
      } else if (await marks.mark(contact, ...others)) {
        this.report(contact, await this.send({ id, contact }));
      } else {
        await budget.giveBack({ id });
      }
    } catch (error) {
      logger.log("error", `User ${contact} could not be told to use a link`, {
        event: "unmapped.fault",
        error,
        phone_number: contact,
      });
    }
  }

  private async send({
    id,
    contact,
  }: {
    readonly id: string;
    readonly contact: ContactId;
  }): Promise<SendResult> {
    const { journal, budget, sender, text = "" } = this.options;
    const origin = { id, contact };
    await journal.beginAttempt(origin, { fingerprint: fingerprintOf({ contact, text, hasMedia: false }) });
    const result = await sender.send({ ...origin, content: { kind: "text", text } }, this.stopping.signal);
    if (result.kind === "sent") {
      await journal.markSent(id, result.messageId);
    } else if (result.kind === "unavailable" && result.mayBeSent) {
      await journal.cutOffAttempt(id);
    } else {
      await budget.giveBack(origin);
      await journal.fail(origin, { reason: "refused", error: result.error });
    }
    return result;
  }

  private report(contact: ContactId, result: SendResult): void {
    const { logger } = this.options;
    const fields = { phone_number: contact };
    if (result.kind === "sent") {
      logger.log("info", `🙋 Told user ${contact} to use a link`, { event: "unmapped.told", ...fields });
    } else {
      logger.log("warn", `User ${contact} could not be told to use a link: ${result.error}`, {
        event: "unmapped.untold",
        ...fields,
      });
    }
  }
}

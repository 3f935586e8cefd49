import type { ContactId } from "../domain/contact-id.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { ReplySender } from "../ports/reply-sender.js";
import type { CancelTimer, Clock, Logger } from "../ports/runtime.js";
import type { UnmappedMarks } from "../ports/unmapped-marks.js";

export interface ReplyToUnmappedOptions {
  readonly mappings: MappingStore;
  readonly marks: UnmappedMarks;
  readonly sender: Pick<ReplySender, "send">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the contact is told; `undefined`: nothing, its message is ignored. */
  readonly text: string | undefined;
}

/** The link message may still be on its way. */
export const UNMAPPED_REPLY_WAIT_MS = 10_000;
/** More strangers than this at a time are left without an answer: it is a courtesy, and the number must not be banned for it. */
const MOST_WAITING = 10_000;

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
  consider(contact: ContactId): void {
    if (
      !this.isStarted ||
      this.options.text === undefined ||
      this.waiting.has(contact) ||
      this.waiting.size >= MOST_WAITING
    )
      return;
    const cancel = this.options.clock.setTimer(UNMAPPED_REPLY_WAIT_MS, () => {
      this.waiting.delete(contact);
      const reply = this.reply(contact).finally(() => this.underWay.delete(reply));
      this.underWay.add(reply);
    });
    this.waiting.set(contact, cancel);
  }

  async stop(): Promise<void> {
    this.isStarted = false;
    this.stopping.abort();
    for (const cancel of this.waiting.values()) cancel();
    this.waiting.clear();
    await Promise.all(this.underWay);
  }

  private async reply(name: ContactId): Promise<void> {
    const { mappings, marks, sender, clock, logger, text = "" } = this.options;
    let contact = name;
    try {
      const [canonical, ...others] = await mappings.namesOf(name);
      // The contact's other name may have shown since it wrote.
      contact = canonical;
      if ((await mappings.find(contact)) !== undefined || !(await marks.mark(contact, ...others))) return;
      const reply = {
        id: `unmapped_${contact}_${clock.nowMs()}`,
        contact,
        content: { kind: "text", text },
      } as const;
      const result = await sender.send(reply, this.stopping.signal);
      if (result.kind === "sent") {
        logger.log("info", `🙋 Told user ${contact} to use a link`, {
          event: "unmapped.told",
          phone_number: contact,
        });
      } else {
        logger.log("warn", `User ${contact} could not be told to use a link: ${result.error}`, {
          event: "unmapped.untold",
          phone_number: contact,
        });
      }
    } catch (error) {
      logger.log("error", `User ${contact} could not be told to use a link`, {
        event: "unmapped.fault",
        error,
        phone_number: contact,
      });
    }
  }
}

import type { ContactId } from "../domain/contact-id.js";
import type { InboundMessage } from "../domain/inbound-message.js";
import type { TraceContext } from "../domain/trace-context.js";

/**
 * What contacts without a mapping wrote, kept for a short while: WhatsApp's order is not kept on the way,
 * so a contact's first words may overtake the link message that locks it.
 */
export interface FirstWordsStore {
  /** Keeps the message durably. Idempotent by identity. Past a bound per contact the message is not kept, and false is answered. */
  hold(words: HeldWords): Promise<boolean>;
  /** What is kept under the contact's names and not yet too old, in the order in which it came. */
  heldFor(...names: readonly ContactId[]): Promise<readonly HeldWords[]>;
  /** Forgets what is kept under the contact's names. */
  forget(...names: readonly ContactId[]): Promise<void>;
  /** Removes what is too old. Answers how many. */
  prune(): Promise<number>;
}

export interface HeldWords {
  readonly deliveryId: string;
  readonly message: InboundMessage;
  /** As the delivery keeps it that they may become. */
  readonly trace?: TraceContext;
}

/** How long first words wait for their link message. */
export const FIRST_WORDS_KEPT_MS = 2 * 60_000;
/** A bound, so that a stranger can't fill the disk. */
export const FIRST_WORDS_PER_CONTACT = 20;

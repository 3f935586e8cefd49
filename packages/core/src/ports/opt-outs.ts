import type { ContactId } from "../domain/contact-id.js";
import type { Wish } from "../domain/opt-out.js";

/**
 * Which contacts want nothing sent to them. It outlives all else that is known of a contact, so it keeps a keyed hash
 * of each name and never the name. Every write is durable when its promise resolves, or rejects with
 * `StorageUnavailableError` and has not happened.
 */
export interface OptOuts {
  /**
   * Notes what a contact asked for under one of its names. Of two wishes the one that was sent later counts, in
   * whatever order they come; of two within one second, the opt-out. Idempotent.
   */
  note(contact: ContactId, wish: SentWish): Promise<void>;

  /** Whether the contact with these names wants nothing sent to it: the last of what it asked for under any of them counts. */
  isOptedOut(...names: readonly ContactId[]): Promise<boolean>;

  /** Notes under each of the names what counts for the contact, so that it holds when nobody knows any more that they are one's. */
  spread(names: readonly ContactId[]): Promise<void>;
}

export interface SentWish {
  readonly wish: Wish;
  /** By WhatsApp's clock. */
  readonly sentAtMs: number;
}

/** Which of the two counts. */
export function laterWish(one: SentWish | undefined, other: SentWish | undefined): SentWish | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  // WhatsApp stamps whole seconds.
  const [oneSecond, otherSecond] = [Math.floor(one.sentAtMs / 1000), Math.floor(other.sentAtMs / 1000)];
  if (oneSecond === otherSecond) return one.wish === "opt_out" ? one : other;
  return oneSecond > otherSecond ? one : other;
}

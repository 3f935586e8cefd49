import type { ContactId } from "../domain/contact-id.js";

/** Which contacts without a mapping were told to use a link, so that nobody is told again and again. */
export interface UnmappedMarks {
  /**
   * Marks the contact, durably, unless it was marked within `UNMAPPED_REPLY_EVERY_MS`, by this name or one of the
   * others. Atomic: of any number of callers one gets true.
   */
  mark(contact: ContactId, ...otherNames: readonly ContactId[]): Promise<boolean>;
  /** Removes the marks of the names. */
  forget(...names: readonly ContactId[]): Promise<void>;
  /** Removes marks that no longer matter. Answers how many. */
  prune(): Promise<number>;
}

export const UNMAPPED_REPLY_EVERY_MS = 24 * 3_600_000;

import type { ContactId } from "../domain/contact-id.js";

/** Asks who is behind a LID. */
export interface ContactLookup {
  /**
   * The phone number; `undefined` where it is not known, or not within half a second. Never rejects: no message
   * waits longer, or fails, for the sake of a name. Answers are remembered for a while.
   */
  phoneOf(lid: ContactId): Promise<ContactId | undefined>;
}

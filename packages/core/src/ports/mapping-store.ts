import type { ContactId } from "../domain/contact-id.js";
import type { LockOutcome, Mapping, MappingStats } from "../domain/mapping.js";

/**
 * Which tenant holds which contact. Every write is durable when its promise resolves; one that can't be
 * made durable rejects with `StorageUnavailableError` and has not happened.
 */
export interface MappingStore {
  find(contact: ContactId): Promise<Mapping | undefined>;

  /**
   * Makes the candidate the contact's mapping unless it has one: atomic, so that of any number of callers,
   * in any number of processes, one gets `locked` and all others `held` with the same mapping.
   * `sentAtMs` is when the message that asks for the lock was sent; see `predates_removal`.
   */
  lock(candidate: Mapping, sentAtMs: number): Promise<LockOutcome>;

  /** Whether a message sent then was sent before the contact's last removal: such a message belongs to nobody any more. */
  wasSentBeforeRemoval(contact: ContactId, sentAtMs: number): Promise<boolean>;

  /** Removes the contact's mapping and answers what it was; remembers when, for `predates_removal`. Absent: `undefined`, nothing changes. */
  unlock(contact: ContactId): Promise<Mapping | undefined>;

  stats(): Promise<MappingStats>;

  /** Every mapping, in no promised order. One changed during the walk may be seen in either state. */
  entries(): AsyncIterable<Mapping>;

  close(): Promise<void>;
}

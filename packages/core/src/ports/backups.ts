import type { ContactId } from "../domain/contact-id.js";

/** Copies that the engine made of what it knows, for a restore. */
export interface Backups {
  /** Takes the contact with these names out of all of them. Idempotent. Rejects where one can't be written, and may be tried again. */
  erase(names: readonly ContactId[]): Promise<ErasedBackups>;
}

export interface ErasedBackups {
  /** How many were changed. */
  readonly changed: number;
  /** Those that name the contact and could not be understood: somebody has to look at them. */
  readonly unreadable: readonly string[];
}

import type { AuditFilter } from "../domain/audit-place.js";
import type { Page } from "./delivery-queue.js";

/**
 * What was done to whom, on whose word. Entries are added and never changed. An admin's action is entered when it is
 * durable itself: one that failed leaves no entry, and a crash right between the two leaves one out.
 */
export interface AuditLog {
  /** Durable when its promise resolves. */
  append(entry: AuditEntry): Promise<void>;
  /**
   * Newest first. A page may have fewer than asked for, and even none, before the last one. Another list's cursor is a
   * `BadCursorError`.
   */
  list(request: AuditPageRequest): Promise<Page<AuditEntry>>;
  /** Removes entries older than that. Answers how many. */
  prune(olderThanMs: number): Promise<number>;
}

/** The name of an admin key, `command line`, or `gateway` for what it does by itself. */
export type Actor = string;

export interface AuditEntry {
  readonly atMs: number;
  readonly actor: Actor;
  /** Stable, dotted: `contact.merged`, `reply.dropped`. */
  readonly action: string;
  /** What it was done to: a contact, `tenant 2`, a delivery's id. */
  readonly subject: string;
  /** What matters of it, before and after; no secret, nothing that contacts wrote. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditPageRequest extends AuditFilter {
  readonly limit: number;
  readonly cursor?: string;
}

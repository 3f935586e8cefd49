import type { AdminRole } from "../domain/admin-key.js";

/**
 * Who is signed in to the console, for as long as each session lasts. Every write is durable for as long as the store
 * itself is when its promise resolves, or rejects with `StorageUnavailableError` and has not happened.
 *
 * A session is kept under a hash of what its browser carries, which is kept nowhere.
 */
export interface ConsoleSessionStore {
  /** Keeps the session. Those that are over are removed first, and past `most` those that end soonest. */
  begin(request: BeginConsoleSession): Promise<void>;
  /** Not one that is over. */
  find(tokenHash: string): Promise<ConsoleSession | undefined>;
  /** Idempotent. Answers whether there was one that was not over. */
  end(tokenHash: string): Promise<boolean>;
}

export interface BeginConsoleSession {
  readonly tokenHash: string;
  readonly session: ConsoleSession;
  /** How many sessions there may be, this one included. */
  readonly most: number;
}

export interface ConsoleSession {
  /** The admin key that it was begun with. */
  readonly name: string;
  readonly role: AdminRole;
  /** Tells that key from a later one of the same name. */
  readonly keyMark: string;
  /** What each request that changes something has to say besides, which another site's page can't know. */
  readonly csrfToken: string;
  readonly expiresAtMs: number;
}

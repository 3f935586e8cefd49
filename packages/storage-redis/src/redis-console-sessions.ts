import type { BeginConsoleSession, ConsoleSession, ConsoleSessionStore } from "@gateway-router/core";
import type { RedisDatabase } from "./redis-database.js";
import {
  BEGIN_CONSOLE_SESSION,
  END_CONSOLE_SESSION,
  FIND_CONSOLE_SESSION,
} from "./scripts/console-scripts.js";

/** Who is signed in to the console, in Redis: whoever signed in at one instance is known to all. */
export class RedisConsoleSessions implements ConsoleSessionStore {
  constructor(private readonly database: RedisDatabase) {}

  async begin({ tokenHash, session, most }: BeginConsoleSession): Promise<void> {
    const values = [tokenHash, JSON.stringify(session), String(session.expiresAtMs), String(most)];
    await this.database.run(BEGIN_CONSOLE_SESSION, ...values);
  }

  async find(tokenHash: string): Promise<ConsoleSession | undefined> {
    const stored = (await this.database.run(FIND_CONSOLE_SESSION, tokenHash)) as string | null;
    return stored === null ? undefined : (JSON.parse(stored) as ConsoleSession);
  }

  async end(tokenHash: string): Promise<boolean> {
    return (await this.database.run(END_CONSOLE_SESSION, tokenHash)) === 1;
  }
}

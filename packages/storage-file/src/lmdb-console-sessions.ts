import {
  sessionsToEnd,
  type BeginConsoleSession,
  type Clock,
  type ConsoleSession,
  type ConsoleSessionStore,
} from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";

/** Who is signed in to the console, in LMDB: a restart of the gateway signs nobody out. */
export class LmdbConsoleSessions implements ConsoleSessionStore {
  private readonly environment: LmdbEnvironment;
  private readonly clock: Pick<Clock, "nowMs">;
  private readonly sessions: LmdbDatabase<ConsoleSession>;

  constructor({
    environment,
    clock,
  }: {
    readonly environment: LmdbEnvironment;
    readonly clock: Pick<Clock, "nowMs">;
  }) {
    this.environment = environment;
    this.clock = clock;
    this.sessions = environment.database("console-sessions");
  }

  begin({ tokenHash, session, most }: BeginConsoleSession): Promise<void> {
    return this.environment.write(() => {
      const kept = [...this.sessions.range()].map(({ key, value }) => ({
        key,
        expiresAtMs: value.expiresAtMs,
      }));
      const inTheWay = sessionsToEnd(kept, { nowMs: this.clock.nowMs(), room: most - 1 });
      for (const key of inTheWay) this.sessions.remove(key);
      this.sessions.put(tokenHash, session);
    });
  }

  async find(tokenHash: string): Promise<ConsoleSession | undefined> {
    return this.findNow(tokenHash);
  }

  end(tokenHash: string): Promise<boolean> {
    return this.environment.write(() => {
      const wasThere = this.findNow(tokenHash) !== undefined;
      this.sessions.remove(tokenHash);
      return wasThere;
    });
  }

  private findNow(tokenHash: string): ConsoleSession | undefined {
    const session = this.sessions.get(tokenHash);
    return session !== undefined && session.expiresAtMs > this.clock.nowMs() ? session : undefined;
  }
}

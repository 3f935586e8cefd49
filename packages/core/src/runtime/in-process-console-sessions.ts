import type {
  BeginConsoleSession,
  ConsoleSession,
  ConsoleSessionStore,
} from "../ports/console-session-store.js";
import type { Clock } from "../ports/runtime.js";

/** Sessions of one process, in memory: a restart ends them, and another instance does not know them. */
export class InProcessConsoleSessions implements ConsoleSessionStore {
  private readonly sessions = new Map<string, ConsoleSession>();
  private readonly clock: Pick<Clock, "nowMs">;

  constructor({ clock }: { readonly clock: Pick<Clock, "nowMs"> }) {
    this.clock = clock;
  }

  async begin({ tokenHash, session, most }: BeginConsoleSession): Promise<void> {
    const kept = Array.from(this.sessions, ([key, { expiresAtMs }]) => ({ key, expiresAtMs }));
    for (const key of sessionsToEnd(kept, { nowMs: this.clock.nowMs(), room: most - 1 })) {
      this.sessions.delete(key);
    }
    this.sessions.set(tokenHash, session);
  }

  async find(tokenHash: string): Promise<ConsoleSession | undefined> {
    const session = this.sessions.get(tokenHash);
    return session !== undefined && session.expiresAtMs > this.clock.nowMs() ? session : undefined;
  }

  async end(tokenHash: string): Promise<boolean> {
    const session = await this.find(tokenHash);
    this.sessions.delete(tokenHash);
    return session !== undefined;
  }
}

export interface KeptSession {
  readonly key: string;
  readonly expiresAtMs: number;
}

/** Those that are over, and of the others those that end soonest, until no more are left than there is room for. */
export function sessionsToEnd(
  kept: readonly KeptSession[],
  { nowMs, room }: { readonly nowMs: number; readonly room: number },
): readonly string[] {
  const over = kept.filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
  const alive = kept.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  const inTheWay = alive
    .toSorted((one, other) => one.expiresAtMs - other.expiresAtMs)
    .slice(0, Math.max(0, alive.length - room));
  return [...over, ...inTheWay].map(({ key }) => key);
}

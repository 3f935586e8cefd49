import type {
  AdminRole,
  BeginConsoleSession,
  ConsoleSession,
  ConsoleSessionStore,
} from "@gateway-router/core";
import type { PostgresDatabase, Statement } from "./postgres-database.js";

interface SessionRow {
  readonly name: string;
  readonly role: AdminRole;
  readonly key_mark: string;
  readonly csrf_token: string;
  readonly expires_at_ms: string;
}

/** Who is signed in to the console, in PostgreSQL: whoever signed in at one instance is known to all. */
export class PostgresConsoleSessions implements ConsoleSessionStore {
  constructor(private readonly database: PostgresDatabase) {}

  async begin({ tokenHash, session, most }: BeginConsoleSession): Promise<void> {
    const { name, role, keyMark, csrfToken, expiresAtMs } = session;
    await this.database.transaction(async (transaction) => {
      // Two that begin at once may leave one more than there may be; the next one makes up for it.
      await transaction.query(MAKE_ROOM, [most - 1]);
      await transaction.query(BEGIN, [tokenHash, name, role, keyMark, csrfToken, expiresAtMs]);
    });
  }

  async find(tokenHash: string): Promise<ConsoleSession | undefined> {
    const [row] = await this.database.query<SessionRow>(FIND, [tokenHash]);
    if (row === undefined) return undefined;
    const { name, role, key_mark: keyMark, csrf_token: csrfToken, expires_at_ms: expiresAtMs } = row;
    return { name, role, keyMark, csrfToken, expiresAtMs: Number(expiresAtMs) };
  }

  async end(tokenHash: string): Promise<boolean> {
    const [row] = await this.database.query<{ readonly was_good: boolean }>(END, [tokenHash]);
    return row?.was_good ?? false;
  }
}

const MAKE_ROOM: Statement = {
  name: "make-room-for-console-session",
  text: `
DELETE FROM console_sessions WHERE expires_at_ms <= now_ms() OR token_hash IN (
  SELECT token_hash FROM console_sessions ORDER BY expires_at_ms DESC, token_hash OFFSET $1
)`,
};

const BEGIN: Statement = {
  name: "begin-console-session",
  text: `
INSERT INTO console_sessions (token_hash, name, role, key_mark, csrf_token, expires_at_ms)
VALUES ($1, $2, $3, $4, $5, $6)`,
};

const FIND: Statement = {
  name: "find-console-session",
  text: `
SELECT name, role, key_mark, csrf_token, expires_at_ms FROM console_sessions
WHERE token_hash = $1 AND expires_at_ms > now_ms()`,
};

const END: Statement = {
  name: "end-console-session",
  text: "DELETE FROM console_sessions WHERE token_hash = $1 RETURNING expires_at_ms > now_ms() AS was_good",
};

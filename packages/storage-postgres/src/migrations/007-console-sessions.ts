import type { Migration } from "./migration.js";

/** Who is signed in to the console, at whichever instance. */
export const consoleSessions: Migration = {
  number: 7,
  name: "console sessions",
  sql: `
CREATE TABLE console_sessions (
  token_hash text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL,
  key_mark text NOT NULL,
  csrf_token text NOT NULL,
  expires_at_ms bigint NOT NULL
);
CREATE INDEX console_sessions_by_end ON console_sessions (expires_at_ms);
`,
};

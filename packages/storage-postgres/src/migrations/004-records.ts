import type { Migration } from "./migration.js";

/** What the gateway keeps beside mappings and deliveries. */
export const records: Migration = {
  number: 4,
  name: "records",
  sql: `
CREATE TABLE first_words (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  contact text COLLATE "C" NOT NULL,
  identity text NOT NULL,
  delivery_id text NOT NULL,
  -- In json and not in jsonb, which can't hold every text.
  message json NOT NULL,
  trace text,
  held_at_ms bigint NOT NULL
);
CREATE INDEX first_words_of ON first_words (contact, number);
CREATE INDEX first_words_by_time ON first_words (held_at_ms);

CREATE TABLE unmapped_marks (
  contact text COLLATE "C" PRIMARY KEY,
  marked_at_ms bigint NOT NULL
);
CREATE INDEX unmapped_marks_by_time ON unmapped_marks (marked_at_ms);

CREATE TABLE idempotency_keys (
  tenant_id bigint NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  reply_id text NOT NULL,
  used_at_ms bigint NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (used_at_ms);

CREATE TABLE gateway_state (
  name text PRIMARY KEY,
  value text NOT NULL
);

CREATE TABLE audit_entries (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at_ms bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  details json NOT NULL
);
CREATE INDEX audit_entries_of_action ON audit_entries (action, number);
CREATE INDEX audit_entries_of_actor ON audit_entries (actor, number);
CREATE INDEX audit_entries_of_subject ON audit_entries (subject, number);
CREATE INDEX audit_entries_by_time ON audit_entries (at_ms);

-- The record, and beside it what leads to it.
CREATE TABLE reply_journal (
  id text COLLATE "C" PRIMARY KEY,
  record json NOT NULL,
  tenant_id bigint,
  contact text COLLATE "C",
  state text NOT NULL,
  queued_at_ms bigint NOT NULL,
  changed_at_ms bigint NOT NULL,
  message_id text,
  -- Set while its message may have been sent, and under which id is not known.
  open_fingerprint text,
  attempt_started_at_ms bigint
);
CREATE INDEX reply_journal_by_message ON reply_journal (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX reply_journal_open ON reply_journal (open_fingerprint, attempt_started_at_ms)
  WHERE open_fingerprint IS NOT NULL;
CREATE INDEX reply_journal_by_age ON reply_journal (queued_at_ms, id);
CREATE INDEX reply_journal_of_tenant ON reply_journal (tenant_id, queued_at_ms, id);
CREATE INDEX reply_journal_of_contact ON reply_journal (contact, queued_at_ms, id);

-- Who used another tenant's link. The last used has the highest number.
CREATE SEQUENCE contested_uses;
CREATE TABLE contested_contacts (
  contact text COLLATE "C" NOT NULL,
  held_by bigint NOT NULL,
  link_of bigint NOT NULL,
  campaign text,
  times bigint NOT NULL,
  first_at_ms bigint NOT NULL,
  last_at_ms bigint NOT NULL,
  number bigint NOT NULL,
  PRIMARY KEY (contact, held_by, link_of)
);
CREATE UNIQUE INDEX contested_by_use ON contested_contacts (number);
CREATE INDEX contested_kept ON contested_contacts (held_by, number);
CREATE INDEX contested_missed ON contested_contacts (link_of, number);
CREATE INDEX contested_by_time ON contested_contacts (last_at_ms);

-- Of a key only its SHA-256 is kept.
CREATE TABLE admin_keys (
  name text COLLATE "C" PRIMARY KEY,
  role text NOT NULL,
  created_at_ms bigint NOT NULL,
  key_hash bytea NOT NULL
);

-- By which of the instances one does what only one may do.
CREATE TABLE leases (
  name text PRIMARY KEY,
  holder text NOT NULL,
  until_ms bigint NOT NULL
);

-- An id that was removed stays, so that it is never given again.
CREATE TABLE tenants (
  id bigint PRIMARY KEY,
  is_removed boolean NOT NULL DEFAULT false,
  name text,
  url text,
  active boolean NOT NULL DEFAULT true,
  secret text,
  -- Of a token only its SHA-256 is kept.
  token_hash text,
  previous_secret text,
  previous_token_hash text,
  overlap_until_ms bigint
);
CREATE INDEX tenants_by_token ON tenants (token_hash);
CREATE INDEX tenants_by_previous_token ON tenants (previous_token_hash);
`,
};

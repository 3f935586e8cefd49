import {
  awaitsId,
  traceIn,
  type MigrationKind,
  type MigrationRecord,
  type ReplyRecord,
} from "@gateway-router/core";
import { contactHashKeyOf } from "./contact-hash-key.js";
import type { Row } from "./postgres-database.js";
import { asText, keyOf } from "./texts.js";

/** How the records of one kind stand in the tables. */
export interface MigratedTable {
  /** Where rows are read: a table, or a query in parentheses. */
  readonly from: string;
  /** By which columns rows are walked through, each with what comes before all it holds. */
  readonly order: readonly (readonly [column: string, start: string | number])[];
  /** Columns that name a record. */
  readonly key: readonly string[];
  /** Keeps the rows of `$1`, a JSON list, in its order. */
  readonly insert: string;
  row(record: MigrationRecord): Row;
  record(row: Row): MigrationRecord;
  /** Instead of the row with the same key, where that is not all that matters: answers `row_index` with each row. */
  readonly find?: string;
}

/** Rows of the JSON list, with the types of the table's columns. */
function rowsOf(table: string): string {
  return `json_populate_recordset(NULL::${table}, $1::json) WITH ORDINALITY AS given`;
}

function insertInto(table: string, columns: readonly string[]): string {
  const list = columns.join(", ");
  return `INSERT INTO ${table} (${list}) SELECT ${list} FROM ${rowsOf(table)} ORDER BY ordinality`;
}

type Of<Kind extends MigrationKind> = MigrationRecord<Kind>;

/** What a row says, of which the engine knows the types. */
type Cells<Name extends string> = Readonly<Record<Name, never>>;

function table<Kind extends MigrationKind, Cell extends string>(
  of: Omit<MigratedTable, "row" | "record"> & {
    readonly row: (record: Of<Kind>) => Row;
    readonly record: (row: Cells<Cell>) => Of<Kind>;
  },
): MigratedTable {
  return of as unknown as MigratedTable;
}

const WAITING_COLUMNS = [
  ...(["queue", "tenant_id", "generation", "id", "contact", "content", "is_first", "replayed"] as const),
  ...(["enqueued_at_ms", "attempts", "counted_attempts", "refusals", "last_error"] as const),
] as const;
type WaitingCell = (typeof WAITING_COLUMNS)[number];

type Waiting = Of<"delivery">["delivery"];

function waitingRow(queue: string, delivery: Waiting): Row {
  const { identity, body, trace, lastError } = delivery;
  return {
    ...{ queue, tenant_id: delivery.tenantId, generation: delivery.generation, id: delivery.id },
    ...{ contact: delivery.contact, content: { identity, body, ...traceIn(trace) } },
    ...{ is_first: delivery.isFirst, replayed: delivery.replayed, enqueued_at_ms: delivery.enqueuedAtMs },
    ...{ attempts: delivery.attempts, counted_attempts: delivery.countedAttempts },
    ...{ refusals: delivery.refusals, last_error: lastError === undefined ? null : asText(lastError) },
    waiting_for: delivery.waitingFor ?? null,
  };
}

function waitingOf(row: Cells<WaitingCell>): Waiting {
  const { identity, body, trace } = row.content as Pick<Waiting, "identity" | "body" | "trace">;
  return {
    ...{ id: row.id, identity, tenantId: row.tenant_id, contact: row.contact, generation: row.generation },
    ...{ body, ...traceIn(trace), isFirst: row.is_first, replayed: row.replayed },
    ...{ enqueuedAtMs: row.enqueued_at_ms, attempts: row.attempts },
    ...{ countedAttempts: row.counted_attempts, refusals: row.refusals },
    ...given("lastError", row.last_error),
  };
}

/** The field, unless it is none. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): { readonly [Each in Name]?: Value } {
  return (value === null || value === undefined ? {} : { [name]: value }) as {
    readonly [Each in Name]?: Value;
  };
}

const HOLDS = `(
  SELECT queue, tenant_id, from_ms, to_ms FROM holds
  UNION ALL
  SELECT queue, tenant_id, held_since_ms, NULL FROM tenant_schedules WHERE held_since_ms IS NOT NULL
)`;

/** Files are kept beside these, since their contents come in pieces. */
export const MIGRATED_TABLES: Readonly<Record<Exclude<MigrationKind, "media">, MigratedTable>> = {
  contact_hash_key: table<"contact_hash_key", "key_text">({
    from: "(SELECT number, encode(key, 'base64') AS key_text FROM contact_hash_keys)",
    order: [["number", -1]],
    key: ["key_text"],
    insert: `
INSERT INTO contact_hash_keys (number, key, inner_pad, outer_pad)
SELECT (SELECT coalesce(max(number), -1) FROM contact_hash_keys) + ordinality, key, inner_pad, outer_pad
FROM ${rowsOf("contact_hash_keys")}`,
    row: ({ key }) => {
      const { innerPad, outerPad } = contactHashKeyOf(Buffer.from(key, "base64"));
      const bytes = (buffer: Buffer) => `\\x${buffer.toString("hex")}`;
      return {
        ...{ key_text: key, key: bytes(Buffer.from(key, "base64")) },
        ...{ inner_pad: bytes(innerPad), outer_pad: bytes(outerPad) },
      };
    },
    record: (row) => ({ kind: "contact_hash_key", key: row.key_text }),
  }),

  tenant: table<
    "tenant",
    | ("id" | "is_removed" | "name" | "url" | "active" | "secret" | "token_hash")
    | ("previous_secret" | "previous_token_hash" | "overlap_until_ms")
  >({
    from: "tenants",
    order: [["id", 0]],
    key: ["id"],
    insert: insertInto("tenants", [
      ...["id", "is_removed", "name", "url", "active", "secret", "token_hash"],
      ...["previous_secret", "previous_token_hash", "overlap_until_ms"],
    ]),
    row: (tenant) => ({
      ...{ id: tenant.id, is_removed: tenant.removed === true, name: tenant.name, url: tenant.url },
      ...{ active: tenant.active, secret: tenant.secret, token_hash: tenant.tokenHash },
      ...{ previous_secret: tenant.previousSecret, previous_token_hash: tenant.previousTokenHash },
      overlap_until_ms: tenant.overlapUntilMs,
    }),
    record: (row) =>
      (row.is_removed as boolean)
        ? { kind: "tenant", id: row.id, removed: true, active: false }
        : {
            ...{ kind: "tenant", id: row.id, active: row.active },
            ...given("name", row.name),
            ...given("url", row.url),
            ...given("secret", row.secret),
            ...given("tokenHash", row.token_hash),
            ...given("previousSecret", row.previous_secret),
            ...given("previousTokenHash", row.previous_token_hash),
            ...given("overlapUntilMs", row.overlap_until_ms),
          },
  }),

  admin_key: table<"admin_key", "name" | "role" | "created_at_ms" | "hash_text">({
    from: "(SELECT *, encode(key_hash, 'hex') AS hash_text FROM admin_keys)",
    order: [["name", ""]],
    key: ["name"],
    insert: insertInto("admin_keys", ["name", "role", "created_at_ms", "key_hash"]),
    row: ({ name, role, createdAtMs, keyHash }) => ({
      ...{ name, role, created_at_ms: createdAtMs, key_hash: `\\x${keyHash}` },
    }),
    record: (row) => ({
      ...{ kind: "admin_key", name: row.name, role: row.role },
      ...{ createdAtMs: row.created_at_ms, keyHash: row.hash_text },
    }),
  }),

  alias: table<"alias", "name" | "canonical" | "lid">({
    from: "aliases",
    order: [["name", ""]],
    key: ["name"],
    insert: insertInto("aliases", ["name", "canonical", "lid"]),
    row: ({ name, canonical, lid }) => ({ name, canonical, lid }),
    record: (row) => ({ kind: "alias", name: row.name, canonical: row.canonical, lid: row.lid }),
  }),

  mapping: table<
    "mapping",
    "contact" | "tenant_id" | "generation" | "locked_at_ms" | "campaign" | "merged_generations"
  >({
    from: "mappings",
    order: [["contact", ""]],
    key: ["contact"],
    insert: insertInto("mappings", [
      ...["contact", "tenant_id", "generation", "locked_at_ms", "campaign", "merged_generations"],
      "changed_at_ms",
    ]),
    row: ({ contact, tenantId, generation, lockedAtMs, campaign, mergedGenerations }) => ({
      ...{ contact, tenant_id: tenantId, generation, locked_at_ms: lockedAtMs, campaign },
      ...{ merged_generations: mergedGenerations, changed_at_ms: lockedAtMs },
    }),
    record: (row) => ({
      ...{ kind: "mapping", contact: row.contact, tenantId: row.tenant_id, generation: row.generation },
      ...{ lockedAtMs: row.locked_at_ms },
      ...given("campaign", row.campaign),
      ...given("mergedGenerations", row.merged_generations),
    }),
    // By whichever name the contact is known here.
    find: `
SELECT given.ordinality AS row_index, m.* FROM ${rowsOf("mappings")}
JOIN mappings m ON m.contact = coalesce(
  (SELECT a.canonical FROM aliases a WHERE a.name = given.contact), given.contact
)`,
  }),

  removal: table<"removal", "contact" | "removed_at_ms">({
    from: "removals",
    order: [["contact", ""]],
    key: ["contact"],
    insert: insertInto("removals", ["contact", "removed_at_ms"]),
    row: ({ contact, removedAtMs }) => ({ contact, removed_at_ms: removedAtMs }),
    record: (row) => ({ kind: "removal", contact: row.contact, removedAtMs: row.removed_at_ms }),
  }),

  erasure: table<"erasure", "contact_hash" | "erased_at_ms">({
    from: "erasures",
    order: [["contact_hash", ""]],
    key: ["contact_hash"],
    insert: insertInto("erasures", ["contact_hash", "erased_at_ms"]),
    row: ({ contactHash, erasedAtMs }) => ({ contact_hash: contactHash, erased_at_ms: erasedAtMs }),
    record: (row) => ({ kind: "erasure", contactHash: row.contact_hash, erasedAtMs: row.erased_at_ms }),
  }),

  erased_generation: table<"erased_generation", "generation">({
    from: "erased_generations",
    order: [["generation", ""]],
    key: ["generation"],
    insert: insertInto("erased_generations", ["generation"]),
    row: ({ generation }) => ({ generation }),
    record: (row) => ({ kind: "erased_generation", generation: row.generation }),
  }),

  opt_out: table<"opt_out", "contact_hash" | "wish" | "sent_at_ms">({
    from: "opt_outs",
    order: [["contact_hash", ""]],
    key: ["contact_hash"],
    insert: insertInto("opt_outs", ["contact_hash", "wish", "sent_at_ms"]),
    row: ({ contactHash, wish, sentAtMs }) => ({ contact_hash: contactHash, wish, sent_at_ms: sentAtMs }),
    record: (row) => ({
      ...{ kind: "opt_out", contactHash: row.contact_hash, wish: row.wish, sentAtMs: row.sent_at_ms },
    }),
  }),

  unmapped_mark: table<"unmapped_mark", "contact" | "marked_at_ms">({
    from: "unmapped_marks",
    order: [["contact", ""]],
    key: ["contact"],
    insert: insertInto("unmapped_marks", ["contact", "marked_at_ms"]),
    row: ({ contact, markedAtMs }) => ({ contact, marked_at_ms: markedAtMs }),
    record: (row) => ({ kind: "unmapped_mark", contact: row.contact, markedAtMs: row.marked_at_ms }),
  }),

  first_words: table<"first_words", "delivery_id" | "message" | "trace" | "held_at_ms">({
    from: "first_words",
    order: [["number", 0]],
    key: ["contact", "identity"],
    insert: insertInto("first_words", [
      ...["contact", "identity", "delivery_id", "message", "trace", "held_at_ms"],
    ]),
    row: ({ deliveryId, message, trace, heldAtMs }) => ({
      ...{ contact: message.contact, identity: keyOf(message.identity), delivery_id: deliveryId },
      ...{ message, trace, held_at_ms: heldAtMs },
    }),
    record: (row) => ({
      ...{ kind: "first_words", deliveryId: row.delivery_id, message: row.message },
      ...{ heldAtMs: row.held_at_ms, ...given("trace", row.trace) },
    }),
  }),

  begun_generation: table<"begun_generation", "queue" | "generation">({
    from: "begun_generations",
    order: [
      ["queue", ""],
      ["generation", ""],
    ],
    key: ["queue", "generation"],
    insert: insertInto("begun_generations", ["queue", "generation"]),
    row: ({ queue, generation }) => ({ queue, generation }),
    record: (row) => ({ kind: "begun_generation", queue: row.queue, generation: row.generation }),
  }),

  delivery: table<"delivery", WaitingCell | "waiting_for">({
    from: "deliveries",
    order: [
      ["queue", ""],
      ["generation", ""],
      ["number", 0],
    ],
    key: ["queue", "generation", "id"],
    insert: insertInto("deliveries", [...WAITING_COLUMNS, "waiting_for"]),
    row: ({ queue, delivery }) => waitingRow(queue, delivery),
    record: (row) => ({
      ...{ kind: "delivery", queue: row.queue },
      delivery: { ...waitingOf(row), ...given("waitingFor", row.waiting_for) },
    }),
  }),

  dead_letter: table<"dead_letter", WaitingCell | "reason" | "died_at_ms">({
    from: "dead_letters",
    order: [
      ["queue", ""],
      ["number", 0],
    ],
    key: ["queue", "id"],
    insert: insertInto("dead_letters", [...WAITING_COLUMNS, "reason", "died_at_ms"]),
    row: ({ queue, letter }) => ({
      ...waitingRow(queue, letter),
      ...{ reason: letter.reason, died_at_ms: letter.diedAtMs },
    }),
    record: (row) => ({
      ...{ kind: "dead_letter", queue: row.queue },
      letter: { ...waitingOf(row), reason: row.reason, diedAtMs: row.died_at_ms },
    }),
  }),

  line_order: table<"line_order", "queue" | "tenant_id" | "line" | "behind">({
    // An order lasts as long as there is something to wait for.
    from: `(
  SELECT o.*, l.tenant_id FROM line_orders o JOIN lines l ON l.queue = o.queue AND l.generation = o.behind
)`,
    order: [
      ["queue", ""],
      ["line", ""],
      ["behind", ""],
    ],
    key: ["queue", "line", "behind"],
    insert: insertInto("line_orders", ["queue", "line", "behind"]),
    row: ({ queue, line, behind }) => ({ queue, line, behind }),
    record: (row) => ({
      ...{
        kind: "line_order",
        queue: row.queue,
        tenantId: row.tenant_id,
        line: row.line,
        behind: row.behind,
      },
    }),
  }),

  hold: table<"hold", "queue" | "tenant_id" | "from_ms" | "to_ms">({
    from: HOLDS,
    order: [
      ["queue", ""],
      ["tenant_id", 0],
      ["from_ms", -1],
    ],
    key: ["queue", "tenant_id", "from_ms"],
    insert: `
WITH given AS (SELECT * FROM json_to_recordset($1::json) AS g (queue text, tenant_id bigint, from_ms bigint, to_ms bigint)),
ended AS (
  INSERT INTO holds (queue, tenant_id, from_ms, to_ms)
  SELECT queue, tenant_id, from_ms, to_ms FROM given WHERE to_ms IS NOT NULL
)
INSERT INTO tenant_schedules AS s (queue, tenant_id, held_since_ms)
SELECT queue, tenant_id, from_ms FROM given WHERE to_ms IS NULL
ON CONFLICT (queue, tenant_id) DO UPDATE SET held_since_ms = excluded.held_since_ms`,
    row: ({ queue, tenantId, fromMs, toMs }) => ({
      ...{ queue, tenant_id: tenantId, from_ms: fromMs, to_ms: toMs },
    }),
    record: (row) => ({
      ...{ kind: "hold", queue: row.queue, tenantId: row.tenant_id, fromMs: row.from_ms },
      ...given("toMs", row.to_ms),
    }),
  }),

  reply: table<"reply", "record">({
    from: "reply_journal",
    order: [["id", ""]],
    key: ["id"],
    insert: insertInto("reply_journal", [
      ...["id", "record", "tenant_id", "contact", "state", "queued_at_ms", "changed_at_ms", "message_id"],
      ...["open_fingerprint", "attempt_started_at_ms"],
    ]),
    row: (reply) => {
      const record = withoutKind(reply);
      const open = awaitsId(record) ? record.attempt : undefined;
      return {
        ...{ id: record.id, record, tenant_id: record.tenantId, contact: record.contact },
        ...{ state: record.state, queued_at_ms: record.queuedAtMs, changed_at_ms: record.changedAtMs },
        message_id: record.messageId === undefined ? null : keyOf(record.messageId),
        ...{ open_fingerprint: open?.fingerprint, attempt_started_at_ms: open?.startedAtMs },
      };
    },
    record: (row) => ({ ...(row.record as Of<"reply">), kind: "reply" }),
  }),

  contested: table<
    "contested",
    "contact" | "held_by" | "link_of" | "campaign" | "times" | "first_at_ms" | "last_at_ms"
  >({
    from: "contested_contacts",
    order: [["number", 0]],
    key: ["contact", "held_by", "link_of"],
    insert: `
INSERT INTO contested_contacts (contact, held_by, link_of, campaign, times, first_at_ms, last_at_ms, number)
SELECT contact, held_by, link_of, campaign, times, first_at_ms, last_at_ms, nextval('contested_uses')
FROM (SELECT * FROM ${rowsOf("contested_contacts")} ORDER BY ordinality) AS in_order`,
    row: (contested) => ({
      ...{ contact: contested.contact, held_by: contested.heldBy, link_of: contested.linkOf },
      ...{ campaign: contested.campaign, times: contested.times },
      ...{ first_at_ms: contested.firstAtMs, last_at_ms: contested.lastAtMs },
    }),
    record: (row) => ({
      ...{ kind: "contested", contact: row.contact, heldBy: row.held_by, linkOf: row.link_of },
      ...{ times: row.times, firstAtMs: row.first_at_ms, lastAtMs: row.last_at_ms },
      ...given("campaign", row.campaign),
    }),
  }),

  audit: table<"audit", "at_ms" | "actor" | "action" | "subject" | "details">({
    from: "audit_entries",
    order: [["number", 0]],
    key: ["at_ms", "actor", "action", "subject", "details"],
    insert: insertInto("audit_entries", ["at_ms", "actor", "action", "subject", "details"]),
    row: ({ atMs, actor, action, subject, details }) => ({ at_ms: atMs, actor, action, subject, details }),
    record: (row) => ({
      ...{ kind: "audit", atMs: row.at_ms, actor: row.actor, action: row.action },
      ...{ subject: row.subject, details: row.details },
    }),
    // Entries are numbered only: what names one is all it says.
    find: `
SELECT given.ordinality AS row_index, e.* FROM ${rowsOf("audit_entries")}
JOIN audit_entries e ON e.at_ms = given.at_ms AND e.actor = given.actor AND e.action = given.action
  AND e.subject = given.subject AND e.details::jsonb = given.details::jsonb`,
  }),

  idempotency_key: table<"idempotency_key", "tenant_id" | "key" | "fingerprint" | "reply_id" | "used_at_ms">({
    from: "idempotency_keys",
    order: [
      ["tenant_id", 0],
      ["key", ""],
    ],
    key: ["tenant_id", "key"],
    insert: insertInto("idempotency_keys", ["tenant_id", "key", "fingerprint", "reply_id", "used_at_ms"]),
    row: ({ tenantId, key, fingerprint, replyId, usedAtMs }) => ({
      ...{ tenant_id: tenantId, key, fingerprint, reply_id: replyId, used_at_ms: usedAtMs },
    }),
    record: (row) => ({
      ...{ kind: "idempotency_key", tenantId: row.tenant_id, key: row.key },
      ...{ fingerprint: row.fingerprint, replyId: row.reply_id, usedAtMs: row.used_at_ms },
    }),
  }),

  state: table<"state", "name" | "value">({
    from: "gateway_state",
    order: [["name", ""]],
    key: ["name"],
    insert: insertInto("gateway_state", ["name", "value"]),
    row: ({ name, value }) => ({ name, value }),
    record: (row) => ({ kind: "state", name: row.name, value: row.value }),
  }),

  identity: table<"identity", "queue" | "identity" | "tenant_id" | "at_ms">({
    from: "identities",
    order: [
      ["queue", ""],
      ["identity", ""],
    ],
    key: ["queue", "identity"],
    insert: insertInto("identities", ["queue", "identity", "tenant_id", "at_ms"]),
    row: ({ queue, identity, tenantId, atMs }) => ({ queue, identity, tenant_id: tenantId, at_ms: atMs }),
    record: (row) => ({
      ...{ kind: "identity", queue: row.queue, identity: row.identity },
      ...{ tenantId: row.tenant_id, atMs: row.at_ms },
    }),
  }),
};

/** Rows by what names them, as the engine and as JSON say it. */
export function keyTextOf(row: Row, columns: readonly string[]): string {
  return JSON.stringify(columns.map((column) => row[column]));
}

function withoutKind(reply: Of<"reply">): ReplyRecord {
  return Object.fromEntries(
    Object.entries(reply).filter(([name]) => name !== "kind"),
  ) as unknown as ReplyRecord;
}

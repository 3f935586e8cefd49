import { createHash, randomUUID } from "node:crypto";
import {
  GatewayError,
  LEADER_LEASE_MS,
  type Clock,
  type ContactId,
  type FoundRecord,
  type Logger,
  type MediaOutcome,
  type Migratable,
  type MigrationKind,
  type MigrationRecord,
  type TenantId,
} from "@gateway-router/core";
import { keyTextOf, MIGRATED_TABLES, type MigratedTable } from "./migrated-tables.js";
import { PostgresDatabase, type Queries, type Row, type Statement } from "./postgres-database.js";
import { PostgresLeaderLease } from "./postgres-leader-lease.js";
import { keyOf } from "./texts.js";

export interface PostgresMigratableOptions {
  readonly url: string;
  readonly schema?: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The tables by a connection that is there already, closed by whoever opened it. */
  readonly database?: PostgresDatabase;
}

interface FileRow {
  readonly id: string;
  readonly contact: ContactId;
  readonly record: { readonly id: string; readonly outcome: MediaOutcome };
  readonly upload: string | null;
  readonly kept_at_ms: number;
  readonly tenant_id: TenantId | null;
}

/** Read, looked up or written in one piece. */
const AT_ONCE = 500;
const CHUNK_BYTES = 2 ** 20;

/**
 * The tables of one schema, to be carried to another engine, or from one. While it is open it has the lease by which one
 * of the instances leads, so that none can be at work.
 */
export class PostgresMigratable implements Migratable {
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly database: PostgresDatabase,
    private readonly lease: PostgresLeaderLease,
    private readonly ownsDatabase: boolean,
  ) {}

  /** Rejects while a gateway works with the tables. */
  static async open(options: PostgresMigratableOptions): Promise<PostgresMigratable> {
    const database = options.database ?? (await PostgresDatabase.open(options));
    const lease = new PostgresLeaderLease(database);
    const migratable = new PostgresMigratable(database, lease, options.database === undefined);
    try {
      await migratable.confirmAlone();
      return migratable;
    } catch (error) {
      await migratable.close();
      throw error;
    }
  }

  async *records(kind: MigrationKind): AsyncIterable<readonly MigrationRecord[]> {
    if (kind === "media") {
      yield* this.files();
      return;
    }
    const table = MIGRATED_TABLES[kind];
    const { statement, values: start } = walkOf(kind, table);
    let values: readonly unknown[] = start;
    for (;;) {
      const rows: readonly Row[] = await this.database.query(statement, [...values, AT_ONCE]);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map((row) => table.record(row));
      values = table.order.map(([column]) => last[column]);
    }
  }

  async find(records: readonly MigrationRecord[]): Promise<readonly FoundRecord[]> {
    const [first] = records;
    if (first === undefined) return [];
    const { kind } = first;
    if (kind === "media") {
      const found: FoundRecord[] = [];
      for (const record of records) if (record.kind === kind) found.push(await this.findFile(record.id));
      return found;
    }
    const found = await this.findRows(kind, records);
    if (kind === "alias") await this.addLockedNames(records, found);
    if (kind === "delivery" || kind === "dead_letter") await this.addPassed(records, found);
    return found;
  }

  async take(records: readonly MigrationRecord[]): Promise<void> {
    const [first] = records;
    if (first === undefined || first.kind === "media") return;
    const { kind } = first;
    const table = MIGRATED_TABLES[kind];
    const rows = JSON.stringify(records.map((record) => table.row(record)));
    await this.database.transaction(async (transaction) => {
      await transaction.query({ name: `migrate-take-${kind}`, text: table.insert }, [rows]);
      if (kind === "delivery") await formLines(transaction, rows);
    });
  }

  async *content({ id }: MigrationRecord<"media">): AsyncIterable<Uint8Array> {
    const [row] = await this.database.query<FileRow>(FIND_FILE, [keyOf(id)]);
    if (row?.upload == null) return;
    for (let number = 0; ; number += 1) {
      const [chunk] = await this.database.query<{ content: Buffer }>(READ_CHUNK, [row.upload, number]);
      if (chunk === undefined) return;
      yield chunk.content;
    }
  }

  async takeFile(file: MigrationRecord<"media">, content: AsyncIterable<Uint8Array>): Promise<void> {
    const { id, contact, keptAtMs, outcome, tenantId } = file;
    const upload = outcome.kind === "kept" ? randomUUID() : null;
    if (upload !== null) await this.receive(upload, content);
    const values = [
      ...[keyOf(id), contact, JSON.stringify({ id, outcome }), upload],
      ...[outcome.kind === "kept" ? outcome.sizeBytes : 0, keptAtMs, tenantId ?? null],
    ];
    // What is received of a file that did not become one goes with what is unused.
    await this.database.transaction(async (transaction) => {
      await transaction.query(ADD_FILE, values);
      await transaction.query(USE_UPLOAD, [upload]);
    });
  }

  async confirmAlone(): Promise<void> {
    if (await this.lease.take(LEADER_LEASE_MS)) return;
    throw new GatewayError(
      "storage_in_use",
      `A gateway or another migration works with this PostgreSQL, or did until ${LEADER_LEASE_MS / 1_000} seconds ago. Stop all of them first, and try again then.`,
      { retryable: true },
    );
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private async closeAll(): Promise<void> {
    // Where the engine is away, it ends by itself.
    await this.lease.giveUp().catch(() => undefined);
    if (this.ownsDatabase) await this.database.close();
  }

  private async findRows(
    kind: Exclude<MigrationKind, "media">,
    records: readonly MigrationRecord[],
  ): Promise<FoundRecord[]> {
    const table = MIGRATED_TABLES[kind];
    const given = records.map((record) => table.row(record));
    const rows = await this.database.query(findOf(kind, table), [JSON.stringify(given)]);
    if (table.find !== undefined) {
      const found = records.map((): FoundRecord => undefined);
      for (const row of rows) found[Number(row["row_index"]) - 1] = table.record(row);
      return found;
    }
    const byKey = new Map(rows.map((row) => [keyTextOf(row, table.key), table.record(row)]));
    return given.map((row) => byKey.get(keyTextOf(row, table.key)));
  }

  /** What is locked under a name that would stand for another would be found no more. */
  private async addLockedNames(records: readonly MigrationRecord[], found: FoundRecord[]): Promise<void> {
    const names = records.flatMap((record) => (record.kind === "alias" ? [record.name] : []));
    const rows = await this.database.query(LOCKED_NAMES, [names]);
    const byName = new Map(rows.map((row) => [row["contact"], MIGRATED_TABLES.mapping.record(row)]));
    records.forEach((record, index) => {
      if (record.kind === "alias") found[index] ??= byName.get(record.name);
    });
  }

  /** Identities come behind all deliveries: one that is known without its delivery was carried, and is gone since. */
  private async addPassed(records: readonly MigrationRecord[], found: FoundRecord[]): Promise<void> {
    const missing = records.flatMap((record, index) => {
      if (found[index] !== undefined) return [];
      if (record.kind === "delivery")
        return [{ index, queue: record.queue, identity: keyOf(record.delivery.identity) }];
      if (record.kind === "dead_letter")
        return [{ index, queue: record.queue, identity: keyOf(record.letter.identity) }];
      return [];
    });
    if (missing.length === 0) return;
    const rows = await this.database.query<{ index: number }>(KNOWN_IDENTITIES, [JSON.stringify(missing)]);
    for (const { index } of rows) found[index] = "passed";
  }

  private async *files(): AsyncIterable<readonly MigrationRecord[]> {
    for (let last = ""; ;) {
      const rows: readonly FileRow[] = await this.database.query<FileRow>(LIST_FILES, [last, AT_ONCE]);
      for (const row of rows) yield [await this.asMigrated(row)];
      const id = rows.at(-1)?.id;
      if (id === undefined) return;
      last = id;
    }
  }

  private async findFile(id: string): Promise<FoundRecord> {
    const [row] = await this.database.query<FileRow>(FIND_FILE, [keyOf(id)]);
    return row && this.asMigrated(row);
  }

  private async asMigrated(row: FileRow): Promise<MigrationRecord<"media">> {
    const { contact, record, kept_at_ms: keptAtMs, tenant_id: tenantId } = row;
    const file: MigrationRecord<"media"> = {
      ...{ kind: "media", id: record.id, contact, keptAtMs, outcome: record.outcome },
      ...(tenantId === null ? {} : { tenantId }),
    };
    if (row.upload === null) return file;
    const hash = createHash("sha256");
    for await (const piece of this.content(file)) hash.update(piece);
    return { ...file, sha256: hash.digest("hex") };
  }

  private async receive(upload: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    await this.database.query(BEGIN_UPLOAD, [upload]);
    let number = 0;
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    const write = async () => {
      await this.database.query(ADD_CHUNK, [upload, number, Buffer.concat(waiting)]);
      number += 1;
      [waiting, waitingBytes] = [[], 0];
    };
    for await (const piece of content) {
      waiting.push(piece);
      waitingBytes += piece.byteLength;
      if (waitingBytes >= CHUNK_BYTES) await write();
    }
    if (waitingBytes > 0) await write();
  }
}

function walkOf(
  kind: MigrationKind,
  { from, order }: MigratedTable,
): { readonly statement: Statement; readonly values: readonly unknown[] } {
  const columns = order.map(([column]) => column).join(", ");
  const after = order.map((_, index) => `$${index + 1}`).join(", ");
  return {
    statement: {
      name: `migrate-walk-${kind}`,
      text: `SELECT * FROM ${from} AS kept WHERE (${columns}) > (${after}) ORDER BY ${columns} LIMIT $${order.length + 1}`,
    },
    values: order.map(([, start]) => start),
  };
}

const NUMBER_COLUMNS: ReadonlySet<string> = new Set(["tenant_id", "from_ms", "held_by", "link_of"]);

/** Of a column among those that name records. */
function isNumber(kind: MigrationKind, column: string): boolean {
  return NUMBER_COLUMNS.has(column) || (kind === "tenant" && column === "id");
}

function findOf(kind: MigrationKind, { from, key, find }: MigratedTable): Statement {
  const same = key.map((column) => `kept.${column} = given.${column}`).join(" AND ");
  const typed = key
    .map((column) => `${column} ${isNumber(kind, column) ? "bigint" : 'text COLLATE "C"'}`)
    .join(", ");
  return {
    name: `migrate-find-${kind}`,
    text:
      find ??
      `
SELECT kept.* FROM (SELECT DISTINCT * FROM json_to_recordset($1::json) AS g (${typed})) AS given
JOIN ${from} AS kept ON ${same}`,
  };
}

/** A line for what waits and has none, and the tenant's row that says that it has lines. */
async function formLines(transaction: Queries, rows: string): Promise<void> {
  await transaction.query(FORM_LINES, [rows]);
  await transaction.query(NOTE_WAITING, [rows]);
}

const FORM_LINES: Statement = {
  name: "migrate-form-lines",
  text: `
INSERT INTO lines AS l (queue, generation, tenant_id, waiting, head_enqueued_at_ms, due_at_ms, turn)
SELECT g.queue, g.generation, g.tenant_id,
  (SELECT count(*) FROM deliveries d WHERE d.queue = g.queue AND d.generation = g.generation),
  (
    SELECT d.enqueued_at_ms FROM deliveries d
    WHERE d.queue = g.queue AND d.generation = g.generation ORDER BY d.number LIMIT 1
  ),
  now_ms(), nextval('turns')
FROM (
  SELECT queue, generation, min(tenant_id) AS tenant_id
  FROM json_populate_recordset(NULL::deliveries, $1::json) GROUP BY queue, generation
) AS g
ON CONFLICT (queue, generation) DO UPDATE SET waiting = excluded.waiting`,
};

const NOTE_WAITING: Statement = {
  name: "migrate-note-waiting",
  text: `
INSERT INTO tenant_schedules AS s (queue, tenant_id, is_waiting)
SELECT DISTINCT queue, tenant_id, true FROM json_populate_recordset(NULL::deliveries, $1::json)
ON CONFLICT (queue, tenant_id) DO UPDATE SET is_waiting = true`,
};

const LOCKED_NAMES: Statement = {
  name: "migrate-locked-names",
  text: "SELECT * FROM mappings WHERE contact = ANY ($1)",
};

const KNOWN_IDENTITIES: Statement = {
  name: "migrate-known-identities",
  text: `
SELECT given.index FROM json_to_recordset($1::json) AS given (index integer, queue text, identity text)
JOIN identities i ON i.queue = given.queue AND i.identity = given.identity`,
};

const LIST_FILES: Statement = {
  name: "migrate-list-files",
  text: "SELECT * FROM media_files WHERE id > $1 ORDER BY id LIMIT $2",
};

const FIND_FILE: Statement = {
  name: "migrate-find-file",
  text: "SELECT * FROM media_files WHERE id = $1",
};

const READ_CHUNK: Statement = {
  name: "migrate-read-chunk",
  text: "SELECT content FROM media_chunks WHERE upload = $1 AND number = $2",
};

const BEGIN_UPLOAD: Statement = {
  name: "migrate-begin-upload",
  text: "INSERT INTO media_uploads (upload, unused_since_ms) VALUES ($1, now_ms())",
};

const ADD_CHUNK: Statement = {
  name: "migrate-add-chunk",
  text: "INSERT INTO media_chunks (upload, number, content) VALUES ($1, $2, $3)",
};

const USE_UPLOAD: Statement = {
  name: "migrate-use-upload",
  text: "UPDATE media_uploads SET unused_since_ms = NULL WHERE upload = $1",
};

const ADD_FILE: Statement = {
  name: "migrate-add-file",
  text: `
INSERT INTO media_files (id, contact, record, upload, size_bytes, kept_at_ms, tenant_id)
VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

import { randomUUID } from "node:crypto";
import type {
  ContactId,
  FileToKeep,
  Logger,
  MediaOutcome,
  MediaStore,
  OpenedFile,
  StoredMedia,
  TenantId,
} from "@gateway-router/core";
import type { PostgresDatabase, Statement } from "./postgres-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import { keyOf } from "./texts.js";

export interface PostgresMediaStoreOptions {
  readonly database: PostgresDatabase;
  readonly logger: Logger;
  readonly limits?: Partial<PostgresMediaLimits> | undefined;
}

export interface PostgresMediaLimits {
  readonly maxFileBytes: number;
  /** Past this the oldest files go. Those under way come on top. */
  readonly maxTotalBytes: number;
}

interface MediaRecord {
  readonly id: string;
  readonly outcome: MediaOutcome;
}

interface FileRow {
  readonly record: MediaRecord;
  readonly upload: string | null;
  readonly kept_at_ms: number;
  readonly tenant_id: TenantId | null;
}

const DEFAULT_LIMITS: PostgresMediaLimits = { maxFileBytes: 64 * 2 ** 20, maxTotalBytes: 10 * 2 ** 30 };
/** Small enough for any connection, large enough that a file takes few. */
const CHUNK_BYTES = 256 * 1024;
/** Nobody takes longer to fetch a file, or to read one. */
const UNUSED_KEPT_MS = 3_600_000;
const UPLOADS_REMOVED_AT_ONCE = 20;

/** Contacts' files in PostgreSQL, in pieces. A file is there once its record is, in one transaction with all of its content. */
export class PostgresMediaStore implements MediaStore {
  private readonly database: PostgresDatabase;
  private readonly limits: PostgresMediaLimits;

  constructor(private readonly options: PostgresMediaStoreOptions) {
    this.database = options.database;
    const { maxFileBytes, maxTotalBytes } = { ...DEFAULT_LIMITS, ...options.limits };
    this.limits = { maxFileBytes: Math.min(maxFileBytes, maxTotalBytes), maxTotalBytes };
  }

  async keep(file: FileToKeep, content: AsyncIterable<Uint8Array>): Promise<MediaOutcome> {
    const { maxFileBytes } = this.limits;
    const upload = randomUUID();
    const received = await this.receive(upload, file, content).catch(async (error: unknown) => {
      // What is left of it goes with what is unused, should this fail as well.
      await this.database.query(REMOVE_UPLOAD, [upload]).catch(() => undefined);
      throw error;
    });
    if (received === "too_large") {
      await this.database.query(REMOVE_UPLOAD, [upload]);
      return this.fail(file, `the file is larger than ${maxFileBytes} bytes`);
    }
    return this.noteKept(file, upload, received);
  }

  async fail({ id, contact }: Pick<FileToKeep, "id" | "contact">, error: string): Promise<MediaOutcome> {
    const record: MediaRecord = { id, outcome: { kind: "failed", error } };
    await this.database.query(ADD, [keyOf(id), contact, JSON.stringify(record), null, 0]);
    return (await this.outcome(id)) ?? record.outcome;
  }

  async outcome(id: string): Promise<MediaOutcome | undefined> {
    const [row] = await this.database.query<FileRow>(FIND, [keyOf(id)]);
    return row?.record.outcome;
  }

  async handTo(id: string, tenantId: TenantId): Promise<MediaOutcome | undefined> {
    const [row] = await this.database.query<FileRow>(FIND, [keyOf(id)]);
    if (row !== undefined && row.upload !== null && row.tenant_id !== tenantId) {
      await this.database.query(HAND_TO, [keyOf(id), tenantId]);
    }
    return row?.record.outcome;
  }

  async open(id: string, tenantId: TenantId): Promise<OpenedFile | undefined> {
    const [row] = await this.database.query<FileRow>(FIND, [keyOf(id)]);
    if (row?.record.outcome.kind !== "kept" || row.upload === null || row.tenant_id !== tenantId) {
      return undefined;
    }
    const { sizeBytes, mimetype, filename } = row.record.outcome;
    const { upload } = row;
    return {
      sizeBytes,
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(filename === undefined ? {} : { filename }),
      content: () => this.chunksOf(upload),
      close: () => Promise.resolve(),
    };
  }

  async ofContacts(contacts: readonly ContactId[]): Promise<readonly StoredMedia[]> {
    const rows = await this.database.query<FileRow>(OF_CONTACTS, [contacts]);
    return rows.map(({ record, kept_at_ms, tenant_id }) => ({
      ...{ id: record.id, outcome: record.outcome, keptAtMs: kept_at_ms, tenantId: tenant_id ?? undefined },
    }));
  }

  async remove(id: string): Promise<void> {
    await this.database.query(REMOVE, [[keyOf(id)]]);
  }

  /** What comes by regularly also removes contents that were nobody's for long enough. */
  async prune(olderThanMs: number): Promise<number> {
    let pruned = 0;
    for (let last = PRUNED_AT_ONCE; last === PRUNED_AT_ONCE; pruned += last) {
      const [row] = await this.database.query<{ removed: number }>(PRUNE, [olderThanMs, PRUNED_AT_ONCE]);
      last = row!.removed;
    }
    await removeInPieces(this.database, PRUNE_UPLOADS, [UNUSED_KEPT_MS], UPLOADS_REMOVED_AT_ONCE);
    return pruned;
  }

  private async receive(
    upload: string,
    { sizeBytes: announcedBytes = 0 }: FileToKeep,
    content: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly sizeBytes: number } | "too_large"> {
    const { maxFileBytes } = this.limits;
    await this.database.query(BEGIN_UPLOAD, [upload]);
    let sizeBytes = 0;
    let number = 0;
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    const write = async () => {
      await this.database.query(ADD_CHUNK, [upload, number, Buffer.concat(waiting)]);
      number += 1;
      [waiting, waitingBytes] = [[], 0];
    };
    for await (const piece of content) {
      sizeBytes += piece.byteLength;
      // Leaving the loop ends the content.
      if (announcedBytes > maxFileBytes || sizeBytes > maxFileBytes) return "too_large";
      waiting.push(piece);
      waitingBytes += piece.byteLength;
      if (waitingBytes >= CHUNK_BYTES) await write();
    }
    if (waitingBytes > 0) await write();
    return announcedBytes > maxFileBytes ? "too_large" : { sizeBytes };
  }

  private async noteKept(
    { id, contact, mimetype, filename }: FileToKeep,
    upload: string,
    { sizeBytes }: { readonly sizeBytes: number },
  ): Promise<MediaOutcome> {
    const outcome: MediaOutcome = {
      ...{ kind: "kept", sizeBytes },
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(filename === undefined ? {} : { filename }),
    };
    const record: MediaRecord = { id, outcome };
    const { removed, first } = await this.database.transaction(async (transaction) => {
      const [room] = await transaction.query<{ removed: number }>(MAKE_ROOM, [
        sizeBytes,
        this.limits.maxTotalBytes,
      ]);
      const values = [keyOf(id), contact, JSON.stringify(record), upload, sizeBytes];
      const isFirst = (await transaction.query(ADD, values)).length > 0;
      await transaction.query(isFirst ? USE_UPLOAD : REMOVE_UPLOAD, [upload]);
      const [known] = await transaction.query<FileRow>(FIND, [keyOf(id)]);
      return { removed: room!.removed, first: known!.record.outcome };
    });
    if (removed > 0) {
      this.options.logger.log(
        "warn",
        `📎 Contacts' files take all the room they may (${this.limits.maxTotalBytes} bytes): the oldest are removed before their time`,
        { event: "media.full", removed },
      );
    }
    return first;
  }

  private async *chunksOf(upload: string): AsyncIterable<Uint8Array> {
    for (let number = 0; ; number += 1) {
      const [row] = await this.database.query<{ content: Buffer }>(READ_CHUNK, [upload, number]);
      if (row === undefined) return;
      yield row.content;
    }
  }
}

const PRUNED_AT_ONCE = 500;

const BEGIN_UPLOAD: Statement = {
  name: "begin-upload",
  text: "INSERT INTO media_uploads (upload, unused_since_ms) VALUES ($1, now_ms())",
};

const ADD_CHUNK: Statement = {
  name: "add-chunk",
  text: "INSERT INTO media_chunks (upload, number, content) VALUES ($1, $2, $3)",
};

const USE_UPLOAD: Statement = {
  name: "use-upload",
  text: "UPDATE media_uploads SET unused_since_ms = NULL WHERE upload = $1",
};

const REMOVE_UPLOAD: Statement = {
  name: "remove-upload",
  text: "DELETE FROM media_uploads WHERE upload = $1",
};

const READ_CHUNK: Statement = {
  name: "read-chunk",
  text: "SELECT content FROM media_chunks WHERE upload = $1 AND number = $2",
};

const MAKE_ROOM: Statement = {
  name: "make-media-room",
  text: "SELECT make_media_room($1, $2) AS removed",
};

const ADD: Statement = {
  name: "add-media",
  text: `
INSERT INTO media_files (id, contact, record, upload, size_bytes, kept_at_ms)
VALUES ($1, $2, $3, $4, $5, now_ms()) ON CONFLICT DO NOTHING RETURNING 1`,
};

const FIND: Statement = {
  name: "find-media",
  text: "SELECT record, upload, kept_at_ms, tenant_id FROM media_files WHERE id = $1",
};

const HAND_TO: Statement = {
  name: "hand-media-to",
  text: "UPDATE media_files SET tenant_id = $2 WHERE id = $1",
};

const OF_CONTACTS: Statement = {
  name: "media-of-contacts",
  text: "SELECT record, upload, kept_at_ms, tenant_id FROM media_files WHERE contact = ANY ($1)",
};

const REMOVE: Statement = { name: "remove-media", text: "SELECT remove_media($1)" };

const PRUNE: Statement = {
  name: "prune-media",
  text: `
SELECT remove_media(ARRAY(
  SELECT id FROM media_files WHERE kept_at_ms < (SELECT now_ms()) - $1::bigint ORDER BY kept_at_ms LIMIT $2
)) AS removed`,
};

const PRUNE_UPLOADS: Statement = {
  name: "prune-uploads",
  text: `
DELETE FROM media_uploads WHERE upload IN (
  SELECT upload FROM media_uploads WHERE unused_since_ms < (SELECT now_ms()) - $1::bigint
  ORDER BY unused_since_ms LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

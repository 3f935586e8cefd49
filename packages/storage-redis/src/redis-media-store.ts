import { randomUUID } from "node:crypto";
import {
  StorageUnavailableError,
  type ContactId,
  type FileToKeep,
  type Logger,
  type MediaOutcome,
  type MediaStore,
  type OpenedFile,
  type StoredMedia,
  type TenantId,
} from "@gateway-router/core";
import { identityKey } from "./identity-key.js";
import type { RedisDatabase } from "./redis-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import {
  ADD_MEDIA,
  FIND_MEDIA,
  HAND_MEDIA_TO,
  MEDIA_OF_CONTACTS,
  PRUNE_MEDIA,
  REMOVE_MEDIA,
} from "./scripts/media-scripts.js";

export interface RedisMediaStoreOptions {
  readonly database: RedisDatabase;
  readonly logger: Logger;
  readonly limits?: Partial<RedisMediaLimits> | undefined;
}

export interface RedisMediaLimits {
  readonly maxFileBytes: number;
  /** Past this the oldest files go. Those under way come on top. */
  readonly maxTotalBytes: number;
}

interface MediaRecord {
  readonly id: string;
  readonly outcome: MediaOutcome;
}

const DEFAULT_LIMITS: RedisMediaLimits = { maxFileBytes: 64 * 2 ** 20, maxTotalBytes: 512 * 2 ** 20 };
/** Small enough to hold nobody up, large enough that a file takes few. */
const CHUNK_BYTES = 256 * 1024;
/** Nobody takes longer to fetch a piece of a file; what is left of an upload goes by itself then. */
const UPLOAD_KEPT_SECONDS = 3_600;

/** Contacts' files in Redis, in pieces: each instance has what any of them fetched. A file is there once its record is. */
export class RedisMediaStore implements MediaStore {
  private readonly database: RedisDatabase;
  private readonly limits: RedisMediaLimits;

  constructor(private readonly options: RedisMediaStoreOptions) {
    this.database = options.database;
    const { maxFileBytes, maxTotalBytes } = { ...DEFAULT_LIMITS, ...options.limits };
    this.limits = { maxFileBytes: Math.min(maxFileBytes, maxTotalBytes), maxTotalBytes };
  }

  async keep(file: FileToKeep, content: AsyncIterable<Uint8Array>): Promise<MediaOutcome> {
    const { maxFileBytes } = this.limits;
    const upload = randomUUID();
    const received = await this.receive(upload, file, content).catch(async (error: unknown) => {
      // What is left of it goes by itself, should this fail as well.
      await this.removeUpload(upload).catch(() => undefined);
      throw error;
    });
    if (received === "too_large") {
      await this.removeUpload(upload);
      return this.fail(file, `the file is larger than ${maxFileBytes} bytes`);
    }
    const { id, contact, mimetype, filename } = file;
    const { sizeBytes } = received;
    const outcome: MediaOutcome = {
      ...{ kind: "kept", sizeBytes },
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(filename === undefined ? {} : { filename }),
    };
    return this.add({ id, outcome }, contact, { upload, sizeBytes });
  }

  fail({ id, contact }: Pick<FileToKeep, "id" | "contact">, error: string): Promise<MediaOutcome> {
    return this.add({ id, outcome: { kind: "failed", error } }, contact, { upload: "", sizeBytes: 0 });
  }

  async outcome(id: string): Promise<MediaOutcome | undefined> {
    return (await this.find(id))?.record.outcome;
  }

  async handTo(id: string, tenantId: TenantId): Promise<MediaOutcome | undefined> {
    const record = (await this.database.run(HAND_MEDIA_TO, identityKey(id), String(tenantId))) as
      string | null;
    return record === null ? undefined : (JSON.parse(record) as MediaRecord).outcome;
  }

  async open(id: string, tenantId: TenantId): Promise<OpenedFile | undefined> {
    const found = await this.find(id);
    if (found?.record.outcome.kind !== "kept" || found.tenant !== String(tenantId)) return undefined;
    const { sizeBytes, mimetype, filename } = found.record.outcome;
    return {
      sizeBytes,
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(filename === undefined ? {} : { filename }),
      content: () => this.chunksOf(found.upload, sizeBytes),
      close: () => Promise.resolve(),
    };
  }

  async ofContacts(contacts: readonly ContactId[]): Promise<readonly StoredMedia[]> {
    const flat = (await this.database.run(MEDIA_OF_CONTACTS, ...contacts)) as readonly string[];
    return Array.from({ length: flat.length / 3 }, (_, index) => {
      const [text, tenant, keptAtMs] = flat.slice(3 * index) as [string, string, string];
      const { id, outcome } = JSON.parse(text) as MediaRecord;
      const tenantId = tenant === "" ? undefined : (Number(tenant) as TenantId);
      return { id, outcome, keptAtMs: Number(keptAtMs), tenantId };
    });
  }

  async remove(id: string): Promise<void> {
    await this.database.run(REMOVE_MEDIA, identityKey(id));
  }

  prune(olderThanMs: number): Promise<number> {
    return removeInPieces(this.database, PRUNE_MEDIA, String(olderThanMs));
  }

  private async find(
    id: string,
  ): Promise<{ readonly record: MediaRecord; readonly upload: string; readonly tenant: string } | undefined> {
    const reply = (await this.database.run(FIND_MEDIA, identityKey(id))) as readonly string[] | null;
    if (reply === null) return undefined;
    const [text, upload, tenant] = reply as readonly [string, string, string];
    return { record: JSON.parse(text) as MediaRecord, upload, tenant };
  }

  private async add(
    record: MediaRecord,
    contact: ContactId,
    { upload, sizeBytes }: { readonly upload: string; readonly sizeBytes: number },
  ): Promise<MediaOutcome> {
    const { maxTotalBytes } = this.limits;
    const values = [contact, upload, String(sizeBytes), String(maxTotalBytes)];
    const reply = await this.database.run(
      ...[ADD_MEDIA, identityKey(record.id), JSON.stringify(record), ...values],
    );
    const [first, removed] = reply as readonly [string, string];
    if (removed !== "0") {
      this.options.logger.log(
        "warn",
        `📎 Contacts' files take all the room they may (${maxTotalBytes} bytes): the oldest are removed before their time`,
        { event: "media.full", removed: Number(removed) },
      );
    }
    return (JSON.parse(first) as MediaRecord).outcome;
  }

  private async receive(
    upload: string,
    { sizeBytes: announcedBytes = 0 }: FileToKeep,
    content: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly sizeBytes: number } | "too_large"> {
    const { maxFileBytes } = this.limits;
    const key = this.keyOf(upload);
    let sizeBytes = 0;
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    const write = async () => {
      await this.database.call(["RPUSH", key, Buffer.concat(waiting)]);
      await this.database.call(["EXPIRE", key, String(UPLOAD_KEPT_SECONDS)]);
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

  private async removeUpload(upload: string): Promise<void> {
    await this.database.call(["UNLINK", this.keyOf(upload)]);
  }

  private async *chunksOf(upload: string, sizeBytes: number): AsyncIterable<Uint8Array> {
    let readBytes = 0;
    for (let number = 0; readBytes < sizeBytes; number += 1) {
      const chunk = await this.database.bytes(["LINDEX", this.keyOf(upload), String(number)]);
      if (chunk === undefined) throw new StorageUnavailableError("The file was removed while it was read");
      readBytes += chunk.byteLength;
      yield chunk;
    }
  }

  private keyOf(upload: string): string {
    return `${this.database.prefix}media-chunks:${upload}`;
  }
}

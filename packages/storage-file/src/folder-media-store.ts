import type {
  Clock,
  ContactId,
  FileToKeep,
  Logger,
  MediaOutcome,
  MediaStore,
  OpenedFile,
  StoredMedia,
  TenantId,
} from "@gateway-router/core";
import { MediaAges, type AgedFile } from "./media-ages.js";
import { MediaFolder, mediaNameOf, type FoundInFolder, type MediaCrashPoint } from "./media-folder.js";
import type { MediaRecord } from "./media-record.js";
import { OneAtATime } from "./one-at-a-time.js";

export interface FolderMediaStoreOptions {
  /** Made where it is not there; nobody else may write in it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits?: Partial<MediaLimits> | undefined;
  /** For tests: called where a crash would fall between two steps. What it throws counts as the disk's fault. */
  readonly crashPoint?: ((name: MediaCrashPoint) => void) | undefined;
}

export interface MediaLimits {
  readonly maxFileBytes: number;
  /** Past this the oldest files go, so that files never fill the disk. Those under way come on top. */
  readonly maxTotalBytes: number;
}

export const DEFAULT_MEDIA_LIMITS: MediaLimits = { maxFileBytes: 64 * 2 ** 20, maxTotalBytes: 10 * 2 ** 30 };

const HOUR_MS = 3_600_000;
const RECORDS_READ_AT_ONCE = 32;

/** Contacts' files in a folder. Content counts once its record is beside it; what a crash left without is removed at the next start. */
export class FolderMediaStore implements MediaStore {
  private readonly ages = new MediaAges();
  private readonly turns = new OneAtATime();
  private readonly limits: MediaLimits;
  private readonly tidied: Promise<void>;
  private lastWarnedAtMs = -Infinity;

  private constructor(
    private readonly options: FolderMediaStoreOptions,
    private readonly folder: MediaFolder,
    found: FoundInFolder,
  ) {
    const { maxFileBytes, maxTotalBytes } = { ...DEFAULT_MEDIA_LIMITS, ...options.limits };
    this.limits = { maxFileBytes: Math.min(maxFileBytes, maxTotalBytes), maxTotalBytes };
    this.tidied = this.tidy(found);
  }

  static async open(options: FolderMediaStoreOptions): Promise<FolderMediaStore> {
    const folder = new MediaFolder(options);
    return new FolderMediaStore(options, folder, await folder.open());
  }

  async keep(file: FileToKeep, content: AsyncIterable<Uint8Array>): Promise<MediaOutcome> {
    // Or what is written now could be taken for what a crash left behind.
    await this.tidied;
    const { maxFileBytes: maxBytes } = this.limits;
    const { sizeBytes: announcedBytes = 0 } = file;
    const name = mediaNameOf(file.id);
    const temporary = this.folder.temporaryOf(name);
    try {
      const sizeBytes = await this.folder.receive(temporary, content, { announcedBytes, maxBytes });
      if (sizeBytes === undefined) {
        return await this.fail(file, `the file is larger than ${maxBytes} bytes`);
      }
      await this.makeRoom(sizeBytes);
      return await this.firstOutcome(name, keptRecord(file, sizeBytes, this.nowMs()), (record) =>
        this.folder.place(temporary, name, record),
      );
    } finally {
      await this.folder.removeFile(temporary);
    }
  }

  async fail({ id, contact }: Pick<FileToKeep, "id" | "contact">, error: string): Promise<MediaOutcome> {
    await this.tidied;
    const name = mediaNameOf(id);
    const record = { id, contact, keptAtMs: this.nowMs(), outcome: { kind: "failed", error } } as const;
    return this.firstOutcome(name, record, () => this.folder.writeRecord(name, record));
  }

  async outcome(id: string): Promise<MediaOutcome | undefined> {
    return (await this.folder.readRecord(mediaNameOf(id)))?.outcome;
  }

  async handTo(id: string, tenantId: TenantId): Promise<MediaOutcome | undefined> {
    const name = mediaNameOf(id);
    return this.turns.run(name, async () => {
      const record = await this.folder.readRecord(name);
      if (record?.outcome.kind === "kept" && record.tenantId !== tenantId) {
        await this.folder.writeRecord(name, { ...record, tenantId });
      }
      return record?.outcome;
    });
  }

  async open(id: string, tenantId: TenantId): Promise<OpenedFile | undefined> {
    const name = mediaNameOf(id);
    const record = await this.folder.readRecord(name);
    if (record?.outcome.kind !== "kept" || record.tenantId !== tenantId) return undefined;
    const { sizeBytes, mimetype, filename } = record.outcome;
    const handle = await this.folder.openContent(name);
    if (handle === undefined) return undefined;
    let closing: Promise<void> | undefined;
    return {
      sizeBytes,
      ...(mimetype === undefined ? {} : { mimetype }),
      ...(filename === undefined ? {} : { filename }),
      content: () => handle.createReadStream({ start: 0, autoClose: false }),
      close: () => (closing ??= handle.close()),
    };
  }

  async ofContacts(contacts: readonly ContactId[]): Promise<readonly StoredMedia[]> {
    await this.tidied;
    const names = Array.from(this.ages.oldestFirst(), ({ name }) => name);
    const found: StoredMedia[] = [];
    // Each record is read: nobody asks often.
    for (let from = 0; from < names.length; from += RECORDS_READ_AT_ONCE) {
      const some = names.slice(from, from + RECORDS_READ_AT_ONCE);
      for (const record of await Promise.all(some.map((name) => this.folder.readRecord(name)))) {
        if (record === undefined || !contacts.includes(record.contact)) continue;
        const { id, outcome, keptAtMs, tenantId } = record;
        found.push({ id, outcome, keptAtMs, tenantId });
      }
    }
    return found;
  }

  async remove(id: string): Promise<void> {
    await this.tidied;
    await this.removeNamed(mediaNameOf(id));
  }

  async prune(olderThanMs: number): Promise<number> {
    await this.tidied;
    const beforeMs = this.nowMs() - olderThanMs;
    let pruned = 0;
    for (const { name, keptAtMs } of this.ages.oldestFirst()) {
      if (keptAtMs >= beforeMs) break;
      await this.removeNamed(name);
      pruned += 1;
    }
    return pruned;
  }

  /** Resolves when nothing of it touches the folder any more, provided that nothing new is asked for. */
  async close(): Promise<void> {
    await this.tidied;
  }

  /** Writes the record, unless there is one. */
  private firstOutcome(
    name: string,
    record: MediaRecord,
    write: (record: MediaRecord) => Promise<void>,
  ): Promise<MediaOutcome> {
    return this.turns.run(name, async () => {
      const known = await this.folder.readRecord(name);
      if (known !== undefined) return known.outcome;
      await write(record);
      this.ages.add(agedFileOf(name, record));
      return record.outcome;
    });
  }

  private async makeRoom(sizeBytes: number): Promise<void> {
    const { maxTotalBytes } = this.limits;
    let removed = 0;
    for (const oldest of this.ages.oldestFirst()) {
      if (this.ages.totalBytes + sizeBytes <= maxTotalBytes) break;
      // A note that there is no file takes no room to speak of.
      if (oldest.sizeBytes === 0) continue;
      await this.removeNamed(oldest.name);
      removed += 1;
    }
    // Once an hour: with many files each new one would say the same.
    if (removed === 0 || this.nowMs() - this.lastWarnedAtMs < HOUR_MS) return;
    this.lastWarnedAtMs = this.nowMs();
    this.options.logger.log(
      "warn",
      `📎 Contacts' files take all the room they may (${maxTotalBytes} bytes): the oldest are removed before their time`,
      { event: "media.full" },
    );
  }

  private removeNamed(name: string): Promise<void> {
    return this.turns.run(name, async () => {
      await this.folder.remove(name);
      this.ages.delete(name);
    });
  }

  /** Finds out what is there, and removes what a crash left behind. Never rejects. */
  private async tidy({ recorded, contents, temporaries }: FoundInFolder): Promise<void> {
    try {
      for (const file of temporaries) await this.folder.removeFile(file);
      const withRecord = new Set(recorded);
      for (const name of contents) if (!withRecord.has(name)) await this.folder.removeFile(name);
      const aged = await this.readAges(recorded, contents);
      aged.sort((a, b) => a.keptAtMs - b.keptAtMs);
      for (const file of aged) this.ages.add(file);
    } catch (error) {
      this.options.logger.log("error", "The folder of contacts' files could not be looked through", {
        event: "media.untidied",
        error,
      });
    }
  }

  private async readAges(recorded: readonly string[], contents: ReadonlySet<string>): Promise<AgedFile[]> {
    const aged: AgedFile[] = [];
    for (let from = 0; from < recorded.length; from += RECORDS_READ_AT_ONCE) {
      const names = recorded.slice(from, from + RECORDS_READ_AT_ONCE);
      const records = await Promise.all(names.map((name) => this.folder.readRecord(name)));
      for (const [index, name] of names.entries()) {
        const record = records[index];
        const isWhole = record?.outcome.kind === "failed" || contents.has(name);
        if (record !== undefined && isWhole) aged.push(agedFileOf(name, record));
        else await this.removeUnusable(name);
      }
    }
    return aged;
  }

  private async removeUnusable(name: string): Promise<void> {
    this.options.logger.log("warn", `Removed a contact's file that is not whole (${name})`, {
      event: "media.unusable",
    });
    await this.removeNamed(name);
  }

  private nowMs(): number {
    return this.options.clock.nowMs();
  }
}

function keptRecord(
  { id, contact, mimetype, filename }: FileToKeep,
  sizeBytes: number,
  keptAtMs: number,
): MediaRecord {
  const outcome = {
    ...{ kind: "kept" as const, sizeBytes },
    ...(mimetype === undefined ? {} : { mimetype }),
    ...(filename === undefined ? {} : { filename }),
  };
  return { id, contact, keptAtMs, outcome };
}

function agedFileOf(name: string, { keptAtMs, outcome }: MediaRecord): AgedFile {
  return { name, keptAtMs, sizeBytes: outcome.kind === "kept" ? outcome.sizeBytes : 0 };
}

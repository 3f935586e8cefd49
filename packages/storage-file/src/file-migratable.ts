import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import {
  MIGRATED_QUEUES,
  type FoundRecord,
  type Migratable,
  type MigrationKind,
  type MigrationRecord,
} from "@gateway-router/core";
import { dataDirLayout } from "./data-dir-layout.js";
import { openFileStorage, type FileStorage, type FileStorageOptions } from "./file-storage.js";
import type { KeptRecords } from "./kept-records.js";
import { MediaFolder, mediaNameOf } from "./media-folder.js";
import type { MediaRecord } from "./media-record.js";
import { MigratedAdminKeys, MigratedTenants, type MigratedList } from "./migrated-lists.js";
import { MigratedQueueRecords } from "./migrated-queue-records.js";
import { MigratedStoreRecords } from "./migrated-store-records.js";

export type FileMigratableOptions = FileStorageOptions & { readonly tenantsFile: string };

/** Read, looked up or written in one piece. */
const AT_ONCE = 200;

/** A data directory, to be carried to another engine, or from one. It is held as a gateway would hold it. */
export class FileMigratable implements Migratable {
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly storage: FileStorage,
    private readonly kept: readonly KeptRecords[],
    private readonly lists: readonly MigratedList[],
    private readonly media: MediaFolder,
  ) {}

  /** Rejects as `openFileStorage` does: with `DataDirHeldError` while a gateway runs on the data. */
  static async open(options: FileMigratableOptions): Promise<FileMigratable> {
    const { dataDir, tenantsFile, clock, duplicateMemoryDays } = options;
    const layout = dataDirLayout(dataDir);
    const storage = await openFileStorage(options);
    try {
      // From here on nobody tidies up in what is carried.
      for (const queue of [storage.deliveries, storage.replies, storage.mediaJobs]) await queue.counts();
      await storage.media.close();
      const { environment } = storage;
      const stores = new MigratedStoreRecords({ storage, clock });
      await stores.learnAudit();
      const queues = MIGRATED_QUEUES.map(
        (queue) => new MigratedQueueRecords({ environment, queue, clock, duplicateMemoryDays }),
      );
      const lists = [
        await MigratedTenants.open(tenantsFile),
        await MigratedAdminKeys.open(layout.adminKeys),
      ] as const;
      const media = new MediaFolder({ folder: layout.media });
      return new FileMigratable(storage, [stores, ...queues], lists, media);
    } catch (error) {
      await storage.close();
      throw error;
    }
  }

  async *records(kind: MigrationKind): AsyncIterable<readonly MigrationRecord[]> {
    if (kind === "media") {
      yield* this.files();
      return;
    }
    const list = this.listOf(kind);
    if (list !== undefined) {
      const records = list.records();
      for (let from = 0; from < records.length; from += AT_ONCE) yield records.slice(from, from + AT_ONCE);
      return;
    }
    const snapshot = this.storage.environment.snapshot();
    try {
      for (const kept of this.kept) {
        for (const page of kept.pagesIn(kind, snapshot, AT_ONCE) ?? []) {
          if (page.length > 0) yield page;
          await setImmediate();
        }
      }
    } finally {
      snapshot.close();
    }
  }

  async find(records: readonly MigrationRecord[]): Promise<readonly FoundRecord[]> {
    const [first] = records;
    if (first === undefined) return [];
    if (first.kind === "media") {
      const found: FoundRecord[] = [];
      for (const record of records) {
        if (record.kind === "media") found.push(await this.findFile(record.id));
      }
      return found;
    }
    const list = this.listOf(first.kind);
    if (list !== undefined) return records.map((record) => list.find(record));
    const found = records.map((): FoundRecord => undefined);
    for (const kept of this.kept) {
      kept.find(records)?.forEach((each, index) => {
        if (each !== undefined) found[index] = each;
      });
    }
    return found;
  }

  async take(records: readonly MigrationRecord[]): Promise<void> {
    const [first] = records;
    if (first === undefined) return;
    const list = this.listOf(first.kind);
    if (list !== undefined) {
      await list.add(records);
      return;
    }
    await this.storage.environment.write(() => {
      for (const record of records) {
        if (!this.kept.some((kept) => kept.put(record))) throw new Error(`Nothing here keeps ${record.kind}`);
      }
    });
  }

  async *content({ id }: MigrationRecord<"media">): AsyncIterable<Uint8Array> {
    const handle = await this.media.openContent(mediaNameOf(id));
    if (handle === undefined) return;
    try {
      yield* handle.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Uint8Array>;
    } finally {
      await handle.close();
    }
  }

  async takeFile(file: MigrationRecord<"media">, content: AsyncIterable<Uint8Array>): Promise<void> {
    const { id, contact, keptAtMs, outcome, tenantId } = file;
    const record: MediaRecord = {
      ...{ id, contact, keptAtMs, outcome },
      ...(tenantId === undefined ? {} : { tenantId }),
    };
    const name = mediaNameOf(id);
    if (outcome.kind !== "kept") {
      await this.media.writeRecord(name, record);
      return;
    }
    const temporary = this.media.temporaryOf(name);
    try {
      // It was let in where it comes from: this run's limits are no reason to lose it.
      await this.media.receive(temporary, content, { maxBytes: Number.MAX_SAFE_INTEGER });
      await this.media.place(temporary, name, record);
    } finally {
      await this.media.removeFile(temporary);
    }
  }

  /** The lock is this process's. */
  async confirmAlone(): Promise<void> {}

  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private async closeAll(): Promise<void> {
    try {
      await this.storage.mappings.writeFile();
    } finally {
      await this.storage.close();
    }
  }

  private listOf(kind: MigrationKind): MigratedList | undefined {
    return this.lists.find((list) => list.kind === kind);
  }

  private async *files(): AsyncIterable<readonly MigrationRecord[]> {
    const { recorded } = await this.media.open();
    for (const name of recorded) {
      const record = await this.media.readRecord(name);
      if (record !== undefined) yield [await this.asMigrated(record)];
    }
  }

  private async findFile(id: string): Promise<FoundRecord> {
    const record = await this.media.readRecord(mediaNameOf(id));
    return record && this.asMigrated(record);
  }

  private async asMigrated(record: MediaRecord): Promise<MigrationRecord<"media">> {
    const file = { kind: "media" as const, ...record };
    if (record.outcome.kind !== "kept") return file;
    const hash = createHash("sha256");
    for await (const piece of this.content(file)) hash.update(piece);
    return { ...file, sha256: hash.digest("hex") };
  }
}

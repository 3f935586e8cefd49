import { copyFile, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Backups, CancelTimer, Clock, ContactId, ErasedBackups, Logger } from "@gateway-router/core";
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE, syncDirectory, writeFileAtomically } from "./atomic-file.js";
import { eraseFromBackups } from "./backup-erasure.js";
import { errorMessage } from "./error-code.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";
import type { MappingRecords } from "./mapping-records.js";
import { mappingText } from "./mapping-text.js";
import { namesIn } from "./newest-good-backup.js";
import { recordsFileBeside, type RecordsBackup } from "./records-backup.js";

export interface MappingBackupsOptions {
  /** The folder of the backups; made when the first one is. */
  readonly folder: string;
  readonly environment: LmdbEnvironment;
  readonly records: MappingRecords;
  /** What is written beside each backup. */
  readonly recordsBackup: RecordsBackup;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long daily backups are kept. */
  readonly keepDays?: number;
}

const DAILY = /^(?:mapping|records)_([0-9]{8})\.json$/;
const CHECK_EVERY_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;

/**
 * Copies of the mapping in `backups/`, each with its {@link RecordsBackup} beside it: one a day, and one before
 * anything replaces the mapping as a whole.
 */
export class MappingBackups implements Backups {
  private cancelTimer: CancelTimer | undefined;
  /** Settles when the last backup that was asked for is made: they are made one after the other. */
  private last: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly options: MappingBackupsOptions) {}

  get folder(): string {
    return this.options.folder;
  }

  /** Makes the day's backup now unless it is there, and so every day. */
  start(): void {
    if (this.isClosed) return;
    void this.runDaily().catch((error: unknown) => this.logFailure(error));
    this.cancelTimer = this.options.clock.setTimer(CHECK_EVERY_MS, () => this.start());
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelTimer?.();
    await this.last;
  }

  /** Makes the day's backup unless it is there, and removes those too old. A day is a day in UTC. */
  runDaily(): Promise<void> {
    return this.inTurn(async () => {
      const { folder, records, clock, keepDays = 14 } = this.options;
      const nowMs = clock.nowMs();
      const names = await namesIn(folder);
      const today = `mapping_${dayOf(nowMs)}.json`;
      // An empty mapping is no day's work, and must not pass for the newest good backup.
      if (!names.includes(today) && records.contacts > 0) await this.writeBackup(join(folder, today));
      const oldest = dayOf(nowMs - keepDays * DAY_MS);
      for (const name of names) {
        const day = DAILY.exec(name)?.[1];
        if (day !== undefined && day < oldest) await rm(join(folder, name), { force: true });
      }
    });
  }

  /** Makes a backup of the mapping as it is now, and answers its path. */
  createBackup(label?: string): Promise<string> {
    return this.inTurn(async () => {
      const path = await this.freePath("mapping", label === undefined ? ".json" : `_${label}.json`);
      await this.writeBackup(path);
      return path;
    });
  }

  /** As `Backups.erase`, for all that is in the folder. */
  erase(names: readonly ContactId[]): Promise<ErasedBackups> {
    return this.inTurn(() => eraseFromBackups(this.options.folder, names));
  }

  /** Keeps a copy of a file as it is, which is no backup to restore, and answers the copy's path. */
  keepFile(file: string, kind: "edited" | "replaced"): Promise<string> {
    return this.inTurn(async () => {
      const path = await this.freePath(kind, ".json");
      await copyFile(file, path);
      const copy = await open(path, "r+");
      try {
        await copy.chmod(PRIVATE_FILE_MODE);
        await copy.sync();
      } finally {
        await copy.close();
      }
      await syncDirectory(this.options.folder);
      return path;
    });
  }

  /** Keeps a text in the folder, and answers the file's path. */
  keepText(text: string, kind: "differences"): Promise<string> {
    return this.inTurn(async () => {
      const path = await this.freePath(kind, ".txt");
      await writeFileAtomically({ path, chunks: [text] });
      return path;
    });
  }

  /** Both files are of one moment. The mapping comes last, so that where it is there, the other is. */
  private async writeBackup(path: string): Promise<void> {
    const { folder, environment, records, recordsBackup } = this.options;
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    const snapshot = environment.snapshot();
    try {
      await recordsBackup.write(recordsFileBeside(path)!, snapshot);
      await writeFileAtomically({ path, chunks: mappingText(records, snapshot) });
    } finally {
      snapshot.close();
    }
  }

  private inTurn<Result>(make: () => Promise<Result>): Promise<Result> {
    const made = this.last.then(make);
    this.last = made.catch(() => undefined);
    return made;
  }

  /** A path in the folder, named after the time, that no file has. */
  private async freePath(start: string, end: string): Promise<string> {
    const { folder, clock } = this.options;
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    const names = new Set(await namesIn(folder));
    const nowMs = clock.nowMs();
    const stem = `${start}_${dayOf(nowMs)}_${timeOf(nowMs)}`;
    let name = `${stem}${end}`;
    for (let number = 2; names.has(name); number += 1) name = `${stem}-${number}${end}`;
    return join(folder, name);
  }

  private logFailure(error: unknown): void {
    this.options.logger.log(
      "error",
      `The daily backup of the mapping failed (${errorMessage(error)}); trying again later`,
      {
        event: "backup.failed",
      },
    );
  }
}

/** `20261123`, in UTC. */
function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10).replaceAll("-", "");
}

/** `164600`, in UTC. */
function timeOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19).replaceAll(":", "");
}

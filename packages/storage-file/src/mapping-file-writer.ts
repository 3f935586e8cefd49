import { createHash, type Hash } from "node:crypto";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { CancelTimer, Clock, Logger } from "@gateway-router/core";
import { syncDirectory, writeFileAtomically } from "./atomic-file.js";
import { errorMessage, isMissing } from "./error-code.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";
import type { MappingBackups } from "./mapping-backups.js";
import type { FileVersion, MappingRecords } from "./mapping-records.js";
import { mappingText } from "./mapping-text.js";

export type MappingFileCrashPoint = "mapping-file:hash-written" | "mapping-file:renamed";

export interface MappingFileWriterOptions {
  readonly path: string;
  readonly environment: LmdbEnvironment;
  readonly records: MappingRecords;
  readonly backups: MappingBackups;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For tests: called where a crash would fall between two steps. */
  readonly crashPoint?: ((name: MappingFileCrashPoint) => void) | undefined;
}

/** Up to this many mappings the file is at most 5 s behind, beyond at most 60 s. */
const MANY_CONTACTS = 100_000;
const DELAY_MS = 2_000;
const DELAY_OF_MANY_MS = 20_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * Writes the mapping file in the background, some time after a change, from a snapshot of the records.
 *
 * The file is only a copy: no lock waits for it and none is lost with it. A write that fails is logged and
 * tried again. Before a new version is put in place its hash is durable in the records, so that whatever
 * falls in between, the next start knows the file for the gateway's own.
 */
export class MappingFileWriter {
  private cancelTimer: CancelTimer | undefined;
  private writing: Promise<void> | undefined;
  private failures = 0;
  private isClosed = false;
  /** Tells the file that was put in place from one that somebody edited since. */
  private placed: string | undefined;
  /** What was put in place last; the records may not know yet. */
  private inPlace: FileVersion | undefined;

  constructor(private readonly options: MappingFileWriterOptions) {}

  /** Sees to it that the file follows the records soon. Cheap: to be called on every change. */
  noteChange(): void {
    if (this.isClosed || this.cancelTimer !== undefined) return;
    const isLarge = this.options.records.contacts > MANY_CONTACTS;
    this.schedule(isLarge ? DELAY_OF_MANY_MS : DELAY_MS);
  }

  /** Brings the file up to date now. Rejects where that fails. */
  async write(): Promise<void> {
    // A write under way may have begun before the change that this call is about.
    while (this.writing !== undefined) await this.writing.catch(() => undefined);
    this.writing = this.writeVersion().finally(() => (this.writing = undefined));
    await this.writing;
  }

  /** Takes the file as it is now for the gateway's own. Answers whether it is there. */
  async recognise(): Promise<boolean> {
    this.placed = await stampOf(this.options.path);
    return this.placed !== undefined;
  }

  /** Brings the file up to date once more, and stops. Where that fails it is logged: the next start makes up for it. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    await this.write().catch((error: unknown) => this.logFailure(error, "the next start writes it"));
  }

  private schedule(delayMs: number): void {
    this.cancelTimer = this.options.clock.setTimer(delayMs, () => {
      this.cancelTimer = undefined;
      void this.writeOrRetry();
    });
  }

  private async writeOrRetry(): Promise<void> {
    const { environment, records } = this.options;
    try {
      await this.write();
      this.failures = 0;
      // A change is noted before it is committed, and on a slow disk the file may have been quicker.
      const isBehind = records.fileVersions().current?.revision !== records.revision;
      if (isBehind || !environment.isIdle) this.noteChange();
    } catch (error) {
      const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
      this.failures = Math.min(this.failures + 1, 10);
      this.logFailure(error, `trying again in ${delayMs / 1000} s`);
      if (this.isClosed) return;
      this.cancelTimer?.();
      this.schedule(delayMs);
    }
  }

  private logFailure(error: unknown, consequence: string): void {
    this.options.logger.log(
      "error",
      `The mapping file could not be written (${errorMessage(error)}); ${consequence}`,
      {
        event: "mapping_file.write_failed",
        path: this.options.path,
      },
    );
  }

  private async writeVersion(): Promise<void> {
    const { path, environment, records } = this.options;
    const snapshot = environment.snapshot();
    try {
      const revision = records.revisionIn(snapshot);
      const isUpToDate = records.fileVersions().current?.revision === revision;
      if (isUpToDate && (await stampOf(path)) !== undefined) return;
      await this.replaceFile(snapshot, revision);
      while (!(await environment.write(() => records.forgetSomeChanges(revision))));
    } finally {
      snapshot.close();
    }
  }

  private async replaceFile(snapshot: LmdbSnapshot, revision: number): Promise<void> {
    const { path, environment, records, crashPoint } = this.options;
    const hash = createHash("sha256");
    let next: FileVersion | undefined;
    await writeFileAtomically({
      path,
      chunks: hashed(hash, mappingText(records, snapshot)),
      beforeRename: async () => {
        next = { sha256: hash.digest("hex"), revision };
        await this.noteNext(next);
        crashPoint?.("mapping-file:hash-written");
        await this.keepEdit();
      },
      afterRename: () => (this.inPlace = next),
    });
    crashPoint?.("mapping-file:renamed");
    await this.recognise();
    await environment.write(() => records.putFileVersions({ current: next }));
  }

  /**
   * Makes the version known before it can be seen. The one in place must stay known beside it, also where the
   * last write failed between putting it there and noting that.
   */
  private async noteNext(next: FileVersion): Promise<void> {
    const { path, environment, records } = this.options;
    const isLastUnsettled = records.fileVersions().next !== undefined;
    if (isLastUnsettled) await syncDirectory(dirname(path));
    const current = this.inPlace ?? records.fileVersions().current;
    await environment.write(() => records.putFileVersions({ current, next }));
  }

  /** An edit made while the gateway runs is not read, but it is not lost either. */
  private async keepEdit(): Promise<void> {
    const { path, backups, logger } = this.options;
    const stamp = await stampOf(path);
    if (stamp === undefined || stamp === this.placed) return;
    const kept = await backups.keepFile(path, "edited");
    logger.log(
      "warn",
      `The mapping file was edited while the gateway runs, which has no effect; the edit is kept in ${kept}. Stop the gateway before you edit the file.`,
      { event: "mapping_file.edit_ignored", path, kept },
    );
  }
}

function* hashed(hash: Hash, chunks: Iterable<string>): Generator<string> {
  for (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Differs whenever somebody wrote to the file or put another in its place. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeNs, size, ino } = await stat(path, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

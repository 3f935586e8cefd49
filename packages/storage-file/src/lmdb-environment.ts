import { closeSync, existsSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { StorageUnavailableError } from "@gateway-router/core";
import { DamagedFileError } from "./damaged-file-error.js";
import { errorCode, errorMessage } from "./error-code.js";
import { faultOfLmdbFile } from "./lmdb-file.js";
import { open, type RootDatabase, type Transaction } from "lmdb";
import {
  LmdbDatabase,
  type DatabaseHandle,
  type DatabaseKey,
  type DatabaseOptions,
  type Entry,
  type RangeOptions,
} from "./lmdb-database.js";

export interface LmdbEnvironmentOptions {
  /** The data file; LMDB keeps its lock file beside it. The folder must exist. */
  readonly path: string;
  /** How many sub-databases there may be at most. */
  readonly maxDatabases?: number;
  /** Address space set aside for the file (no disk, no memory); past it LMDB maps the file anew. */
  readonly mapSizeBytes?: number;
  /** Writes that may wait for their transaction; more are turned away. */
  readonly maxWaitingWrites?: number;
  /** For tests. */
  readonly faults?: LmdbFaults;
}

/** Failures that a test can't bring about with a real disk. */
export interface LmdbFaults {
  /** Called when a batch of writes is about to be committed; what it throws fails the batch as a disk would. */
  beforeCommit?(): void;
  /** Whether to take LMDB for broken after a failed batch, so that it is opened anew. */
  isBroken?(): boolean;
}

/** Work per transaction, so that a long queue of writes does not hold up the event loop in one piece. */
const MAX_BATCH = 1000;
const DEFAULT_MAP_SIZE_BYTES = 16 * 2 ** 30;

interface WaitingWrite {
  readonly work: () => unknown;
  readonly onCommitted: ((value: unknown) => void) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type WorkResult = { readonly value: unknown } | { readonly error: unknown };

interface OpenLmdb {
  readonly root: RootDatabase<unknown>;
  readonly snapshots: Set<LmdbSnapshot>;
}

/**
 * One LMDB environment with named sub-databases: everything the embedded storage keeps, so that any records
 * can change together in one transaction.
 *
 * Writes are committed in groups: all that wait while one commit is flushed to disk share the next one.
 * LMDB runs without its overlapping sync, so nothing is visible to a reader that is not on disk, and a group
 * that could not be written leaves no trace. One group is under way at a time: LMDB must not be asked to
 * begin a transaction before it is known whether the last one broke it, since then it never answers.
 */
export class LmdbEnvironment {
  private lmdb: OpenLmdb | undefined;
  private readonly databases = new Map<string, LmdbDatabase<unknown, DatabaseKey>>();
  private readonly waiting: WaitingWrite[] = [];
  private isCommitting = false;
  private isWriting = false;
  private closing: Promise<void> | undefined;
  private whenIdle: (() => void) | undefined;

  private constructor(private readonly options: LmdbEnvironmentOptions) {
    this.lmdb = openLmdb(options);
  }

  /** Opens the environment, and makes it where there is none. Throws what LMDB says where it can't. */
  static open(options: LmdbEnvironmentOptions): LmdbEnvironment {
    return new LmdbEnvironment(options);
  }

  /**
   * The sub-database of that name, made where there is none. The same object for the same name. Not to be
   * called for the first time inside a write.
   */
  database<Value, Key extends DatabaseKey = string>(
    name: string,
    options: DatabaseOptions = {},
  ): LmdbDatabase<Value, Key> {
    let database = this.databases.get(name);
    if (database === undefined) {
      database = new LmdbDatabase(name, options);
      database.attach(this.openHandle(database));
      this.databases.set(name, database);
    }
    return database as unknown as LmdbDatabase<Value, Key>;
  }

  /**
   * Runs the work inside a write transaction; resolves with its result once that is flushed to disk.
   * Inside, reads see what this work and those before it wrote.
   *
   * The work is synchronous and changes nothing but databases: it may be run again when other work of its
   * group fails. What it throws rejects its own promise, undoes its own writes and no others.
   * Rejects with `StorageUnavailableError` where the write could not be made durable; it has not happened then.
   *
   * `onCommitted` is called with the result before the promise resolves, for all writes in the order of their
   * commits: what mirrors records in memory keeps step with them by it. It should not throw: the write has
   * happened by then, though its promise rejects with what was thrown.
   */
  write<Result>(work: () => Result, onCommitted?: (result: Result) => void): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.closing !== undefined) {
        reject(new StorageUnavailableError("The storage is closed"));
      } else if (this.waiting.length >= (this.options.maxWaitingWrites ?? 100_000)) {
        reject(new StorageUnavailableError("Too many writes wait for the disk"));
      } else {
        this.waiting.push({
          work,
          onCommitted: onCommitted as WaitingWrite["onCommitted"],
          resolve: resolve as WaitingWrite["resolve"],
          reject,
        });
        if (!this.isCommitting) void this.commitWaiting();
      }
    });
  }

  /** Whether every write so far has been settled. */
  get isIdle(): boolean {
    return !this.isCommitting;
  }

  /** The records as they are now, kept so for readers that take their time. To be closed; ends when a write fails. */
  snapshot(): LmdbSnapshot {
    const { root, snapshots } = this.requireOpen();
    const snapshot = new LmdbSnapshot(root.useReadTransaction(), () => snapshots.delete(snapshot));
    snapshots.add(snapshot);
    return snapshot;
  }

  /** Commits what waits, then closes. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.closeWhenIdle();
    return this.closing;
  }

  private async closeWhenIdle(): Promise<void> {
    if (this.isCommitting) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    await this.closeLmdb();
  }

  private async commitWaiting(): Promise<void> {
    this.isCommitting = true;
    while (this.waiting.length > 0) {
      try {
        await this.commitBatch();
      } catch (error) {
        // LMDB can't even be opened: nobody who waits can be served.
        for (const write of this.waiting.splice(0)) write.reject(asStorageUnavailable(error));
      }
    }
    this.isCommitting = false;
    this.whenIdle?.();
  }

  private async commitBatch(): Promise<void> {
    const { root } = this.lmdb ?? (await this.reopen());
    let batch: WaitingWrite[] = [];
    let results: WorkResult[] = [];
    try {
      await root.transaction(() => {
        // Taken only now, so that all that came while the transaction was being begun are in it.
        batch = this.waiting.splice(0, MAX_BATCH);
        results = this.runBatch(root, batch);
      });
    } catch (error) {
      const failure = asStorageUnavailable(await commitErrorOf(error));
      await this.reopenIfBroken();
      if (batch.length === 0) throw failure;
      for (const write of batch) write.reject(failure);
      return;
    }
    batch.forEach((write, index) => {
      const result = results[index]!;
      if ("error" in result) {
        write.reject(result.error);
      } else {
        settleCommitted(write, result.value);
      }
    });
  }

  /**
   * Runs the batch in one nested transaction, which costs next to nothing. Only where some work throws is that
   * undone, and each work run again in a nested transaction of its own, so that the others lose nothing.
   */
  private runBatch(root: OpenLmdb["root"], batch: readonly WaitingWrite[]): WorkResult[] {
    this.isWriting = true;
    try {
      return this.runTogether(root, batch) ?? this.runEachAlone(root, batch);
    } finally {
      this.isWriting = false;
    }
  }

  /** Answers nothing, and has done nothing, where some work threw. */
  private runTogether(root: OpenLmdb["root"], batch: readonly WaitingWrite[]): WorkResult[] | undefined {
    const results: WorkResult[] = [];
    try {
      nested(root, () => {
        for (const { work } of batch) results.push({ value: work() });
        this.options.faults?.beforeCommit?.();
      });
      return results;
    } catch (error) {
      if (results.length === batch.length) throw error;
      return undefined;
    }
  }

  private runEachAlone(root: OpenLmdb["root"], batch: readonly WaitingWrite[]): WorkResult[] {
    return nested(root, () => {
      const results = batch.map(({ work }) => runAlone(root, work));
      this.options.faults?.beforeCommit?.();
      return results;
    });
  }

  /**
   * A failed write of LMDB's meta page makes it refuse everything until it is opened anew, and lmdb-js does
   * not survive the attempt to write again. A read transaction that has to be begun tells whether that is so;
   * snapshots end first, since lmdb-js would share theirs.
   */
  private async reopenIfBroken(): Promise<void> {
    const { root, snapshots } = this.requireOpen();
    for (const snapshot of snapshots) snapshot.close();
    if (this.options.faults?.isBroken?.() !== true && canRead(root)) return;
    await this.closeLmdb();
    // Where this fails too, the next write tries again, and its caller hears of it.
    await this.reopen().catch(() => undefined);
  }

  private async reopen(): Promise<OpenLmdb> {
    // LMDB would start an empty file, were its own gone.
    if (!existsSync(this.options.path)) throw new Error(`${this.options.path} is gone`);
    this.lmdb = openLmdb(this.options);
    try {
      for (const database of this.databases.values()) database.attach(this.openHandle(database));
      return this.lmdb;
    } catch (error) {
      await this.closeLmdb();
      throw error;
    }
  }

  private openHandle({ name, options }: LmdbDatabase<unknown, DatabaseKey>): DatabaseHandle {
    const { root } = this.requireOpen();
    return {
      lmdb: root.openDB<unknown, DatabaseKey>(name, { encoding: options.encoding ?? "msgpack" }),
      isWriting: () => this.isWriting,
    };
  }

  private async closeLmdb(): Promise<void> {
    const lmdb = this.lmdb;
    if (lmdb === undefined) return;
    this.lmdb = undefined;
    for (const database of this.databases.values()) database.attach(undefined);
    // LMDB unmaps its file: a reader that went on would take the process down.
    for (const snapshot of lmdb.snapshots) snapshot.close();
    await lmdb.root.close();
  }

  private requireOpen(): OpenLmdb {
    if (this.lmdb === undefined) throw new StorageUnavailableError("The storage is closed");
    return this.lmdb;
  }
}

/** The records as they were at one moment. */
export class LmdbSnapshot {
  private isClosed = false;

  constructor(
    private readonly transaction: Transaction,
    private readonly onClose: () => void,
  ) {}

  /**
   * As {@link LmdbDatabase.range}: to be walked through without waiting in between; then ask for the next
   * piece. Throws `StorageUnavailableError` once the snapshot is closed, by whomever.
   */
  range<Value, Key extends DatabaseKey>(
    database: LmdbDatabase<Value, Key>,
    options: RangeOptions<Key> = {},
  ): Iterable<Entry<Value, Key>> {
    if (this.isClosed) throw new StorageUnavailableError("The snapshot is closed");
    return database.rangeIn(this.transaction, options);
  }

  /** All entries, in pieces between which the reader may take its time. */
  *pages<Value, Key extends DatabaseKey>(
    database: LmdbDatabase<Value, Key>,
    limit: number,
  ): Generator<Entry<Value, Key>[]> {
    let page = [...this.range(database, { limit })];
    while (page.length > 0) {
      yield page;
      page = [...this.range(database, { start: page.at(-1)!.key, exclusiveStart: true, limit })];
    }
  }

  get<Value, Key extends DatabaseKey>(database: LmdbDatabase<Value, Key>, key: Key): Value | undefined {
    for (const entry of this.range(database, { start: key, limit: 1 })) {
      if (entry.key === key) return entry.value;
    }
    return undefined;
  }

  /** Idempotent. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.transaction.done();
    this.onClose();
  }
}

function openLmdb({ path, maxDatabases, mapSizeBytes }: LmdbEnvironmentOptions): OpenLmdb {
  const options = {
    path,
    noSubdir: true,
    maxDbs: maxDatabases ?? 128,
    mapSize: mapSizeBytes ?? DEFAULT_MAP_SIZE_BYTES,
    // A commit is durable before it is visible, and one promise tells of both.
    overlappingSync: false,
    // We group writes ourselves. Besides, lmdb-js makes a promise per event turn that nobody can handle, and
    // whose rejection ends the process when a commit fails.
    eventTurnBatching: false,
    // What people write to each other is in there.
    permissionsMode: 0o600,
  };
  const fault = faultOfLmdbFile(path);
  if (fault !== undefined) throw new DamagedFileError(path, `${path} is damaged: ${fault}`);
  const root = open<unknown>(options);
  syncDirectory(dirname(path));
  return { root, snapshots: new Set() };
}

/** One mirror's fault is its own: the other writes of the batch are told of their commits all the same. */
function settleCommitted({ onCommitted, resolve, reject }: WaitingWrite, value: unknown): void {
  try {
    onCommitted?.(value);
    resolve(value);
  } catch (error) {
    reject(error);
  }
}

/** Makes the names of new files in the folder durable. */
function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Runs the work in a nested transaction; what it throws undoes it. */
function nested<Result>(root: OpenLmdb["root"], work: () => Result): Result {
  let result: { value: Result } | undefined;
  // Inside a transaction this is synchronous, whatever its type says.
  void root.childTransaction(() => {
    result = { value: work() };
  });
  return result!.value;
}

function runAlone(root: OpenLmdb["root"], work: () => unknown): WorkResult {
  try {
    return { value: nested(root, work) };
  } catch (error) {
    return { error: isLmdbError(error) ? asStorageUnavailable(error) : error };
  }
}

function canRead(root: OpenLmdb["root"]): boolean {
  try {
    root.resetReadTxn();
    root.get("-");
    return true;
  } catch {
    return false;
  }
}

/**
 * What made the commit fail. lmdb-js puts the cause into a promise on its error; that promise is rejected too,
 * and as long as nobody handles it Node takes it for a reason to end the process.
 */
async function commitErrorOf(error: unknown): Promise<unknown> {
  if (typeof error !== "object" || error === null || !("commitError" in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}

/** LMDB's own codes and the system's are numbers; JavaScript's errors have none. */
function isLmdbError(error: unknown): boolean {
  return typeof errorCode(error) === "number";
}

function asStorageUnavailable(error: unknown): StorageUnavailableError {
  if (error instanceof StorageUnavailableError) return error;
  return new StorageUnavailableError(`The disk did not take the write: ${errorMessage(error)}`, {
    cause: error,
  });
}

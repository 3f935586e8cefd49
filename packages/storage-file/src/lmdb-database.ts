import { StorageUnavailableError } from "@gateway-router/core";
import type { Database, Key, Transaction } from "lmdb";

/** Ordered: numbers before strings, arrays by their elements, so that `[tenant, due, id]` sorts as one expects. */
export type DatabaseKey = Key;

export interface DatabaseOptions {
  /** How values are kept: any structured value (`msgpack`, the default), or text, or bytes. */
  readonly encoding?: "msgpack" | "json" | "string" | "binary";
}

export interface RangeOptions<Key extends DatabaseKey> {
  /** The first key, included (with `reverse`, the last). */
  readonly start?: Key;
  /** The end, excluded. */
  readonly end?: Key;
  /** Leaves `start` itself out. */
  readonly exclusiveStart?: boolean;
  readonly limit?: number;
  /** From `start` downwards to `end`. */
  readonly reverse?: boolean;
}

export interface Entry<Value, Key> {
  readonly key: Key;
  readonly value: Value;
}

/** What the environment gives a sub-database to work with, for as long as LMDB is open. */
export interface DatabaseHandle {
  readonly lmdb: Database<unknown>;
  /** Whether the environment is inside a write transaction just now. */
  isWriting(): boolean;
}

/**
 * A named sub-database of the {@link LmdbEnvironment}. Reads are synchronous and see what is on disk; inside a
 * write, also what that wrote. It changes inside `environment.write` only.
 *
 * It outlives a reopening of LMDB after a fault; while LMDB is closed, all its methods throw
 * `StorageUnavailableError`.
 */
export class LmdbDatabase<Value, Key extends DatabaseKey = string> {
  private handle: DatabaseHandle | undefined;

  constructor(
    readonly name: string,
    readonly options: DatabaseOptions,
  ) {}

  /** For the environment. */
  attach(handle: DatabaseHandle | undefined): void {
    this.handle = handle;
  }

  /** Whether a write is under way just now, whose changes are seen and may still come to nothing. */
  isWriting(): boolean {
    return this.handle?.isWriting() ?? false;
  }

  get(key: Key): Value | undefined {
    return this.lmdb().get(key) as Value | undefined;
  }

  has(key: Key): boolean {
    return this.lmdb().doesExist(key);
  }

  put(key: Key, value: Value): void {
    this.writable().putSync(key, value);
  }

  /** How many entries there are. */
  count(): number {
    return (this.lmdb().getStats() as { readonly entryCount: number }).entryCount;
  }

  /** Answers whether it was there. */
  remove(key: Key): boolean {
    return this.writable().removeSync(key);
  }

  /** Removes everything. */
  clear(): void {
    this.writable().clearSync();
  }

  /**
   * Entries in the order of their keys, read as the loop goes: to be walked through without waiting in
   * between. To walk slowly, use {@link LmdbEnvironment.snapshot}.
   */
  range(options: RangeOptions<Key> = {}): Iterable<Entry<Value, Key>> {
    return this.lmdb().getRange(options) as unknown as Iterable<Entry<Value, Key>>;
  }

  /** As {@link range}, without reading the values. */
  keys(options: RangeOptions<Key> = {}): Iterable<Key> {
    return this.lmdb().getKeys(options) as unknown as Iterable<Key>;
  }

  /** For {@link LmdbSnapshot}. */
  rangeIn(transaction: Transaction, options: RangeOptions<Key>): Iterable<Entry<Value, Key>> {
    return this.lmdb().getRange({ ...options, transaction }) as unknown as Iterable<Entry<Value, Key>>;
  }

  private lmdb(): Database<unknown> {
    if (this.handle === undefined) throw new StorageUnavailableError("The storage is closed");
    return this.handle.lmdb;
  }

  private writable(): Database<unknown> {
    const lmdb = this.lmdb();
    if (!this.handle!.isWriting()) throw new Error(`Database ${this.name} changes inside a write only`);
    return lmdb;
  }
}

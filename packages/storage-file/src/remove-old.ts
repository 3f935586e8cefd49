import { setImmediate } from "node:timers/promises";
import type { DatabaseKey, LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";

export interface RemoveOldOptions<Value, Key extends DatabaseKey> {
  readonly environment: LmdbEnvironment;
  readonly database: LmdbDatabase<Value, Key>;
  readonly isOld: (value: Value) => boolean;
}

/** Reading and removing this many takes a few milliseconds, so the event loop is never held up for long. */
const ENTRIES_AT_ONCE = 200;

/** Removes what is old from a database that may be large, and answers how many entries that were. */
export async function removeOld<Value, Key extends DatabaseKey>(
  options: RemoveOldOptions<Value, Key>,
): Promise<number> {
  const { environment, database, isOld } = options;
  let removed = 0;
  let last: Key | undefined;
  for (;;) {
    const after = last === undefined ? {} : { start: last, exclusiveStart: true };
    const page = [...database.range({ ...after, limit: ENTRIES_AT_ONCE })];
    if (page.length === 0) return removed;
    last = page.at(-1)!.key;
    const old = page.filter(({ value }) => isOld(value)).map(({ key }) => key);
    if (old.length > 0) removed += await environment.write(() => removeIfOld(old, options));
    await setImmediate();
  }
}

/** An entry may have been replaced by a young one since it was read. */
function removeIfOld<Value, Key extends DatabaseKey>(
  keys: readonly Key[],
  { database, isOld }: RemoveOldOptions<Value, Key>,
): number {
  const old = keys.filter((key) => {
    const value = database.get(key);
    return value !== undefined && isOld(value);
  });
  for (const key of old) database.remove(key);
  return old.length;
}

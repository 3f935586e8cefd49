import type { RedisDatabase } from "./redis-database.js";
import type { RedisScript } from "./scripts/script.js";

/** Removed in one step, so that nobody waits long for the engine. */
const REMOVED_AT_ONCE = 500;

/** Runs a script that removes some, and answers how many, until there is nothing left to remove. Its last value is how many at most. */
export async function removeInPieces(
  database: RedisDatabase,
  script: RedisScript,
  ...values: readonly string[]
): Promise<number> {
  let removed = 0;
  for (let last = REMOVED_AT_ONCE; last === REMOVED_AT_ONCE; removed += last) {
    last = Number(await database.run(script, ...values, String(REMOVED_AT_ONCE)));
  }
  return removed;
}

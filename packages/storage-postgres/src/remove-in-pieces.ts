import type { PostgresDatabase, Statement } from "./postgres-database.js";

/**
 * Removes what the statement removes, a piece at a time, so that nobody waits long. Its last value says how many a piece
 * has; it answers a row for each that is gone. Answers how many that were.
 */
export async function removeInPieces(
  database: PostgresDatabase,
  statement: Statement,
  values: readonly unknown[],
  atOnce = 500,
): Promise<number> {
  let removed = 0;
  for (let last = atOnce; last === atOnce; removed += last) {
    last = (await database.query(statement, [...values, atOnce])).length;
  }
  return removed;
}

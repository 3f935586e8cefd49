import type { ContactId } from "@gateway-router/core";
import type { LmdbSnapshot } from "./lmdb-environment.js";
import { MappingFormatter } from "./mapping-file.js";
import type { MappingRecords } from "./mapping-records.js";

/** Formatting this many takes about a millisecond, so the event loop is never held up for long. */
const ENTRIES_AT_ONCE = 1000;

/**
 * The text of a mapping file, of the snapshot's records. In pieces: between two of them, whoever asked for
 * the text waits for the disk and the event loop goes on.
 */
export function* mappingText(records: MappingRecords, snapshot: LmdbSnapshot): Generator<string> {
  const formatter = new MappingFormatter();
  let last: ContactId | undefined;
  for (;;) {
    const entries = records.tenantsIn(snapshot, last, ENTRIES_AT_ONCE);
    if (entries.length === 0) break;
    last = entries.at(-1)![0];
    yield formatter.format(entries);
  }
  yield formatter.end();
}

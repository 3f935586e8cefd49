import type { FoundRecord, MigrationKind, MigrationRecord } from "@gateway-router/core";
import type { LmdbSnapshot } from "./lmdb-environment.js";

/** Records of one or several kinds in the environment. What changes something is called inside `environment.write`. */
export interface KeptRecords {
  /** All of the kind; nothing where these are not the ones that keep it. */
  pagesIn(
    kind: MigrationKind,
    snapshot: LmdbSnapshot,
    limit: number,
  ): Iterable<readonly MigrationRecord[]> | undefined;
  /** Of one kind. */
  find(records: readonly MigrationRecord[]): readonly FoundRecord[] | undefined;
  /** Answers whether it keeps such records. */
  put(record: MigrationRecord): boolean;
}

import type { ContactId, UnmappedMarks } from "@gateway-router/core";
import type { RedisDatabase } from "./redis-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import { MARK_UNMAPPED, PRUNE_MARKS } from "./scripts/record-scripts.js";

export class RedisUnmappedMarks implements UnmappedMarks {
  constructor(private readonly database: RedisDatabase) {}

  async mark(contact: ContactId, ...otherNames: readonly ContactId[]): Promise<boolean> {
    return (await this.database.run(MARK_UNMAPPED, contact, ...otherNames)) === 1;
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    if (names.length > 0) await this.database.call(["ZREM", `${this.database.prefix}unmapped`, ...names]);
  }

  prune(): Promise<number> {
    return removeInPieces(this.database, PRUNE_MARKS);
  }
}

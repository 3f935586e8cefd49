import { createHash } from "node:crypto";
import type { TenantId } from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";

interface Turn {
  readonly current: 0 | 1;
  readonly sinceMs: number;
}

/**
 * Which message went to which tenant, remembered for at least the given time and at most twice as long.
 *
 * Two databases take turns: the current one is written for the whole memory's time, then the other is emptied
 * and becomes the current one. So forgetting costs nothing per identity, and the space is bounded by what
 * comes in within twice the time. All methods but `recall` are to be called inside a write.
 */
export class LmdbDuplicateMemory {
  private readonly halves: readonly [LmdbDatabase<TenantId>, LmdbDatabase<TenantId>];
  private readonly turn: LmdbDatabase<Turn>;

  constructor(
    environment: LmdbEnvironment,
    name: string,
    private readonly memoryMs: number,
  ) {
    this.halves = [
      environment.database(`${name}.identities-0`),
      environment.database(`${name}.identities-1`),
    ];
    this.turn = environment.database(`${name}.identities-turn`);
  }

  recall(identity: string): TenantId | undefined {
    const key = keyOf(identity);
    return this.halves[0].get(key) ?? this.halves[1].get(key);
  }

  /** All that is remembered in the snapshot, in pieces, each as of the latest time at which it may have come. */
  *pagesIn(
    snapshot: LmdbSnapshot,
    limit: number,
  ): Generator<{ readonly identity: string; readonly tenantId: TenantId; readonly atMs: number }[]> {
    const turn = this.turn.get("turn");
    if (turn === undefined) return;
    for (const [half, database] of this.halves.entries()) {
      const atMs = half === turn.current ? turn.sinceMs + this.memoryMs : turn.sinceMs;
      for (const page of snapshot.pages(database, limit)) {
        yield page.map(({ key, value }) => ({ identity: key, tenantId: value, atMs }));
      }
    }
  }

  remember(identity: string, tenantId: TenantId, nowMs: number): void {
    this.halves[this.currentHalf(nowMs)].put(keyOf(identity), tenantId);
  }

  private currentHalf(nowMs: number): 0 | 1 {
    const turn = this.turn.get("turn");
    if (turn !== undefined && nowMs - turn.sinceMs <= this.memoryMs) return turn.current;
    const current = turn?.current === 0 ? 1 : 0;
    this.halves[current].clear();
    this.turn.put("turn", { current, sinceMs: nowMs });
    return current;
  }
}

const LONGEST_PLAIN_KEY = 200;

/** LMDB's keys are bounded, and WhatsApp's ids are not: a long one is kept by its hash. */
function keyOf(identity: string): string {
  if (identity.length <= LONGEST_PLAIN_KEY) return identity;
  return `sha256:${createHash("sha256").update(identity).digest("base64url")}`;
}

import type { TenantId } from "../domain/tenant.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";

export interface ReadTenantHealthOptions {
  readonly queue: Pick<DeliveryQueue, "pending" | "deadLetters" | "heldTenants" | "pausedTenants">;
}

export interface TenantHealth {
  /**
   * `held`: it is inactive or has no handler, and what comes for it waits. `paused`: it can't be reached, and gets probes only. `failing`:
   * attempts at what waits failed.
   * `waiting`: something waits and nothing failed. `quiet`: nothing waits.
   */
  readonly state: "held" | "paused" | "failing" | "waiting" | "quiet";
  readonly waiting: BoundedCount;
  readonly dead: BoundedCount;
  /** When what waits longest was taken in, or replayed. */
  readonly oldestEnqueuedAtMs: number | undefined;
  /**
   * What the last attempt at the delivery came to that was tried most often. Where no attempt at what waits failed: the
   * same of the dead letter that was given up last.
   */
  readonly lastError: string | undefined;
}

export interface BoundedCount {
  readonly count: number;
  /** Whether there may be more that were not counted. */
  readonly isMore: boolean;
}

const MOST_COUNTED = 500;

/** How a tenant's handler does, as far as it shows in what waits for it. Looks at 500 deliveries each at most. */
export class ReadTenantHealth {
  constructor(private readonly options: ReadTenantHealthOptions) {}

  async execute(tenantId: TenantId): Promise<TenantHealth> {
    const { queue } = this.options;
    const page = { tenantId, limit: MOST_COUNTED };
    const [pending, dead, held, paused] = await Promise.all([
      queue.pending(page),
      queue.deadLetters(page),
      queue.heldTenants(),
      queue.pausedTenants(),
    ]);
    const failed = pending.items.filter(({ attempts, lastError }) => attempts > 0 && lastError !== undefined);
    const [worst] = failed.toSorted((one, other) => other.attempts - one.attempts);
    const [lastDead] = dead.items
      .filter(({ lastError }) => lastError !== undefined)
      .toSorted((one, other) => other.diedAtMs - one.diedAtMs);
    const oldestMs = pending.items.map(({ enqueuedAtMs }) => enqueuedAtMs).toSorted((a, b) => a - b)[0];
    return {
      state: held.includes(tenantId)
        ? "held"
        : paused.includes(tenantId)
          ? "paused"
          : worst !== undefined
            ? "failing"
            : pending.items.length > 0
              ? "waiting"
              : "quiet",
      waiting: { count: pending.items.length, isMore: pending.nextCursor !== undefined },
      dead: { count: dead.items.length, isMore: dead.nextCursor !== undefined },
      oldestEnqueuedAtMs: oldestMs,
      lastError: (worst ?? lastDead)?.lastError,
    };
  }
}

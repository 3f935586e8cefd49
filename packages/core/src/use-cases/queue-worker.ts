import type { ClaimedDelivery } from "../domain/delivery.js";
import type { DeliveryQueue, Settlement, SettleResult } from "../ports/delivery-queue.js";
import type { CancelTimer, Clock, Logger } from "../ports/runtime.js";
import { giveWay } from "./give-way.js";

export interface QueueWorkerOptions<Body> {
  readonly queue: DeliveryQueue<Body>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: QueueWorkerLimits;
  /** One attempt. A rejection is a fault of the house, not of the tenant: the claim then ends with its lease. */
  readonly attempt: (claim: ClaimedDelivery<Body>, signal: AbortSignal) => Promise<Settlement>;
  readonly onSettled?: SettledListener<Body>;
}

/** Told of each attempt that was settled. */
export type SettledListener<Body> = (
  claim: ClaimedDelivery<Body>,
  settlement: Settlement,
  result: SettleResult,
) => void;

export interface QueueWorkerLimits {
  /** Attempts at a time, over all tenants. */
  readonly concurrency: number;
  /** Attempts at a time for one tenant, so that a slow one takes none of the others' slots. */
  readonly perTenantConcurrency: number;
  /** After this the attempt is aborted; the lease outlasts it by `LEASE_MARGIN_MS`, so that two attempts never overlap. */
  readonly attemptTimeoutMs: number;
}

export const LEASE_MARGIN_MS = 10_000;
/** Attempts begun in one piece: with a long backlog, all at once would keep webhooks waiting for seconds. */
const CLAIMED_AT_ONCE = 32;
/** A safety net under the queue's own announcements. */
const LONGEST_IDLE_MS = 5_000;
const RETRY_AFTER_FAULT_MS = 1_000;
const SLOTS_AT_START = 100;
const SLOTS_DOUBLE_EVERY_MS = 1_000;

/** Claims what is due, has it attempted within the limits, and settles it: the engine under each kind of delivery. */
export class QueueWorker<Body> {
  private readonly inFlight = new Map<Promise<void>, AbortController>();
  private state: "idle" | "running" | "stopping" = "idle";
  private claiming = false;
  private claimingDone: Promise<void> = Promise.resolve();
  private claimAgain = false;
  private cancelTimer: CancelTimer | undefined;
  private stopListening: (() => void) | undefined;
  private startedAtMs = 0;

  constructor(private readonly options: QueueWorkerOptions<Body>) {}

  start(): void {
    if (this.state !== "idle") return;
    this.state = "running";
    this.startedAtMs = this.options.clock.nowMs();
    this.stopListening = this.options.queue.onWork(() => this.wake());
    this.wake();
  }

  /** Claims no more and waits for what is under way; what is not done after `graceMs` is aborted and put back as if never tried. */
  async stop(graceMs: number): Promise<void> {
    if (this.state !== "running") return;
    this.state = "stopping";
    this.stopListening?.();
    this.cancelTimer?.();
    const cancelGrace = this.options.clock.setTimer(graceMs, () => {
      for (const controller of this.inFlight.values()) controller.abort();
    });
    while (this.inFlight.size > 0 || this.claiming) {
      await Promise.race([...this.inFlight.keys(), ...(this.claiming ? [this.claimingDone] : [])]);
    }
    cancelGrace();
    this.state = "idle";
  }

  private wake(): void {
    if (this.state !== "running") return;
    if (this.claiming) {
      this.claimAgain = true;
      return;
    }
    this.claiming = true;
    this.claimingDone = this.claimAll();
  }

  private async claimAll(): Promise<void> {
    do {
      this.claimAgain = false;
      const limit = Math.min(CLAIMED_AT_ONCE, this.slots() - this.inFlight.size);
      // With every slot taken, the next one to become free wakes us, or one that comes by growth.
      if (limit <= 0) this.wakeIn(SLOTS_DOUBLE_EVERY_MS);
      else if ((await this.claimUpTo(limit)) === limit) await giveWay();
    } while (this.shouldClaimAgain());
    // Without a pause after the last look at `claimAgain`, so that no call to wake up falls between.
    this.claiming = false;
  }

  private shouldClaimAgain(): boolean {
    return this.claimAgain && this.state === "running";
  }

  /**
   * Doubles each second from the start. With a backlog for tenants that are down, few attempts show it as well as
   * thousands at once, and leave time for webhooks.
   */
  private slots(): number {
    const doublings = Math.min(30, (this.options.clock.nowMs() - this.startedAtMs) / SLOTS_DOUBLE_EVERY_MS);
    return Math.min(this.options.limits.concurrency, Math.floor(SLOTS_AT_START * 2 ** doublings));
  }

  /** Answers how many it claimed. */
  private async claimUpTo(limit: number): Promise<number> {
    const { queue, logger, limits } = this.options;
    try {
      const { claims, nextDueInMs } = await queue.claimDue({
        limit,
        perTenantLimit: limits.perTenantConcurrency,
        leaseMs: limits.attemptTimeoutMs + LEASE_MARGIN_MS,
      });
      // One that comes back while stopping is run as well: its attempt is short, or aborted.
      for (const claim of claims) this.run(claim);
      if (claims.length > 0) this.claimAgain = true;
      else this.wakeIn(Math.min(nextDueInMs ?? LONGEST_IDLE_MS, LONGEST_IDLE_MS));
      return claims.length;
    } catch (error) {
      logger.log("error", "Deliveries could not be claimed; trying again", {
        event: "queue.claim_failed",
        error,
      });
      this.wakeIn(RETRY_AFTER_FAULT_MS);
      return 0;
    }
  }

  private wakeIn(delayMs: number): void {
    this.cancelTimer?.();
    if (this.state !== "running") return;
    this.cancelTimer = this.options.clock.setTimer(delayMs, () => this.wake());
  }

  private run(claim: ClaimedDelivery<Body>): void {
    const controller = new AbortController();
    const cancelTimeout = this.options.clock.setTimer(this.options.limits.attemptTimeoutMs, () =>
      controller.abort(),
    );
    const run = this.attemptAndSettle(claim, controller.signal).finally(() => {
      cancelTimeout();
      this.inFlight.delete(run);
      this.wake();
    });
    this.inFlight.set(run, controller);
  }

  private async attemptAndSettle(claim: ClaimedDelivery<Body>, signal: AbortSignal): Promise<void> {
    const { attempt, logger, onSettled } = this.options;
    let settlement: Settlement;
    try {
      settlement = await attempt(claim, signal);
    } catch (error) {
      logger.log(
        "error",
        `The attempt for ${claim.contact} failed inside the gateway; it is made again later`,
        {
          event: "delivery.attempt_fault",
          delivery_id: claim.id,
          tenant_id: claim.tenantId,
          error,
        },
      );
      return;
    }
    // An attempt that a stop cut off says nothing about the tenant.
    if (signal.aborted && this.state === "stopping" && settlement.kind === "retry")
      settlement = { kind: "released" };
    const result = await this.settle(claim, settlement);
    if (result !== undefined) onSettled?.(claim, settlement, result);
  }

  /** What came of an attempt is not thrown away because storage is out of order for a while: tried until it is kept, or stale. */
  private async settle(
    claim: ClaimedDelivery<Body>,
    settlement: Settlement,
  ): Promise<SettleResult | undefined> {
    const { queue, clock, logger } = this.options;
    for (;;) {
      try {
        return await queue.settle(claim, settlement);
      } catch (error) {
        logger.log("error", `What came of the delivery ${claim.id} could not be stored; trying again`, {
          event: "queue.settle_failed",
          delivery_id: claim.id,
          tenant_id: claim.tenantId,
          error,
        });
        if (this.state === "stopping") return undefined;
        await new Promise<void>((resolve) => clock.setTimer(RETRY_AFTER_FAULT_MS, resolve));
      }
    }
  }
}

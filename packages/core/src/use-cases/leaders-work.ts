import { onlyInstance, type LeaderLease } from "../ports/leader-lease.js";
import type { CancelTimer, Clock, Logger } from "../ports/runtime.js";

/** Work that can be begun again after it was stopped. */
export interface LeadersTask {
  start(): void | Promise<void>;
  /** What is not done after `graceMs` is cut off. */
  stop(graceMs: number): Promise<void>;
}

export interface LeadersWorkOptions {
  readonly lease: LeaderLease;
  /** In the order in which they start. */
  readonly tasks: readonly LeadersTask[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How soon another instance goes on where the one that leads is gone without a word. */
export const LEADER_LEASE_MS = 15_000;
const RENEW_EVERY_MS = 5_000;

/**
 * What only one of several instances may do at a time, done while this one has the lease.
 *
 * It counts its own time from before it asked, so it has stopped leading by the time the engine gives the lease to
 * another one. What was begun before that may go on for a moment beside the other's: all of it is safe to do twice.
 */
export class LeadersWork {
  private isSeeking = false;
  private hasLease = false;
  private isAtWork = false;
  private cancelRenewal: CancelTimer | undefined;
  private cancelEnd: CancelTimer | undefined;
  /** Starts and stops of the tasks, one after the other. */
  private turn: Promise<void> = Promise.resolve();
  private asking: Promise<void> = Promise.resolve();

  constructor(private readonly options: LeadersWorkOptions) {}

  /** Whether this instance leads at this moment. */
  get isLeading(): boolean {
    return this.hasLease;
  }

  /** Rejects where this instance leads at once and a task can't start. That storage is away for now is no reason. */
  async start(): Promise<void> {
    if (this.isSeeking) return;
    this.isSeeking = true;
    await this.seek();
    await this.turn;
  }

  /** Stops the tasks, and lets another instance go on. */
  async stop(graceMs: number): Promise<void> {
    this.isSeeking = false;
    this.cancelRenewal?.();
    await this.asking;
    const hadLease = this.hasLease;
    this.noteLease(false, graceMs);
    await this.turn.catch(() => undefined);
    if (!hadLease) return;
    await this.options.lease.giveUp().catch((error: unknown) => {
      this.options.logger.log("warn", "The lead could not be given up: it ends with its lease", {
        event: "leader.not_given_up",
        error,
      });
    });
  }

  private seek(): Promise<void> {
    this.asking = this.ask().then(() => {
      if (!this.isSeeking) return;
      this.cancelRenewal = this.options.clock.setTimer(RENEW_EVERY_MS, () => {
        void this.seek();
      });
    });
    return this.asking;
  }

  private async ask(): Promise<void> {
    const { lease, clock, logger } = this.options;
    const askedAtMs = clock.nowMs();
    try {
      const isGranted = await lease.take(LEADER_LEASE_MS);
      if (isGranted) this.endLeaseIn(askedAtMs + LEADER_LEASE_MS - clock.nowMs());
      this.noteLease(isGranted, 0);
    } catch (error) {
      // The lease it has goes on to its end.
      logger.log("warn", "Storage does not say which instance leads; it is asked again", {
        event: "leader.unknown",
        error,
      });
    }
  }

  private endLeaseIn(delayMs: number): void {
    this.cancelEnd?.();
    this.cancelEnd = this.options.clock.setTimer(delayMs, () => this.noteLease(false, 0));
  }

  private noteLease(hasLease: boolean, graceMs: number): void {
    if (!hasLease) this.cancelEnd?.();
    if (hasLease === this.hasLease) return;
    this.hasLease = hasLease;
    const { lease, logger } = this.options;
    // Where there can be no other instance, it is no news.
    const level = lease === onlyInstance ? "debug" : "info";
    logger.log(level, hasLease ? "👑 This instance leads" : "👑 This instance leads no more", {
      event: hasLease ? "leader.began" : "leader.ended",
    });
    this.turn = this.turn.catch(() => undefined).then(() => (hasLease ? this.begin() : this.end(graceMs)));
    // Whoever starts awaits it; later on it is told here.
    this.turn.catch((error: unknown) => {
      this.options.logger.log("error", "What only one instance does could not be started or stopped", {
        event: "leader.task_failed",
        error,
      });
    });
  }

  private async begin(): Promise<void> {
    if (!this.hasLease) return;
    this.isAtWork = true;
    for (const task of this.options.tasks) await task.start();
  }

  private async end(graceMs: number): Promise<void> {
    if (!this.isAtWork) return;
    this.isAtWork = false;
    await Promise.all(this.options.tasks.map((task) => task.stop(graceMs)));
  }
}

import type { CancelTimer, Clock } from "@gateway-router/core";

interface PendingTimer {
  cancel: CancelTimer;
  readonly onClosed: (() => void) | undefined;
}

/** The timers of one server, so that stopping it leaves none behind. */
export class Timers {
  private readonly pending = new Set<PendingTimer>();
  private hasEnded = false;

  constructor(private readonly clock: Clock) {}

  get isClosed(): boolean {
    return this.hasEnded;
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  /** Calls back once after the delay; `onClosed` instead, should the timers be closed before. */
  after(delayMs: number, callback: () => void, onClosed?: () => void): CancelTimer {
    if (this.hasEnded) {
      onClosed?.();
      return () => undefined;
    }
    const cancel = this.clock.setTimer(delayMs, () => {
      this.pending.delete(timer);
      callback();
    });
    const timer: PendingTimer = { cancel, onClosed };
    this.pending.add(timer);
    return () => {
      cancel();
      this.pending.delete(timer);
    };
  }

  /** Resolves with true after the delay, or with false as soon as the timers are closed. */
  elapse(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.after(
        delayMs,
        () => resolve(true),
        () => resolve(false),
      );
    });
  }

  close(): void {
    this.hasEnded = true;
    for (const { cancel, onClosed } of this.pending) {
      cancel();
      onClosed?.();
    }
    this.pending.clear();
  }
}

import type { CancelTimer, Clock } from "../ports/runtime.js";

/** A clock that stands still until it is moved; what falls due on the way is called in its order. */
export class ManualClock implements Clock {
  private readonly timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  constructor(private currentMs = Date.UTC(2026, 10, 23, 16, 46)) {}

  nowMs(): number {
    return this.currentMs;
  }

  setTimer(delayMs: number, callback: () => void): CancelTimer {
    const timer = { atMs: this.currentMs + Math.max(0, delayMs), callback };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.timers.size;
  }

  /** Moves on and calls what falls due. What the callbacks leave to promises runs when the caller next awaits. */
  advance(byMs: number): void {
    const untilMs = this.currentMs + byMs;
    for (;;) {
      const due = [...this.timers]
        .filter((timer) => timer.atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.currentMs = Math.max(this.currentMs, due.atMs);
      due.callback();
    }
    this.currentMs = untilMs;
  }
}

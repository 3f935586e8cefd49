import type { CancelTimer, Clock } from "@gateway-router/core";

/** Ends a request when its time is over or its caller gives up, and tells which it was. */
export class Patience {
  readonly signal: AbortSignal;
  private readonly timeout = new AbortController();
  private cancelTimer: CancelTimer | undefined;

  constructor(
    private readonly clock: Clock,
    readonly timeoutMs: number,
    private readonly caller: AbortSignal | undefined,
  ) {
    this.signal = caller === undefined ? this.timeout.signal : AbortSignal.any([caller, this.timeout.signal]);
  }

  /** Lets the time begin anew. */
  wait(): void {
    this.stop();
    this.cancelTimer = this.clock.setTimer(this.timeoutMs, () => this.timeout.abort());
  }

  stop(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  get isOver(): boolean {
    return this.timeout.signal.aborted;
  }

  get isGivenUp(): boolean {
    return this.caller?.aborted === true;
  }
}

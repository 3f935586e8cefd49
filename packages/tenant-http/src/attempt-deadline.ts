import type { Clock } from "@gateway-router/core";

export interface AttemptDeadlineOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Ends the attempt before its time. */
  readonly callerSignal: AbortSignal;
}

/**
 * Ends one attempt at its time-out or when the caller says so, whichever comes first. It runs from the first
 * step to the last byte: a limit on silence alone would let a handler that trickles keep its slot for ever.
 */
export class AttemptDeadline {
  private readonly controller = new AbortController();
  private readonly startedAtMs: number;
  private readonly cancelTimer: () => void;
  private endedBecause: string | undefined;

  constructor(private readonly options: AttemptDeadlineOptions) {
    const { clock, timeoutMs, callerSignal } = options;
    this.startedAtMs = clock.nowMs();
    this.cancelTimer = clock.setTimer(timeoutMs, () => this.end(`timed out after ${timeoutMs} ms`));
    if (callerSignal.aborted) this.onCallerAbort();
    else callerSignal.addEventListener("abort", this.onCallerAbort);
  }

  /** Aborted when the attempt is over its time. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Why the attempt was ended, or `undefined` while it may go on. */
  get reason(): string | undefined {
    return this.endedBecause;
  }

  /** The attempt is done; nothing ends it any more. */
  release(): void {
    this.cancelTimer();
    this.options.callerSignal.removeEventListener("abort", this.onCallerAbort);
  }

  private readonly onCallerAbort = (): void => {
    this.end(`aborted after ${this.options.clock.nowMs() - this.startedAtMs} ms`);
  };

  private end(reason: string): void {
    this.endedBecause ??= reason;
    this.controller.abort();
  }
}

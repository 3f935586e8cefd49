/** How long to wait after a failed attempt. */
export interface RetryPolicy {
  /** `failures` counts the failed attempts so far, the one just made included: 1, 2, 3, … */
  delayMs(failures: number): number;
}

export interface ExponentialRetryOptions {
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** Uniform in [0, 1); injected, so that tests know the jitter. */
  readonly random: () => number;
}

/** Doubles from the first delay to the longest; the jitter takes off up to half, so that what failed together does not return together. */
export class ExponentialRetryPolicy implements RetryPolicy {
  constructor(private readonly options: ExponentialRetryOptions) {}

  delayMs(failures: number): number {
    const { firstDelayMs, longestDelayMs, random } = this.options;
    // 2^30 is past any longest delay and keeps the product finite.
    const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 30));
    return Math.round(full * (1 - random() / 2));
  }
}

export interface RateLimitOptions {
  /** 0: no limit. */
  readonly perMinute: number;
  /** How many may come at once after a rest; 1 or more. */
  readonly burst: number;
}

/**
 * The generic cell rate algorithm: one moment says all. It is when the limit would be at rest if nothing more came;
 * each taking puts it off by the time that one costs, and it may lie ahead by a burst.
 */
export class RateLimit {
  readonly spacingMs: number;
  private readonly toleranceMs: number;
  private restedAtMs = Number.NEGATIVE_INFINITY;

  constructor({ perMinute, burst }: RateLimitOptions) {
    this.spacingMs = perMinute === 0 ? 0 : 60_000 / perMinute;
    this.toleranceMs = this.spacingMs * (burst - 1);
  }

  /** Takes the next place and answers its moment: now, or later. */
  take(nowMs: number): number {
    const atMs = Math.max(nowMs, this.restedAtMs - this.toleranceMs);
    this.restedAtMs = Math.max(nowMs, this.restedAtMs) + this.spacingMs;
    return atMs;
  }

  giveBack(): void {
    this.restedAtMs -= this.spacingMs;
  }

  /** Whether forgetting it would change nothing. */
  isRested(nowMs: number): boolean {
    return this.restedAtMs <= nowMs;
  }
}

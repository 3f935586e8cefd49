import type { Clock } from "@gateway-router/core";

const MINUTE_MS = 60_000;
/** As many minutes are remembered, the running one included. */
export const MINUTES_REMEMBERED = 60;

/** How many messages came in each minute of the last hour, in this process. */
export class MessageRate {
  private readonly counts = new Map<number, number>();

  constructor(private readonly options: { readonly clock: Pick<Clock, "nowMs"> }) {}

  note(): void {
    const minute = this.minute();
    this.counts.set(minute, (this.counts.get(minute) ?? 0) + 1);
    for (const old of this.counts.keys()) {
      if (old > minute - MINUTES_REMEMBERED && old <= minute) break;
      this.counts.delete(old);
    }
  }

  /** The oldest first; the last one is the minute that is running. */
  perMinute(): readonly number[] {
    const first = this.minute() - MINUTES_REMEMBERED + 1;
    return Array.from({ length: MINUTES_REMEMBERED }, (_, index) => this.counts.get(first + index) ?? 0);
  }

  private minute(): number {
    return Math.floor(this.options.clock.nowMs() / MINUTE_MS);
  }
}

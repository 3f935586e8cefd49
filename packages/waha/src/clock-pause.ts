import type { Clock } from "@gateway-router/core";

/** Resolves when the time is over or the signal says so. */
export function clockPause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancelTimer();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancelTimer = clock.setTimer(ms, end);
    signal.addEventListener("abort", end);
  });
}

import type { RetriesConfig } from "./session-config.js";

/** How long to wait after the attempt with that number (1, 2, 3, …) failed. A `Retry-After` makes it longer, never shorter. */
export function retryDelayMs(retries: RetriesConfig, failedAttempts: number, retryAfterMs = 0): number {
  const delayMs = retries.delaySeconds * 1000;
  return Math.max(retryAfterMs, delayMs * factorOf(retries.policy, failedAttempts));
}

function factorOf(policy: RetriesConfig["policy"], failedAttempts: number): number {
  switch (policy) {
    case "constant":
      return 1;
    case "linear":
      return failedAttempts;
    case "exponential":
      return 2 ** (failedAttempts - 1);
  }
}

/** Reads a `Retry-After` header: seconds, or a date. */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^[0-9]+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

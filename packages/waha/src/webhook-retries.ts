/** As a webhook of WAHA takes it. */
export interface WebhookRetries {
  readonly policy: "exponential";
  readonly delaySeconds: number;
  /** How many more after the first one. */
  readonly attempts: number;
}

/** After a hiccup the next attempt comes at once; each further one waits twice as long. */
const FIRST_DELAY_SECONDS = 2;

/**
 * Retries that go on for at least so long. The n-th waits for `delaySeconds * 2^(n-1)`, or, by WAHA's versions,
 * twice that and some jitter: never less. After an outage a webhook comes at the latest when as much time has passed
 * again as the outage took.
 */
export function retriesCovering(coverSeconds: number): WebhookRetries {
  let attempts = 1;
  while (coveredSeconds(FIRST_DELAY_SECONDS, attempts) < coverSeconds) attempts += 1;
  return { policy: "exponential", delaySeconds: FIRST_DELAY_SECONDS, attempts };
}

/** From the first attempt to the last, at least. */
export function coveredSeconds(delaySeconds: number, attempts: number): number {
  return delaySeconds * (2 ** attempts - 1);
}

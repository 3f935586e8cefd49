import { LONGEST_RETRY_AFTER_MS } from "@gateway-router/core";

const SECONDS = /^[0-9]+$/;
const BEGINS_WITH_WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * How long a `Retry-After` header asks to wait, in seconds or until an HTTP date in any of the three forms of
 * RFC 9110, section 5.6.7; at most an hour. `undefined` where it says nothing.
 */
export function retryAfterMs(header: unknown, nowMs: number): number | undefined {
  if (typeof header !== "string") return undefined;
  const text = header.trim();
  if (SECONDS.test(text)) return Math.min(Number(text) * 1000, LONGEST_RETRY_AFTER_MS);
  // Whatever else `Date.parse` would make of a text is no HTTP date.
  if (!BEGINS_WITH_WEEKDAY.test(text)) return undefined;
  // The form of C's asctime names no zone; all HTTP dates are in UTC.
  const atMs = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  if (Number.isNaN(atMs)) return undefined;
  return Math.min(Math.max(0, atMs - nowMs), LONGEST_RETRY_AFTER_MS);
}

/**
 * Where a crash hurts most: between two steps that both have to happen. Each is hit on purpose, since `kill -9` at
 * random seldom falls into a gap of microseconds.
 */
export const CRASH_POINTS = [
  /** The contact is locked, the message not queued. */
  "intake:locked",
  /** Both are durable, the webhook is not answered. */
  "intake:taken",
  /** The handler took the message, its replies are not queued. */
  "delivery:accepted",
  /** The replies are queued, the delivery is not settled. */
  "delivery:replies-queued",
  /** The hash of the mapping file is kept, the file not yet in its place. */
  "mapping-file:hash-written",
  /** The file is in its place, and that is not noted. */
  "mapping-file:renamed",
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** The setting that tells the gateway under test where to crash: the point's name, `@`, and at which time it is passed. */
export const CRASH_AT = "CRASH_AT";

import { AwaitableLog } from "./awaitable-log.js";

/** How look-ups of LIDs behave until it is set otherwise. */
export interface LidLookupBehaviour {
  readonly delayMs?: number;
  /** Answered instead of a phone number. */
  readonly status?: number;
}

/** How the look-up of LIDs goes, and what was looked up. */
export class LidLookup {
  behaviour: LidLookupBehaviour = {};
  /** Each LID that was asked for, in the order of the requests. */
  readonly asked = new AwaitableLog<string>();
}

import { GatewayError } from "@gateway-router/core";

export type WahaErrorCode =
  /** No connection, or it broke. */
  | "waha_unreachable"
  /** No whole answer in time. */
  | "waha_timeout"
  /** The caller gave up waiting. */
  | "waha_aborted"
  /** The API key is missing, wrong, or not allowed to do this. */
  | "waha_unauthorized"
  /** There is no such session, or no such path at this address. */
  | "waha_not_found"
  /** The session is there and has no connection to WhatsApp. */
  | "waha_session_not_working"
  /** WAHA can't do what it was asked to, by its version, its engine or the state of its session. */
  | "waha_unprocessable"
  /** WAHA will never do what it was asked to. */
  | "waha_refused"
  /** WAHA, or something on the way to it, failed. */
  | "waha_failed"
  /** The answer is not what WAHA answers. */
  | "waha_unreadable_answer"
  /** WAHA took a configuration and does not have it: an old version, or one that loses it. */
  | "waha_config_not_kept";

/** What may pass by itself. The others take somebody who changes something. */
const PASSING: ReadonlySet<WahaErrorCode> = new Set([
  "waha_unreachable",
  "waha_timeout",
  "waha_aborted",
  "waha_session_not_working",
  "waha_failed",
  "waha_unreadable_answer",
]);

/**
 * A request that WAHA did not do, as far as is known. It has no cause: the HTTP library's error holds the request,
 * API key and all.
 */
export class WahaError extends GatewayError {
  declare readonly code: WahaErrorCode;
  /**
   * Whether WAHA may have done it all the same: the request was on its way to WAHA, and no answer came, or one that
   * leaves it open. Without that nothing happened.
   */
  readonly mayBeDone: boolean;

  constructor(code: WahaErrorCode, message: string, options: { readonly mayBeDone?: boolean } = {}) {
    super(code, message, { retryable: PASSING.has(code) });
    this.mayBeDone = options.mayBeDone ?? false;
  }
}

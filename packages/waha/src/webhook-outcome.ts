import type { RoutingOutcome } from "@gateway-router/core";
import type { SignatureFault } from "./webhook-signature.js";

/** Why an event is nothing for a tenant. */
export type IgnoredReason =
  /** Sent from the gateway's own number, by its API or by hand. */
  | "own_message"
  | "group"
  /** A status update or a broadcast list. */
  | "broadcast"
  | "channel"
  /** No message of a contact: another kind of event, or a sender that is no person. */
  | "event"
  /** Another session's. */
  | "session"
  /** So old that a message taken before could no longer be recognised. */
  | "stale";

/** What became of one webhook. Where the message could not be made durable there is none: that rejects. */
export type WebhookOutcome =
  | RoutingOutcome
  | { readonly kind: "ignored"; readonly reason: IgnoredReason }
  | { readonly kind: "unauthorized"; readonly reason: SignatureFault }
  /** Not JSON, or not an event of WAHA. The message says why, and quotes nothing. */
  | { readonly kind: "malformed"; readonly message: string }
  /** As many messages are under way as may be; it can be sent again. */
  | { readonly kind: "overloaded" }
  /** The source is not started or is stopping; it can be sent again. */
  | { readonly kind: "unavailable" };

import type { ContactId } from "./contact-id.js";
import type { InboundMessage } from "./inbound-message.js";

/** What a delivery brings to its tenant. Without `kind` it is a message, the common case. */
export type TenantEvent = InboundMessage | InboundChange | FailedReply;

export type ChangeKind = "edited" | "revoked" | "reaction";

/** What a contact did later to a message: it stands in line behind it. */
export interface InboundChange {
  readonly kind: ChangeKind;
  /** As {@link InboundMessage.identity}; of the change itself. */
  readonly identity: string;
  readonly contact: ContactId;
  /** See {@link InboundMessage.otherName}. */
  readonly otherName?: ContactId;
  readonly contactName?: string;
  /** When the contact did it, by WhatsApp's clock, in whole seconds. */
  readonly sentAtMs: number;
  /** See {@link InboundMessage.optedOut}. */
  readonly optedOut?: true;
  /** WhatsApp's own id of the message concerned, as its tenant knows it. */
  readonly messageId: string;
  /**
   * The identity of the message concerned; left out where that is one of the shared number's own, which is never
   * taken in.
   */
  readonly concerns?: string;
  /** The new text of an edited message; the emoji of a reaction, empty where it was taken back. */
  readonly text?: string;
}

/** A reply of the tenant that was given up. */
export interface FailedReply {
  readonly kind: "reply_failed";
  readonly identity: string;
  readonly contact: ContactId;
  /** When it was given up. */
  readonly sentAtMs: number;
  readonly replyId: string;
  /** Stable, snake_case. */
  readonly reason: string;
  /** For people. */
  readonly error?: string;
}

export function isMessage(event: TenantEvent): event is InboundMessage {
  return event.kind === undefined;
}

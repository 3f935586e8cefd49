import type { ContactId } from "../domain/contact-id.js";
import type { ReplyContent } from "../domain/reply.js";

/** A reply on its way to its contact. */
export interface Reply {
  /** The delivery's id and the reply's place in its answer, or an id of its own. */
  readonly id: string;
  readonly contact: ContactId;
  readonly content: ReplyContent;
}

/** Sends a reply through the shared number: one attempt. */
export interface ReplySender {
  send(reply: Reply, signal: AbortSignal): Promise<SendResult>;
}

export type SendResult =
  | { readonly kind: "sent"; readonly messageId?: string }
  /** WhatsApp will never take this one. */
  | { readonly kind: "rejected"; readonly error: string }
  /** The number is not connected, or the server is not there. */
  | { readonly kind: "unavailable"; readonly error: string };

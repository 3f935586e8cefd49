import type { ContactId } from "../domain/contact-id.js";
import type { ReplyContent } from "../domain/reply.js";

/** A reply on its way to its contact. */
export interface Reply {
  /** The delivery's id and the reply's place in its answer, or an id of its own. */
  readonly id: string;
  readonly contact: ContactId;
  readonly content: ReplyContent;
  /** WhatsApp's own id for the message to be, where one was chosen beforehand. */
  readonly messageId?: string;
}

/** Sends replies through the shared number. */
export interface ReplySender {
  /**
   * Chooses WhatsApp's own id for this reply, by which sending it again is harmless. `undefined` where the server
   * can't, for this content or at all. Rejects never: without an answer there is none.
   */
  chooseMessageId(content: ReplyContent, signal: AbortSignal): Promise<string | undefined>;
  /** One attempt. Without a chosen id, sending again sends a second message. */
  send(reply: Reply, signal: AbortSignal): Promise<SendResult>;
}

export type SendResult =
  | { readonly kind: "sent"; readonly messageId?: string }
  /** WhatsApp will never take this one. */
  | { readonly kind: "rejected"; readonly error: string }
  /** Nothing was sent for this reply's own sake, and most likely never can be: a few more attempts will tell. */
  | { readonly kind: "doubtful"; readonly error: string }
  /** Nothing was sent, since its file can't be had just now: a matter of its tenant's, which the number and other replies take no harm of. */
  | { readonly kind: "file_unavailable"; readonly error: string }
  /**
   * The number is not connected, or the server is not there. `mayBeSent`: the attempt was cut off after the message
   * was on its way, so that it may have gone out all the same.
   */
  | { readonly kind: "unavailable"; readonly error: string; readonly mayBeSent: boolean };

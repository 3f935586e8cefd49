import type { Delivery } from "../domain/delivery.js";
import type { Mapping } from "../domain/mapping.js";
import type { ReplyFailure } from "../ports/reply-journal.js";
import type { FailedReply } from "../domain/tenant-event.js";

const EVENT_ID_START = "failed_";

/**
 * Whether the reply came in answer to such an event, which gave it its name. Of its failure nobody is told: a handler
 * that answers whatever comes would be told for ever, each failure making the next.
 */
export function answersFailedReply(replyId: string): boolean {
  return replyId.startsWith(EVENT_ID_START);
}

/** Tells a reply's tenant that it was given up. Named by the reply, so that it is queued once. */
export function failedReplyEvent(
  replyId: string,
  { tenantId, contact, generation }: Pick<Mapping, "tenantId" | "contact" | "generation">,
  { reason, error, failedAtMs }: ReplyFailure & { readonly failedAtMs: number },
): Delivery {
  const identity = `reply_failed/${replyId}`;
  const body: FailedReply = {
    ...{ kind: "reply_failed", identity, contact, sentAtMs: failedAtMs, replyId, reason },
    ...(error === undefined ? {} : { error }),
  };
  return { id: `${EVENT_ID_START}${replyId}`, identity, tenantId, contact, generation, body };
}

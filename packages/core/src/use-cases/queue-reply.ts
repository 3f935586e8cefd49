import type { Delivery } from "../domain/delivery.js";
import type { ReplyContent } from "../domain/reply.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { ReplyJournal } from "../ports/reply-journal.js";

/**
 * Queues a reply, which has a record from the first moment on. Safe to repeat: what was queued with the same identity
 * is not queued again.
 */
export async function queueReply(
  reply: Delivery<ReplyContent>,
  {
    replies,
    journal,
  }: {
    readonly replies: Pick<DeliveryQueue<ReplyContent>, "enqueue" | "recall">;
    readonly journal: Pick<ReplyJournal, "open">;
  },
): Promise<void> {
  if ((await replies.recall(reply.identity)) !== undefined) return;
  // Where this succeeds and the next step does not, the record says `queued` of what is nobody's until it is pruned.
  // The other way round, whoever is told of the failure would send the same again.
  await journal.open(reply);
  await replies.enqueue(reply);
}

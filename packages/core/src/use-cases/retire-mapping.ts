import type { DeadReason } from "../domain/delivery.js";
import { generationsOf, type Mapping } from "../domain/mapping.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";

export interface RetireMappingQueues {
  readonly queue: Pick<DeliveryQueue, "retire">;
  readonly replies: Pick<DeliveryQueue<never>, "retire">;
}

/** Makes what waits under a mapping that ended dead letters, both ways, and answers how many. */
export async function retireMapping(
  { queue, replies }: RetireMappingQueues,
  mapping: Mapping,
  reason: DeadReason = "mapping_changed",
): Promise<{ readonly deadLetters: number; readonly droppedReplies: number }> {
  let deadLetters = 0;
  let droppedReplies = 0;
  for (const generation of generationsOf(mapping)) {
    deadLetters += await queue.retire(generation, reason);
    droppedReplies += await replies.retire(generation, reason);
  }
  return { deadLetters, droppedReplies };
}

import type { DeadReason } from "../domain/delivery.js";
import { generationsOf, type Mapping } from "../domain/mapping.js";
import type { AuditLog } from "../ports/audit-log.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { Clock } from "../ports/runtime.js";

export interface RetireMappingParts {
  readonly queue: Pick<DeliveryQueue, "retire">;
  readonly replies: Pick<DeliveryQueue<never>, "retire">;
  readonly audit: Pick<AuditLog, "append">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** Makes what waits under a mapping that ended dead letters, both ways, and answers how many. Replies dropped so are audited. */
export async function retireMapping(
  { queue, replies, audit, clock }: RetireMappingParts,
  mapping: Mapping,
  reason: DeadReason = "mapping_changed",
): Promise<{ readonly deadLetters: number; readonly droppedReplies: number }> {
  let deadLetters = 0;
  let droppedReplies = 0;
  for (const generation of generationsOf(mapping)) {
    deadLetters += await queue.retire(generation, reason);
    droppedReplies += await replies.retire(generation, reason);
  }
  if (droppedReplies > 0) {
    const { contact: subject, tenantId, generation } = mapping;
    await audit.append({
      ...{ atMs: clock.nowMs(), actor: "gateway", action: "reply.dropped", subject },
      details: { tenant_id: tenantId, generation, replies: droppedReplies },
    });
  }
  return { deadLetters, droppedReplies };
}

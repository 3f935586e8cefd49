import type { ContactId } from "../domain/contact-id.js";
import type { DeadReason } from "../domain/delivery.js";
import type { Mapping } from "../domain/mapping.js";
import type { ReplyContent } from "../domain/reply.js";
import type { Actor, AuditLog } from "../ports/audit-log.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { Clock, Logger } from "../ports/runtime.js";
import { auditedMapping } from "./audited.js";
import { retireMapping } from "./retire-mapping.js";

export interface RemoveMappingOptions {
  readonly mappings: MappingStore;
  readonly queue: DeliveryQueue;
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly audit: Pick<AuditLog, "append">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Logger;
}

export interface RemoveMappingDetails {
  readonly actor: Actor;
  /** Why what waits is given up. */
  readonly reason?: DeadReason;
  /** Why the contact is freed, in an admin's words, for the audit log. */
  readonly note?: string | undefined;
}

/** Frees a contact from its tenant: the only way a mapping ends, and only an admin's. */
export class RemoveMapping {
  constructor(private readonly options: RemoveMappingOptions) {}

  /** Takes any name of the contact. Answers the mapping that was, or `undefined` where there was none. What waits under it becomes dead letters. */
  async execute(
    contact: ContactId,
    { actor, reason = "mapping_changed", note }: RemoveMappingDetails,
  ): Promise<Mapping | undefined> {
    const { mappings, audit, clock, logger } = this.options;
    const mapping = await mappings.unlock(contact);
    if (mapping === undefined) return undefined;
    // Should the gateway stop between these steps, the check before each attempt comes to the same end.
    const { deadLetters, droppedReplies } = await retireMapping(this.options, mapping, reason);
    await audit.append({
      ...{ atMs: clock.nowMs(), actor, action: "contact.unlocked", subject: mapping.contact },
      details: {
        ...{ before: auditedMapping(mapping), after: null, reason, dead_letters: deadLetters },
        ...(note === undefined ? {} : { note }),
      },
    });
    logger.log("info", `🔓 Unlocked user ${mapping.contact} from tenant ${mapping.tenantId}`, {
      event: "contact.unlocked",
      phone_number: mapping.contact,
      tenant_id: mapping.tenantId,
      dead_letters: deadLetters,
      dropped_replies: droppedReplies,
    });
    return mapping;
  }
}

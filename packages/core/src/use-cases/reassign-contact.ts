import type { ContactId } from "../domain/contact-id.js";
import type { Mapping } from "../domain/mapping.js";
import type { TenantId } from "../domain/tenant.js";
import type { Actor, AuditLog } from "../ports/audit-log.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { Clock, IdSource, Logger } from "../ports/runtime.js";
import type { TenantDirectory } from "../ports/tenant-directory.js";
import { auditedMapping } from "./audited.js";
import { retireMapping } from "./retire-mapping.js";

export interface ReassignContactOptions {
  readonly mappings: Pick<MappingStore, "reassign">;
  readonly tenants: TenantDirectory;
  readonly queue: Pick<DeliveryQueue, "retire">;
  readonly replies: Pick<DeliveryQueue<never>, "retire">;
  readonly audit: Pick<AuditLog, "append">;
  readonly ids: Pick<IdSource, "generation">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Logger;
}

export interface ReassignContactCommand {
  /** By any of its names. */
  readonly contact: ContactId;
  readonly tenantId: TenantId;
  /** Why, in an admin's words, for the audit log. */
  readonly reason: string;
  readonly actor: Actor;
}

export type ReassignContactOutcome =
  | { readonly kind: "reassigned"; readonly mapping: Mapping; readonly before: Mapping | undefined }
  /** The tenant has it already. */
  | { readonly kind: "unchanged"; readonly mapping: Mapping }
  | { readonly kind: "unknown_tenant" }
  /** A tenant that takes no contacts is given none. */
  | { readonly kind: "inactive_tenant" };

/** Gives a contact to another tenant, or to its first: an admin's word against first contact, and audited. */
export class ReassignContact {
  constructor(private readonly options: ReassignContactOptions) {}

  /** The new lock is its own generation: what waits under the one before becomes dead letters, and its replies are dropped. */
  async execute(command: ReassignContactCommand): Promise<ReassignContactOutcome> {
    const { mappings, tenants, ids, clock } = this.options;
    const { contact, tenantId } = command;
    const tenant = await tenants.find(tenantId);
    if (tenant === undefined) return { kind: "unknown_tenant" };
    if (!tenant.active) return { kind: "inactive_tenant" };
    const lock = { generation: ids.generation(), lockedAtMs: clock.nowMs() };
    const outcome = await mappings.reassign({ contact, tenantId, ...lock });
    if (outcome.kind === "reassigned") await this.settle(command, outcome);
    return outcome;
  }

  private async settle(
    { actor, reason }: ReassignContactCommand,
    { mapping, before }: { readonly mapping: Mapping; readonly before: Mapping | undefined },
  ): Promise<void> {
    const { audit, clock, logger } = this.options;
    const { contact, tenantId } = mapping;
    // Should the gateway stop between these steps, the check before each attempt comes to the same end.
    const retired =
      before === undefined
        ? { deadLetters: 0, droppedReplies: 0 }
        : await retireMapping(this.options, before);
    await audit.append({
      ...{ atMs: clock.nowMs(), actor, action: "contact.reassigned", subject: contact },
      details: {
        before: before === undefined ? null : auditedMapping(before),
        after: auditedMapping(mapping),
        reason,
        dead_letters: retired.deadLetters,
      },
    });
    const from = before === undefined ? "" : ` from tenant ${before.tenantId}`;
    logger.log("info", `🔀 Gave user ${contact}${from} to tenant ${tenantId}`, {
      event: "contact.reassigned",
      phone_number: contact,
      tenant_id: tenantId,
      previous_tenant_id: before?.tenantId,
      dead_letters: retired.deadLetters,
      dropped_replies: retired.droppedReplies,
    });
  }
}

import type { ContactId } from "../domain/contact-id.js";
import type { TenantId } from "../domain/tenant.js";
import type { Actor, AuditLog } from "../ports/audit-log.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { Clock, Logger } from "../ports/runtime.js";

export interface ReplayDeadLettersOptions {
  readonly queue: DeliveryQueue;
  readonly mappings: MappingStore;
  readonly audit: Pick<AuditLog, "append">;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type ReplayOutcome =
  | {
      readonly kind: "replayed";
      readonly id: string;
      readonly tenantId: TenantId;
      readonly contact: ContactId;
    }
  | { readonly kind: "not_found"; readonly id: string }
  /** Nobody holds the contact whom it is for, so there is nobody to replay it to. */
  | { readonly kind: "no_holder"; readonly id: string };

export interface ReplaySummary {
  readonly replayed: number;
  readonly withoutHolder: number;
}

const PAGE = 500;

/** Puts dead letters back in the queue, at the end of the line of who holds their contact now. */
export class ReplayDeadLetters {
  constructor(private readonly options: ReplayDeadLettersOptions) {}

  async one(id: string, actor: Actor): Promise<ReplayOutcome> {
    const { audit, clock } = this.options;
    const outcome = await this.replay(id);
    if (outcome.kind !== "replayed") return outcome;
    const { tenantId, contact } = outcome;
    await audit.append({
      ...{ atMs: clock.nowMs(), actor, action: "delivery.replayed", subject: contact },
      details: { delivery_id: id, tenant_id: tenantId },
    });
    return outcome;
  }

  private async replay(id: string): Promise<ReplayOutcome> {
    const { queue, mappings, logger } = this.options;
    const letter = await queue.findDeadLetter(id);
    if (letter === undefined) return { kind: "not_found", id };
    const mapping = await mappings.find(letter.contact);
    // What became of one tenant's reply is no other tenant's business.
    const isForAnother = letter.body.kind === "reply_failed" && mapping?.tenantId !== letter.tenantId;
    if (mapping === undefined || isForAnother) return { kind: "no_holder", id };
    if (!(await queue.replay(id, mapping))) return { kind: "not_found", id };
    const { contact, tenantId } = mapping;
    logger.log("info", `⏪ Replaying a message of ${contact} to tenant ${tenantId}`, {
      event: "delivery.replayed",
      delivery_id: id,
      phone_number: contact,
      tenant_id: tenantId,
    });
    return { kind: "replayed", id, tenantId, contact };
  }

  /** Replays what died on its way to the tenant and whose contact somebody holds, oldest first. */
  async ofTenant(tenantId: TenantId, actor: Actor): Promise<ReplaySummary> {
    const { audit, clock } = this.options;
    const summary = { replayed: 0, withoutHolder: 0 };
    try {
      await this.replayAll(tenantId, summary);
    } finally {
      // One that breaks off has replayed what it did.
      if (summary.replayed > 0) {
        await audit.append({
          ...{ atMs: clock.nowMs(), actor, action: "deliveries.replayed", subject: `tenant ${tenantId}` },
          details: { replayed: summary.replayed, without_holder: summary.withoutHolder },
        });
      }
    }
    return summary;
  }

  private async replayAll(
    tenantId: TenantId,
    summary: { replayed: number; withoutHolder: number },
  ): Promise<void> {
    const startedAtMs = this.options.clock.nowMs();
    let cursor: string | undefined;
    do {
      const page = await this.options.queue.deadLetters({
        tenantId,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { id, diedAtMs } of page.items) {
        // What dies again while this goes on has had its replay; taking it too might never end.
        if (diedAtMs >= startedAtMs) continue;
        const { kind } = await this.replay(id);
        if (kind === "replayed") summary.replayed += 1;
        else if (kind === "no_holder") summary.withoutHolder += 1;
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
}

import type { ReplyContent } from "../domain/reply.js";
import type { TenantId } from "../domain/tenant.js";
import type { AuditLog } from "../ports/audit-log.js";
import type { ContestedContacts } from "../ports/contested-contacts.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { FirstWordsStore } from "../ports/first-words-store.js";
import type { IdempotencyKeys } from "../ports/idempotency-keys.js";
import type { MediaStore } from "../ports/media-store.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import type { CancelTimer, Clock, Logger } from "../ports/runtime.js";
import type { TenantDirectory } from "../ports/tenant-directory.js";
import type { TenantRegistry } from "../ports/tenant-registry.js";
import type { UnmappedMarks } from "../ports/unmapped-marks.js";
import type { ClearTenant } from "./clear-tenant.js";
import { canReceive } from "./deliver-due-messages.js";

export interface HousekeepingOptions {
  readonly queue: DeliveryQueue;
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly replyJournal: Pick<ReplyJournal, "prune">;
  readonly firstWords: FirstWordsStore;
  readonly unmappedMarks: UnmappedMarks;
  readonly idempotencyKeys: Pick<IdempotencyKeys, "prune">;
  readonly media: MediaStore;
  readonly audit: Pick<AuditLog, "prune">;
  readonly contested: Pick<ContestedContacts, "prune">;
  readonly tenants: TenantDirectory;
  readonly registry: Pick<TenantRegistry, "isRetired">;
  readonly clearTenant: Pick<ClearTenant, "execute" | "isUnderWay">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: {
    readonly maxAgeMs: number;
    readonly maxHeldAgeMs: number;
    readonly deadLettersKeptMs: number;
    readonly mediaKeptMs: number;
  };
}

/** What was done to whom can be asked for so long, and so can who used another tenant's link. */
export const AUDIT_KEPT_MS = 365 * 24 * 3_600_000;

const RELEASE_EVERY_MS = 2_000;
const TIDY_EVERY_MS = 30_000;

/** What is done now and then: tenants that are back are released, what is too old is given up or removed. */
export class Housekeeping {
  private readonly cancels = new Set<CancelTimer>();
  private readonly underWay = new Set<Promise<void>>();
  private running = false;

  constructor(private readonly options: HousekeepingOptions) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.every(RELEASE_EVERY_MS, () => this.releaseTenants());
    this.every(TIDY_EVERY_MS, () => this.tidy());
  }

  async stop(): Promise<void> {
    this.running = false;
    for (const cancel of this.cancels) cancel();
    this.cancels.clear();
    await Promise.all(this.underWay);
  }

  /** Ends the hold of each tenant that can receive again, and of each that never will. */
  async releaseTenants(): Promise<void> {
    const { queue, tenants, registry, logger } = this.options;
    for (const tenantId of await queue.heldTenants()) {
      if (await registry.isRetired(tenantId)) {
        await this.clearRemoved(tenantId);
        continue;
      }
      if (!canReceive(await tenants.find(tenantId))) continue;
      await queue.releaseTenant(tenantId);
      logger.log("info", `▶️ Tenant ${tenantId} can receive again: delivering what waits`, {
        event: "tenant.released",
        tenant_id: tenantId,
      });
    }
  }

  /**
   * A removed tenant may have a contact all the same: by a link that was being taken in at that moment, or a restored
   * backup of before. It would be nobody's else for ever, and its messages would wait for nothing.
   */
  private async clearRemoved(tenantId: TenantId): Promise<void> {
    const { clearTenant, logger } = this.options;
    if (clearTenant.isUnderWay(tenantId)) return;
    const contacts = await clearTenant.execute(tenantId, "gateway");
    logger.log(
      "warn",
      `🏢 Tenant ${tenantId} was removed, and had contacts all the same; ${contacts} went free`,
      {
        event: "tenant.cleared",
        tenant_id: tenantId,
        contacts,
      },
    );
  }

  /** Gives up what is too old and removes what nobody will ask for any more. */
  async tidy(): Promise<void> {
    const { queue, replies, replyJournal, firstWords, unmappedMarks, idempotencyKeys } = this.options;
    const { media, audit, contested, settings } = this.options;
    // Each on its own: that one can't be done must not keep the others from being done.
    await this.attempt(() => this.expire());
    await this.attempt(() => queue.pruneDeadLetters(settings.deadLettersKeptMs));
    await this.attempt(() => replies.pruneDeadLetters(settings.deadLettersKeptMs));
    await this.attempt(() => replyJournal.prune(settings.deadLettersKeptMs));
    await this.attempt(() => firstWords.prune());
    await this.attempt(() => unmappedMarks.prune());
    await this.attempt(() => idempotencyKeys.prune());
    await this.attempt(() => media.prune(settings.mediaKeptMs));
    await this.attempt(() => audit.prune(AUDIT_KEPT_MS));
    await this.attempt(() => contested.prune(AUDIT_KEPT_MS));
  }

  /** A fault is told, and the work done again at its next time. */
  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.options.logger.log("error", "Housekeeping failed; it is tried again", {
        event: "housekeeping.failed",
        error,
      });
    }
  }

  private async expire(): Promise<void> {
    const { queue, logger, settings } = this.options;
    const expired = await queue.expire(settings);
    if (expired > 0) {
      logger.log("error", `☠️ Gave up ${expired} messages that waited too long`, {
        event: "delivery.expired",
        count: expired,
      });
    }
  }

  private every(intervalMs: number, work: () => Promise<void>): void {
    const cancel = this.options.clock.setTimer(intervalMs, () => {
      this.cancels.delete(cancel);
      const run: Promise<void> = this.attempt(work).finally(() => {
        this.underWay.delete(run);
        if (this.running) this.every(intervalMs, work);
      });
      this.underWay.add(run);
    });
    this.cancels.add(cancel);
  }
}

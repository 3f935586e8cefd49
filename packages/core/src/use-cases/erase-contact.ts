import type { ContactId } from "../domain/contact-id.js";
import type { MediaJob } from "../domain/media.js";
import type { ReplyContent } from "../domain/reply.js";
import type { TenantId } from "../domain/tenant.js";
import type { Actor, AuditLog } from "../ports/audit-log.js";
import type { Backups } from "../ports/backups.js";
import type { ContestedContacts } from "../ports/contested-contacts.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { FirstWordsStore } from "../ports/first-words-store.js";
import type { Erasure, MappingStore } from "../ports/mapping-store.js";
import type { MediaStore } from "../ports/media-store.js";
import type { OptOuts } from "../ports/opt-outs.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import type { Clock, Logger } from "../ports/runtime.js";
import type { UnmappedMarks } from "../ports/unmapped-marks.js";
import { giveWay } from "./give-way.js";

export interface EraseContactOptions {
  readonly mappings: Pick<MappingStore, "beginErasure" | "endErasure">;
  readonly queue: Pick<DeliveryQueue, "erase">;
  readonly replies: Pick<DeliveryQueue<ReplyContent>, "erase">;
  readonly mediaJobs: Pick<DeliveryQueue<MediaJob>, "erase">;
  readonly journal: Pick<ReplyJournal, "list" | "remove">;
  readonly media: Pick<MediaStore, "ofContacts" | "remove">;
  readonly firstWords: Pick<FirstWordsStore, "forget">;
  readonly unmappedMarks: Pick<UnmappedMarks, "forget">;
  readonly contested: Pick<ContestedContacts, "forget">;
  readonly optOuts: Pick<OptOuts, "spread">;
  readonly audit: Pick<AuditLog, "append" | "pseudonymise">;
  /** The engine's own; without it there are none. */
  readonly backups?: Backups | undefined;
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Logger;
}

/** What was erased, and what stays. */
export interface ErasedContact {
  /** The tenant that had the contact. */
  readonly previousTenantId: TenantId | undefined;
  /** What stands for the contact in the audit log. */
  readonly pseudonym: string;
  /** Messages and events that waited for a tenant, or were given up. */
  readonly deliveries: number;
  /** Replies that waited or were given up. */
  readonly replies: number;
  /** What was known of replies, those that were sent included. */
  readonly replyRecords: number;
  readonly media: number;
  readonly auditEntries: number;
  readonly backups: number;
  /** Backups that name the contact, and that somebody has to look at. */
  readonly unreadableBackups: readonly string[];
}

const RECORDS_AT_ONCE = 100;

/**
 * Erases a contact: who has it, what it wrote, what it was sent, its files, its names, in backups too. What stays keeps
 * a keyed hash of it: that it was erased, so that nothing of before comes back, that it wants no replies, and what
 * admins did. It is a stranger from then on, and may come back by a tenant's link.
 *
 * Each step is safe to repeat, and the names go last: an erasure that is cut off is completed by asking again.
 */
export class EraseContact {
  constructor(private readonly options: EraseContactOptions) {}

  /** Takes any name of the contact, and one of whom nothing is known: what it sent before counts for nothing then. */
  async execute(contact: ContactId, { actor }: { readonly actor: Actor }): Promise<ErasedContact> {
    const { mappings, optOuts, queue, replies, mediaJobs, firstWords, unmappedMarks, contested } =
      this.options;
    const erasure = await mappings.beginErasure(contact);
    const { names, pseudonym, erasedAtMs: untilMs } = erasure;
    const request = { contacts: names, untilMs };
    await optOuts.spread(names);
    // Files before what names them: a job that is under way looks whether its contact was erased.
    await mediaJobs.erase(request);
    const erased = {
      deliveries: await queue.erase(request),
      replies: await replies.erase(request),
      replyRecords: await this.eraseReplyRecords(names, untilMs),
      media: await this.eraseMedia(names, untilMs),
    };
    await firstWords.forget(...names);
    await unmappedMarks.forget(...names);
    await contested.forget(...names);
    const { changed: backups, unreadable: unreadableBackups } = await this.eraseFromBackups(names);
    const auditEntries = await this.options.audit.pseudonymise({ names, pseudonym });
    const previousTenantId = erasure.mapping?.tenantId;
    const outcome = {
      ...{ previousTenantId, pseudonym, ...erased, auditEntries, backups, unreadableBackups },
    };
    // The fact before the names are gone: what is cut off in between is done again, and entered twice at worst.
    await this.enter(outcome, actor);
    await mappings.endErasure(erasure);
    return outcome;
  }

  private async eraseReplyRecords(names: Erasure["names"], untilMs: number): Promise<number> {
    const { journal } = this.options;
    let erased = 0;
    let cursor: string | undefined;
    do {
      const page = await journal.list({
        ...{ contacts: names, limit: RECORDS_AT_ONCE },
        ...(cursor === undefined ? {} : { cursor }),
      });
      const old = page.items.filter(({ queuedAtMs }) => queuedAtMs <= untilMs);
      await Promise.all(old.map(({ id }) => journal.remove(id)));
      erased += old.length;
      cursor = page.nextCursor;
      // The journal may be long, and its storage may never wait for anything.
      await giveWay();
    } while (cursor !== undefined);
    return erased;
  }

  private async eraseMedia(names: Erasure["names"], untilMs: number): Promise<number> {
    const { media } = this.options;
    const old = (await media.ofContacts(names)).filter(({ keptAtMs }) => keptAtMs <= untilMs);
    for (const { id } of old) await media.remove(id);
    return old.length;
  }

  private async eraseFromBackups(names: Erasure["names"]) {
    return (await this.options.backups?.erase(names)) ?? { changed: 0, unreadable: [] };
  }

  private async enter(outcome: ErasedContact, actor: Actor): Promise<void> {
    const { audit, clock, logger } = this.options;
    const { previousTenantId, pseudonym, deliveries, replies, media, backups, unreadableBackups } = outcome;
    const counts = { deliveries, replies, media, backups, unreadable_backups: unreadableBackups.length };
    await audit.append({
      ...{ atMs: clock.nowMs(), actor, action: "contact.erased", subject: pseudonym },
      details: { previous_tenant_id: previousTenantId ?? null, ...counts },
    });
    logger.log("info", `🧹 Erased a contact (${pseudonym})`, { event: "contact.erased", ...counts });
    if (unreadableBackups.length === 0) return;
    logger.log("warn", `Backups name the erased contact and can't be read: ${unreadableBackups.join(", ")}`, {
      event: "contact.erased_in_part",
      paths: unreadableBackups,
    });
  }
}

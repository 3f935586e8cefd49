import type { DeadLetter } from "../domain/delivery.js";
import type { ContactId } from "../domain/contact-id.js";
import type { ReplyContent } from "../domain/reply.js";
import { isOver, type ReplyState } from "../domain/reply-record.js";
import type { TenantId } from "../domain/tenant.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { ReplyJournal } from "../ports/reply-journal.js";

export interface FindReplyStatusOptions {
  readonly journal: Pick<ReplyJournal, "find">;
  readonly replies: Pick<DeliveryQueue<ReplyContent>, "findDeadLetter">;
}

export interface ReplyStatus {
  readonly id: string;
  readonly contact: ContactId;
  /** An attempt whose outcome is not known is still `queued` for its tenant. */
  readonly status: Exclude<ReplyState, "sending">;
  readonly changedAtMs: number;
  /** Why it failed: stable, snake_case. */
  readonly reason?: string;
  readonly error?: string;
}

/** What became of a reply, told to the tenant that sent it and to nobody else. */
export class FindReplyStatus {
  constructor(private readonly options: FindReplyStatusOptions) {}

  /** Takes the same look-ups whoever's reply it is, so that not even the time it takes tells one from another. */
  async execute({
    tenantId,
    id,
  }: {
    readonly tenantId: TenantId;
    readonly id: string;
  }): Promise<ReplyStatus | undefined> {
    const { journal, replies } = this.options;
    const [found, letter] = await Promise.all([journal.find(id), replies.findDeadLetter(id)]);
    if (found !== undefined && found.tenantId !== tenantId) return undefined;
    // What was retired with its mapping never came to an attempt that could have said so in the journal.
    const isOpen = found === undefined || !isOver(found);
    if (isOpen && letter?.tenantId === tenantId) return deadLetterStatus(letter);
    if (found === undefined) return undefined;
    const { contact, state, changedAtMs, reason, error } = found;
    return {
      ...{ id, contact, changedAtMs, status: state === "sending" ? "queued" : state },
      ...(reason === undefined ? {} : { reason }),
      ...(error === undefined ? {} : { error }),
    };
  }
}

function deadLetterStatus({
  id,
  contact,
  diedAtMs: changedAtMs,
  reason,
  lastError: error,
}: DeadLetter<ReplyContent>): ReplyStatus {
  return { id, contact, changedAtMs, status: "failed", reason, ...(error === undefined ? {} : { error }) };
}

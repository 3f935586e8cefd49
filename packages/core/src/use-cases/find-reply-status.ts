import type { ContactId } from "../domain/contact-id.js";
import type { ReplyContent } from "../domain/reply.js";
import { isSent, type ReplyState } from "../domain/reply-record.js";
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

  async execute(request: {
    readonly tenantId: TenantId;
    readonly id: string;
  }): Promise<ReplyStatus | undefined> {
    const { journal } = this.options;
    const record = await journal.find(request.id);
    if (record !== undefined && record.tenantId !== request.tenantId) return undefined;
    // What was retired with its mapping never came to an attempt that could have said so in the journal.
    if (record === undefined || (!isSent(record) && record.state !== "failed")) {
      const dead = await this.deadLetter(request);
      if (dead !== undefined) return dead;
    }
    if (record === undefined) return undefined;
    const { id, contact, state, changedAtMs, reason, error } = record;
    return {
      ...{ id, contact, changedAtMs, status: state === "sending" ? "queued" : state },
      ...(reason === undefined ? {} : { reason }),
      ...(error === undefined ? {} : { error }),
    };
  }

  private async deadLetter({
    tenantId,
    id,
  }: {
    readonly tenantId: TenantId;
    readonly id: string;
  }): Promise<ReplyStatus | undefined> {
    const letter = await this.options.replies.findDeadLetter(id);
    if (letter?.tenantId !== tenantId) return undefined;
    const { contact, diedAtMs: changedAtMs, reason, lastError: error } = letter;
    return { id, contact, changedAtMs, status: "failed", reason, ...(error === undefined ? {} : { error }) };
  }
}

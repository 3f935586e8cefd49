import type { ContactId } from "../domain/contact-id.js";
import type { DeadLetter } from "../domain/delivery.js";
import type { ReplyContent } from "../domain/reply.js";
import { isOver, type ReplyRecord, type ReplyState } from "../domain/reply-record.js";
import type { TenantId } from "../domain/tenant.js";
import type { DeliveryQueue, Page } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { ReplyJournal } from "../ports/reply-journal.js";

export interface ListRepliesOptions {
  readonly journal: Pick<ReplyJournal, "list">;
  readonly replies: Pick<DeliveryQueue<ReplyContent>, "findDeadLetter">;
  readonly mappings: Pick<MappingStore, "namesOf">;
}

export interface ListRepliesRequest {
  readonly limit: number;
  readonly cursor?: string;
  readonly state?: ReplyState;
  readonly tenantId?: TenantId;
  /** By any of its names. */
  readonly contact?: ContactId;
}

export type ListedReply = Pick<
  ReplyRecord,
  "id" | "contact" | "tenantId" | "state" | "queuedAtMs" | "changedAtMs" | "error"
> & {
  /** Why it failed: stable, snake_case. */
  readonly reason?: string;
};

/** What goes out through the number, and what became of it, told to those who mind the gateway: never what it says. */
export class ListReplies {
  constructor(private readonly options: ListRepliesOptions) {}

  /** Pages as `ReplyJournal.list` has them. */
  async execute({ state, contact, ...page }: ListRepliesRequest): Promise<Page<ListedReply>> {
    const { journal, mappings } = this.options;
    const { items, nextCursor } = await journal.list({
      ...page,
      ...(state === undefined ? {} : { states: journaledAs(state) }),
      ...(contact === undefined ? {} : { contacts: await mappings.namesOf(contact) }),
    });
    const listed = await Promise.all(items.map((record) => this.withItsEnd(record)));
    return { items: listed.filter((reply) => state === undefined || reply.state === state), nextCursor };
  }

  private async withItsEnd(record: ReplyRecord): Promise<ListedReply> {
    if (isOver(record)) return record;
    const letter = await this.options.replies.findDeadLetter(record.id);
    return letter !== undefined && letter.tenantId === record.tenantId ? failed(record, letter) : record;
  }
}

/** What was retired with its mapping never came to an attempt that could have said so in the journal. */
function journaledAs(state: ReplyState): readonly ReplyState[] {
  return state === "failed" ? ["failed", "queued", "sending"] : [state];
}

function failed(
  { id, contact, tenantId, queuedAtMs }: ReplyRecord,
  { reason, diedAtMs, lastError }: DeadLetter<ReplyContent>,
): ListedReply {
  return {
    ...{ id, contact, queuedAtMs, state: "failed", changedAtMs: diedAtMs, reason },
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(lastError === undefined ? {} : { error: lastError }),
  };
}

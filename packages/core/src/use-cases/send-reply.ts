import type { ContactId } from "../domain/contact-id.js";
import type { ReplyContent } from "../domain/reply.js";
import type { TenantId } from "../domain/tenant.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import type { IdSource, Logger } from "../ports/runtime.js";
import { queueReply } from "./queue-reply.js";

export interface SendReplyOptions {
  readonly mappings: Pick<MappingStore, "find">;
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly journal: ReplyJournal;
  readonly ids: Pick<IdSource, "deliveryId">;
  readonly logger: Logger;
}

export interface ReplyRequest {
  readonly tenantId: TenantId;
  /** By any of its names. */
  readonly contact: ContactId;
  readonly content: ReplyContent;
}

export type SendReplyOutcome =
  | { readonly kind: "queued"; readonly id: string }
  /** Another tenant has it, or nobody: which of both is not for this tenant to know. */
  | { readonly kind: "not_your_contact" }
  /** So many replies wait that one more would not go out in its time. */
  | { readonly kind: "too_many_waiting" };

/** Above what goes through one number in a day, and small enough for any disk. */
export const MOST_WAITING_REPLIES = 1_000_000;

/** Takes a reply that a tenant sends by itself, to nobody but a contact it holds. */
export class SendReply {
  constructor(private readonly options: SendReplyOptions) {}

  async execute({ tenantId, contact, content }: ReplyRequest): Promise<SendReplyOutcome> {
    const { mappings, replies, ids, logger } = this.options;
    const mapping = await mappings.find(contact);
    if (mapping?.tenantId !== tenantId) return { kind: "not_your_contact" };
    if ((await replies.counts()).pending >= MOST_WAITING_REPLIES) return { kind: "too_many_waiting" };
    const id = ids.deliveryId();
    const { contact: name, generation } = mapping;
    await queueReply({ id, identity: id, tenantId, contact: name, generation, body: content }, this.options);
    logger.log("debug", `💬 Tenant ${tenantId} sends a message to ${name}`, {
      event: "reply.queued",
      tenant_id: tenantId,
      phone_number: name,
      reply_id: id,
    });
    return { kind: "queued", id };
  }
}

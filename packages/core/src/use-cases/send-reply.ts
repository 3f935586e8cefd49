import type { ContactId } from "../domain/contact-id.js";
import type { ReplyContent } from "../domain/reply.js";
import type { TenantId } from "../domain/tenant.js";
import { traceIn } from "../domain/trace-context.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { IdempotencyKeys, IdempotentUse } from "../ports/idempotency-keys.js";
import type { OptOuts } from "../ports/opt-outs.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import type { IdSource, Logger } from "../ports/runtime.js";
import { untraced, type Tracer } from "../ports/tracer.js";
import { queueReply } from "./queue-reply.js";

export interface SendReplyOptions {
  readonly mappings: Pick<MappingStore, "find" | "namesOf">;
  readonly optOuts: Pick<OptOuts, "isOptedOut">;
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly journal: ReplyJournal;
  readonly keys: Pick<IdempotencyKeys, "find" | "claim">;
  readonly ids: Pick<IdSource, "deliveryId">;
  readonly logger: Logger;
  readonly tracer?: Tracer;
}

export interface ReplyRequest {
  readonly tenantId: TenantId;
  /** By any of its names. */
  readonly contact: ContactId;
  readonly content: ReplyContent;
  /** Makes a repeat of this request harmless. */
  readonly idempotency?: {
    readonly key: string;
    /** Tells this request from others. */
    readonly fingerprint: string;
  };
}

export type SendReplyOutcome =
  | { readonly kind: "queued"; readonly id: string }
  /** Another tenant has it, or nobody: which of both is not for this tenant to know. */
  | { readonly kind: "not_your_contact" }
  /** It asked for no more replies. */
  | { readonly kind: "opted_out" }
  /** The key was used for another request. */
  | { readonly kind: "key_reused" }
  /** So many replies wait that one more would not go out in its time. */
  | { readonly kind: "too_many_waiting" };

/** Above what goes through one number in a day, and small enough for any disk. */
export const MOST_WAITING_REPLIES = 1_000_000;

/** Takes a reply that a tenant sends by itself, to nobody but a contact it holds. */
export class SendReply {
  constructor(private readonly options: SendReplyOptions) {}

  /**
   * Of a request that is repeated with its key, also at once or after a crash at any step, one reply is queued: its id is
   * remembered before it is. A refusal is not remembered.
   */
  async execute(request: ReplyRequest): Promise<SendReplyOutcome> {
    const { mappings, optOuts, replies, logger, tracer = untraced } = this.options;
    const { tenantId, contact, content } = request;
    const known = await this.knownUse(request);
    if (known !== undefined && known.fingerprint !== request.idempotency?.fingerprint)
      return { kind: "key_reused" };
    // Whatever became of the contact since, the first answer stands.
    if (known !== undefined && (await replies.recall(known.replyId)) !== undefined) {
      return { kind: "queued", id: known.replyId };
    }
    const mapping = await mappings.find(contact);
    if (mapping?.tenantId !== tenantId) return { kind: "not_your_contact" };
    if (await optOuts.isOptedOut(...(await mappings.namesOf(mapping.contact)))) return { kind: "opted_out" };
    if ((await replies.counts()).pending >= MOST_WAITING_REPLIES) return { kind: "too_many_waiting" };
    const { fingerprint, replyId: id } = await this.claim(request);
    if (fingerprint !== (request.idempotency?.fingerprint ?? "")) return { kind: "key_reused" };
    const { contact: name, generation } = mapping;
    const trace = traceIn(tracer.current()?.context);
    await queueReply(
      { id, identity: id, tenantId, contact: name, generation, body: content, ...trace },
      this.options,
    );
    logger.log("debug", `💬 Tenant ${tenantId} sends a message to ${name}`, {
      event: "reply.queued",
      tenant_id: tenantId,
      phone_number: name,
      reply_id: id,
    });
    return { kind: "queued", id };
  }

  private async knownUse({ tenantId, idempotency }: ReplyRequest): Promise<IdempotentUse | undefined> {
    return idempotency && this.options.keys.find({ tenantId, key: idempotency.key });
  }

  private async claim({ tenantId, idempotency }: ReplyRequest): Promise<IdempotentUse> {
    const { ids, keys } = this.options;
    const replyId = ids.deliveryId();
    if (idempotency === undefined) return { fingerprint: "", replyId };
    const { key, fingerprint } = idempotency;
    return keys.claim({ tenantId, key }, { fingerprint, replyId });
  }
}

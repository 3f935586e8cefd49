import type { ContactId } from "../domain/contact-id.js";
import type { DeadLetter, QueuedDelivery } from "../domain/delivery.js";
import type { ReplyContent } from "../domain/reply.js";
import type { DeliveryQueue, Page, PageRequest } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import { filteredPage } from "./filtered-page.js";

export interface ListDeliveriesOptions {
  readonly queue: Pick<DeliveryQueue, "pending" | "deadLetters">;
  readonly replies: Pick<DeliveryQueue<ReplyContent>, "pending" | "deadLetters">;
  readonly mappings: Pick<MappingStore, "namesOf">;
}

export interface ListDeliveriesRequest extends PageRequest {
  readonly direction: "in" | "out";
  readonly state: "pending" | "dead";
  /** Only of this contact, by any of its names. */
  readonly contact?: ContactId;
}

export type ListedDelivery = QueuedDelivery<unknown> | DeadLetter<unknown>;

/** What waits and what was given up, both ways. */
export class ListDeliveries {
  constructor(private readonly options: ListDeliveriesOptions) {}

  /** With a contact, a page may have fewer than asked for, and even none, before the last one. */
  async execute(request: ListDeliveriesRequest): Promise<Page<ListedDelivery>> {
    const { direction, state, contact, ...page } = request;
    const queue = direction === "in" ? this.options.queue : this.options.replies;
    const list = (asked: PageRequest): Promise<Page<ListedDelivery>> =>
      state === "pending" ? queue.pending(asked) : queue.deadLetters(asked);
    if (contact === undefined) return list(page);
    const names = await this.options.mappings.namesOf(contact);
    const { tenantId } = page;
    return filteredPage({
      ...page,
      list: (asked) => list({ ...asked, ...(tenantId === undefined ? {} : { tenantId }) }),
      isAskedFor: (delivery) => names.includes(delivery.contact),
    });
  }
}

import type { ContactId } from "../domain/contact-id.js";
import type { DeadLetter, QueuedDelivery } from "../domain/delivery.js";
import type { InboundMessage } from "../domain/inbound-message.js";
import type { Mapping } from "../domain/mapping.js";
import type { ReplyContent } from "../domain/reply.js";
import type { ReplyRecord } from "../domain/reply-record.js";
import type { AuditEntry, AuditLog } from "../ports/audit-log.js";
import type { DeliveryQueue, Page, PageRequest } from "../ports/delivery-queue.js";
import type { FirstWordsStore } from "../ports/first-words-store.js";
import type { ContactNames, MappingStore } from "../ports/mapping-store.js";
import type { MediaStore, StoredMedia } from "../ports/media-store.js";
import type { OptOuts } from "../ports/opt-outs.js";
import type { ReplyJournal } from "../ports/reply-journal.js";

export interface ExportContactOptions {
  readonly mappings: Pick<MappingStore, "find" | "namesOf">;
  readonly queue: Pick<DeliveryQueue, "pending" | "deadLetters">;
  readonly replies: Pick<DeliveryQueue<ReplyContent>, "pending" | "deadLetters">;
  readonly journal: Pick<ReplyJournal, "list">;
  readonly media: Pick<MediaStore, "ofContacts">;
  readonly firstWords: Pick<FirstWordsStore, "heldFor">;
  readonly optOuts: Pick<OptOuts, "isOptedOut">;
  readonly audit: Pick<AuditLog, "list">;
}

/** All that the gateway knows of a contact. What was delivered is with its tenant, and no more here. */
export interface ExportedContact {
  readonly names: ContactNames;
  readonly mapping: Mapping | undefined;
  readonly optedOut: boolean;
  readonly deliveries: readonly QueuedDelivery[];
  readonly deadLetters: readonly DeadLetter[];
  readonly firstWords: readonly InboundMessage[];
  readonly replies: readonly QueuedDelivery<ReplyContent>[];
  readonly deadReplies: readonly DeadLetter<ReplyContent>[];
  readonly replyRecords: readonly ReplyRecord[];
  readonly media: readonly StoredMedia[];
  readonly audit: readonly AuditEntry[];
}

const PAGE = 200;

/** Gathers what is known of a contact, for whoever has a right to know. Changes nothing. */
export class ExportContact {
  constructor(private readonly options: ExportContactOptions) {}

  /** Takes any name of the contact. */
  async execute(contact: ContactId): Promise<ExportedContact> {
    const { mappings, queue, replies, journal, media, firstWords, optOuts, audit } = this.options;
    const names = await mappings.namesOf(contact);
    const isIts = (delivery: { readonly contact: ContactId }) => names.includes(delivery.contact);
    const held = await firstWords.heldFor(...names);
    return {
      names,
      mapping: await mappings.find(contact),
      optedOut: await optOuts.isOptedOut(...names),
      deliveries: await allOf((page) => queue.pending(page), isIts),
      deadLetters: await allOf((page) => queue.deadLetters(page), isIts),
      firstWords: held.map(({ message }) => message),
      replies: await allOf((page) => replies.pending(page), isIts),
      deadReplies: await allOf((page) => replies.deadLetters(page), isIts),
      replyRecords: await allOf((page) => journal.list({ ...page, contacts: names }), isIts),
      media: await media.ofContacts(names),
      audit: await allOf(
        (page) => audit.list({ ...page, subjects: names }),
        () => true,
      ),
    };
  }
}

/** Walks through a list and keeps what is asked for: nobody asks so often that an index would pay. */
async function allOf<Item>(
  list: (page: PageRequest) => Promise<Page<Item>>,
  isAskedFor: (item: Item) => boolean,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Item> = await list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items.filter(isAskedFor));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

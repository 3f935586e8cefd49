import type { ContactId } from "../domain/contact-id.js";
import type { DeadLetter, QueuedDelivery } from "../domain/delivery.js";
import type { InboundMessage } from "../domain/inbound-message.js";
import type { Mapping } from "../domain/mapping.js";
import type { ReplyContent } from "../domain/reply.js";
import type { ReplyRecord } from "../domain/reply-record.js";
import type { Actor, AuditEntry, AuditLog } from "../ports/audit-log.js";
import type { ContestedContact, ContestedContacts } from "../ports/contested-contacts.js";
import type { DeliveryQueue, Page, PageRequest } from "../ports/delivery-queue.js";
import type { FirstWordsStore } from "../ports/first-words-store.js";
import type { ContactNames, MappingStore } from "../ports/mapping-store.js";
import type { MediaStore, OpenedFile, StoredMedia } from "../ports/media-store.js";
import type { OptOuts } from "../ports/opt-outs.js";
import type { ReplyJournal } from "../ports/reply-journal.js";
import type { Clock } from "../ports/runtime.js";
import { giveWay } from "./give-way.js";

export interface ExportContactOptions {
  readonly mappings: Pick<MappingStore, "find" | "namesOf">;
  readonly queue: Pick<DeliveryQueue, "pending" | "deadLetters">;
  readonly replies: Pick<DeliveryQueue<ReplyContent>, "pending" | "deadLetters">;
  readonly journal: Pick<ReplyJournal, "list">;
  readonly media: Pick<MediaStore, "ofContacts" | "open">;
  readonly firstWords: Pick<FirstWordsStore, "heldFor">;
  readonly optOuts: Pick<OptOuts, "isOptedOut">;
  readonly contested: Pick<ContestedContacts, "list">;
  readonly audit: Pick<AuditLog, "list" | "append">;
  readonly clock: Pick<Clock, "nowMs">;
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
  readonly contested: readonly ContestedContact[];
  readonly audit: readonly AuditEntry[];
}

const PAGE = 200;

/** Gathers what is known of a contact, for whoever has a right to know. That somebody asked is entered, like all that admins do. */
export class ExportContact {
  constructor(private readonly options: ExportContactOptions) {}

  /**
   * Takes any name of the contact. `undefined` where nothing is known of it. Nothing is entered then, nor where all
   * that is known is that it wants no replies, which is known without its name: that somebody asked must not bring it back.
   */
  async execute(
    contact: ContactId,
    { actor }: { readonly actor: Actor },
  ): Promise<ExportedContact | undefined> {
    const exported = await this.gather(contact);
    if (isStrangers(exported)) return exported.optedOut ? exported : undefined;
    const { audit, clock } = this.options;
    await audit.append({
      ...{ atMs: clock.nowMs(), actor, action: "contact.exported", subject: exported.names[0] },
      details: { tenant_id: exported.mapping?.tenantId ?? null },
    });
    return exported;
  }

  /** One of the contact's files that the export tells of, to be closed; `undefined` where it has none of that id that a tenant could open. */
  async openFile(
    contact: ContactId,
    { id, actor }: { readonly id: string; readonly actor: Actor },
  ): Promise<OpenedFile | undefined> {
    const { mappings, media, audit, clock } = this.options;
    const names = await mappings.namesOf(contact);
    const stored = (await media.ofContacts(names)).find((each) => each.id === id);
    if (stored?.tenantId === undefined) return undefined;
    const file = await media.open(id, stored.tenantId);
    if (file === undefined) return undefined;
    try {
      await audit.append({
        ...{ atMs: clock.nowMs(), actor, action: "contact.file_opened", subject: names[0] },
        details: { media_id: id },
      });
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }

  private async gather(contact: ContactId): Promise<ExportedContact> {
    const { mappings, queue, replies, journal, media, firstWords, optOuts, contested, audit } = this.options;
    const names = await mappings.namesOf(contact);
    const isIts = (item: { readonly contact: ContactId }) => names.includes(item.contact);
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
      contested: await allOf((page) => contested.list(page), isIts),
      audit: await allOf(
        (page) => audit.list({ ...page, subjects: names }),
        () => true,
      ),
    };
  }
}

/** Whether nothing is known but, perhaps, that it wants no replies. */
function isStrangers({ names, mapping, ...others }: ExportedContact): boolean {
  const lists = Object.values(others).filter((part) => Array.isArray(part));
  return names.length === 1 && mapping === undefined && lists.every((list) => list.length === 0);
}

/**
 * Walks through a list and keeps what is asked for: nobody asks so often that an index would pay. A list may be as long as
 * a day's backlog, and its storage may never wait for anything, so that others have to be let in between.
 */
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
    await giveWay();
  } while (cursor !== undefined);
  return found;
}

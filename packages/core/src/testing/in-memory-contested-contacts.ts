import type { ContactId } from "../domain/contact-id.js";
import type { TenantId } from "../domain/tenant.js";
import {
  CONTESTED_PER_CONTACT,
  contestedAgain,
  contestedCursor,
  numberOfContestedCursor,
  type ContestedContact,
  type ContestedContacts,
  type ContestedCounts,
  type ContestedPageRequest,
  type ContestedUse,
} from "../ports/contested-contacts.js";
import type { Page } from "../ports/delivery-queue.js";
import type { Clock } from "../ports/runtime.js";

interface NumberedRecord {
  /** Each use has the next number. */
  readonly number: number;
  readonly record: ContestedContact;
}

export class InMemoryContestedContacts implements ContestedContacts {
  /** The last used last. */
  private records: NumberedRecord[] = [];
  private lastNumber = 0;

  constructor(private readonly options: { readonly clock: Clock }) {}

  async note(use: ContestedUse): Promise<void> {
    const isSame = ({ record }: NumberedRecord) =>
      record.contact === use.contact && record.heldBy === use.heldBy && record.linkOf === use.linkOf;
    const record = contestedAgain(this.records.find(isSame)?.record, use);
    this.lastNumber += 1;
    this.records = [...this.records.filter((each) => !isSame(each)), { number: this.lastNumber, record }];
    const [oldest, ...others] = this.records.filter((each) => each.record.contact === use.contact);
    if (others.length >= CONTESTED_PER_CONTACT) this.records = this.records.filter((each) => each !== oldest);
  }

  async list({ limit, cursor, tenantId }: ContestedPageRequest): Promise<Page<ContestedContact>> {
    const before =
      cursor === undefined ? Number.POSITIVE_INFINITY : numberOfContestedCursor(cursor, tenantId);
    const rest = this.records
      .filter(({ number }) => number < before)
      .filter(
        ({ record: { heldBy, linkOf } }) => tenantId === undefined || [heldBy, linkOf].includes(tenantId),
      )
      .reverse();
    const page = rest.slice(0, limit);
    return {
      items: page.map(({ record }) => record),
      nextCursor: rest.length > limit ? contestedCursor(page.at(-1)!.number, tenantId) : undefined,
    };
  }

  async counts(): Promise<Map<TenantId, ContestedCounts>> {
    const counts = new Map<TenantId, ContestedCounts>();
    const of = (tenantId: TenantId) => counts.get(tenantId) ?? { kept: 0, missed: 0 };
    for (const { record } of this.records) {
      counts.set(record.heldBy, { ...of(record.heldBy), kept: of(record.heldBy).kept + 1 });
      counts.set(record.linkOf, { ...of(record.linkOf), missed: of(record.linkOf).missed + 1 });
    }
    return counts;
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    this.records = this.records.filter(({ record }) => !names.includes(record.contact));
  }

  async prune(olderThanMs: number): Promise<number> {
    const oldestMs = this.options.clock.nowMs() - olderThanMs;
    const before = this.records.length;
    this.records = this.records.filter(({ record }) => record.lastAtMs >= oldestMs);
    return before - this.records.length;
  }
}

import { setImmediate } from "node:timers/promises";
import {
  CONTESTED_PER_CONTACT,
  contestedAgain,
  contestedCursor,
  numberOfContestedCursor,
  type Clock,
  type ContactId,
  type ContestedContact,
  type ContestedContacts,
  type ContestedCounts,
  type ContestedPageRequest,
  type ContestedUse,
  type Page,
  type TenantId,
} from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";

type RecordKey = [ContactId, heldBy: TenantId, linkOf: TenantId];

interface StoredRecord {
  readonly campaign?: string;
  readonly times: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** The place in the order of last uses. */
  readonly number: number;
}

const PRUNED_AT_ONCE = 500;
const NONE: ContestedCounts = { kept: 0, missed: 0 };

/** Contested contacts in LMDB. Each use gives its record the next number, so that the last used has the highest. */
export class LmdbContestedContacts implements ContestedContacts {
  private readonly environment: LmdbEnvironment;
  private readonly clock: Clock;
  private readonly records: LmdbDatabase<StoredRecord, RecordKey>;
  private readonly order: LmdbDatabase<RecordKey, number>;
  /** The same for each tenant, in whichever role. */
  private readonly orderOfTenant: LmdbDatabase<RecordKey, [TenantId, number]>;
  private readonly countsOf: LmdbDatabase<ContestedCounts, TenantId>;

  constructor({ environment, clock }: { readonly environment: LmdbEnvironment; readonly clock: Clock }) {
    this.environment = environment;
    this.clock = clock;
    this.records = environment.database("contested");
    this.order = environment.database("contested.order");
    this.orderOfTenant = environment.database("contested.order-of-tenant");
    this.countsOf = environment.database("contested.counts");
  }

  note(use: ContestedUse): Promise<void> {
    return this.environment.write(() => this.noteInTransaction(use));
  }

  /** As {@link note}, to be called inside `environment.write`. */
  noteInTransaction(use: ContestedUse): void {
    const key: RecordKey = [use.contact, use.heldBy, use.linkOf];
    const [last = 0] = this.order.keys({ reverse: true, limit: 1 });
    const before = this.records.get(key);
    if (before === undefined) this.count(key, 1);
    else this.removeFromOrder(key, before);
    const { campaign, times, firstAtMs, lastAtMs } = contestedAgain(before && recordOf(key, before), use);
    this.records.put(key, {
      ...(campaign === undefined ? {} : { campaign }),
      ...{ times, firstAtMs, lastAtMs, number: last + 1 },
    });
    this.order.put(last + 1, key);
    for (const tenantId of [use.heldBy, use.linkOf]) this.orderOfTenant.put([tenantId, last + 1], key);
    if (before === undefined) this.removeOneTooMany(use.contact);
  }

  /** All records of the snapshot, those that were not used for the longest first, in pieces. */
  *pagesIn(snapshot: LmdbSnapshot, limit: number): Generator<ContestedContact[]> {
    for (const page of snapshot.pages(this.order, limit)) {
      yield page.flatMap(({ value: key }) => this.findNow(key) ?? []);
    }
  }

  findNow(key: RecordKey): ContestedContact | undefined {
    const record = this.records.get(key);
    return record && recordOf(key, record);
  }

  /** Keeps a record that came from elsewhere, as the one used last. To be called inside `environment.write`. */
  restore({ contact, heldBy, linkOf, campaign, times, firstAtMs, lastAtMs }: ContestedContact): void {
    const key: RecordKey = [contact, heldBy, linkOf];
    const [last = 0] = this.order.keys({ reverse: true, limit: 1 });
    this.records.put(key, {
      ...(campaign === undefined ? {} : { campaign }),
      ...{ times, firstAtMs, lastAtMs, number: last + 1 },
    });
    this.order.put(last + 1, key);
    for (const tenantId of [heldBy, linkOf]) this.orderOfTenant.put([tenantId, last + 1], key);
    this.count(key, 1);
  }

  async list({ limit, cursor, tenantId }: ContestedPageRequest): Promise<Page<ContestedContact>> {
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : numberOfContestedCursor(cursor, tenantId);
    // One more than asked for tells whether there is another page.
    const range = { reverse: true, exclusiveStart: true, limit: limit + 1 };
    const keys =
      tenantId === undefined
        ? Array.from(this.order.range({ ...range, start: before }), ({ value }) => value)
        : Array.from(
            this.orderOfTenant.range({ ...range, start: [tenantId, before], end: [tenantId, 0] }),
            ({ value }) => value,
          );
    const stored = keys.flatMap((key) => {
      const record = this.records.get(key);
      return record === undefined ? [] : [{ key, record }];
    });
    const page = stored.slice(0, limit);
    return {
      items: page.map(({ key, record }) => recordOf(key, record)),
      nextCursor: stored.length > limit ? contestedCursor(page.at(-1)!.record.number, tenantId) : undefined,
    };
  }

  async counts(): Promise<ReadonlyMap<TenantId, ContestedCounts>> {
    return new Map(Array.from(this.countsOf.range(), ({ key, value }) => [key, value] as const));
  }

  forget(...names: readonly ContactId[]): Promise<void> {
    return this.environment.write(() => {
      for (const name of names) for (const { key } of this.ofContact(name)) this.remove(key);
    });
  }

  async prune(olderThanMs: number): Promise<number> {
    const oldestMs = this.clock.nowMs() - olderThanMs;
    let pruned = 0;
    for (let last = PRUNED_AT_ONCE; last === PRUNED_AT_ONCE; pruned += last) {
      if (this.oldRecords(oldestMs, 1).length === 0) break;
      last = await this.environment.write(() => this.pruneInTransaction(oldestMs));
      await setImmediate();
    }
    return pruned;
  }

  private pruneInTransaction(oldestMs: number): number {
    const old = this.oldRecords(oldestMs, PRUNED_AT_ONCE);
    for (const key of old) this.remove(key);
    return old.length;
  }

  /** Records stand in the order of their last uses, so the first young one ends it. */
  private oldRecords(oldestMs: number, limit: number): RecordKey[] {
    const first = Array.from(this.order.range({ limit }), ({ value }) => value);
    const end = first.findIndex((key) => (this.records.get(key)?.lastAtMs ?? 0) >= oldestMs);
    return end === -1 ? first : first.slice(0, end);
  }

  /** Of the contact's records the one that was not used for the longest. */
  private removeOneTooMany(contact: ContactId): void {
    const ofContact = this.ofContact(contact);
    if (ofContact.length <= CONTESTED_PER_CONTACT) return;
    const oldest = ofContact.reduce((one, other) => (one.value.number < other.value.number ? one : other));
    this.remove(oldest.key);
  }

  private ofContact(contact: ContactId) {
    // Tenant ids are numbers, which come before any text; and a contact's own key comes before those with more parts.
    const start = [contact] as unknown as RecordKey;
    const end = [contact, "~"] as unknown as RecordKey;
    return [...this.records.range({ start, end })];
  }

  private remove(key: RecordKey): void {
    const record = this.records.get(key);
    if (record === undefined) return;
    this.records.remove(key);
    this.removeFromOrder(key, record);
    this.count(key, -1);
  }

  private removeFromOrder([, heldBy, linkOf]: RecordKey, { number }: StoredRecord): void {
    this.order.remove(number);
    for (const tenantId of [heldBy, linkOf]) this.orderOfTenant.remove([tenantId, number]);
  }

  private count([, heldBy, linkOf]: RecordKey, change: 1 | -1): void {
    const kept = this.countsOf.get(heldBy) ?? NONE;
    this.putCounts(heldBy, { ...kept, kept: kept.kept + change });
    const missed = this.countsOf.get(linkOf) ?? NONE;
    this.putCounts(linkOf, { ...missed, missed: missed.missed + change });
  }

  private putCounts(tenantId: TenantId, counts: ContestedCounts): void {
    if (counts.kept === 0 && counts.missed === 0) this.countsOf.remove(tenantId);
    else this.countsOf.put(tenantId, counts);
  }
}

function recordOf([contact, heldBy, linkOf]: RecordKey, stored: StoredRecord): ContestedContact {
  const { campaign, times, firstAtMs, lastAtMs } = stored;
  return {
    ...{ contact, heldBy, linkOf, times, firstAtMs, lastAtMs },
    ...(campaign === undefined ? {} : { campaign }),
  };
}

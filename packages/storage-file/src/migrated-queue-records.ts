import type {
  Clock,
  DeadLetter,
  FoundRecord,
  Generation,
  MigratedQueue,
  MigrationKind,
  MigrationRecord,
  StoredDelivery,
  TenantId,
  TenantSchedule,
} from "@gateway-router/core";
import type { KeptRecords } from "./kept-records.js";
import type { LmdbDatabase } from "./lmdb-database.js";
import { begunGenerationsOf, LAST_NUMBER } from "./lmdb-delivery-queue.js";
import { LmdbDuplicateMemory } from "./lmdb-duplicate-memory.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";

const DAY_MS = 24 * 3_600_000;

export interface MigratedQueueRecordsOptions {
  readonly environment: LmdbEnvironment;
  readonly queue: MigratedQueue;
  readonly clock: Pick<Clock, "nowMs">;
  readonly duplicateMemoryDays: number;
}

type Pages = Iterable<readonly MigrationRecord[]>;

/** What one queue keeps, while nobody works with it. */
export class MigratedQueueRecords implements KeptRecords {
  private readonly deliveries: LmdbDatabase<StoredDelivery<unknown>, [TenantId, Generation, number]>;
  private readonly dead: LmdbDatabase<DeadLetter<unknown>, [TenantId, number]>;
  private readonly deadKeys: LmdbDatabase<[TenantId, number]>;
  private readonly begunGenerations: LmdbDatabase<true>;
  private readonly tenants: LmdbDatabase<TenantSchedule, TenantId>;
  private readonly lineOrders: LmdbDatabase<TenantId, [line: Generation, behind: Generation]>;
  private readonly counter: LmdbDatabase<number>;
  private readonly duplicates: LmdbDuplicateMemory;

  constructor(private readonly options: MigratedQueueRecordsOptions) {
    const { environment, queue, duplicateMemoryDays } = options;
    this.deliveries = environment.database(`${queue}.deliveries`);
    this.dead = environment.database(`${queue}.dead-letters`);
    this.deadKeys = environment.database(`${queue}.dead-letter-keys`);
    this.begunGenerations = begunGenerationsOf(environment, queue);
    this.tenants = environment.database(`${queue}.tenants`);
    this.lineOrders = environment.database(`${queue}.line-orders`);
    this.counter = environment.database(`${queue}.counter`);
    this.duplicates = new LmdbDuplicateMemory(environment, queue, duplicateMemoryDays * DAY_MS);
  }

  pagesIn(kind: MigrationKind, snapshot: LmdbSnapshot, limit: number): Pages | undefined {
    const { queue } = this.options;
    switch (kind) {
      case "begun_generation":
        return mapPages(snapshot.pages(this.begunGenerations, limit), ({ key }) => [
          { kind, queue, generation: key as Generation },
        ]);
      case "delivery":
        return mapPages(snapshot.pages(this.deliveries, limit), ({ value }) => [
          { kind, queue, delivery: value.delivery },
        ]);
      case "dead_letter":
        return mapPages(snapshot.pages(this.dead, limit), ({ value }) => [{ kind, queue, letter: value }]);
      case "line_order":
        return mapPages(snapshot.pages(this.lineOrders, limit), ({ key: [line, behind], value }) => [
          { kind, queue, tenantId: value, line, behind },
        ]);
      case "hold":
        return mapPages(snapshot.pages(this.tenants, limit), ({ key, value }) =>
          value.holds.map((hold) => ({ kind, queue, tenantId: key, ...hold })),
        );
      case "identity":
        return mapPages(this.duplicates.pagesIn(snapshot, limit), ({ identity, tenantId, atMs }) => [
          { kind, queue, identity, tenantId, atMs },
        ]);
      case "contact_hash_key":
      case "tenant":
      case "admin_key":
      case "alias":
      case "mapping":
      case "removal":
      case "erasure":
      case "erased_generation":
      case "opt_out":
      case "unmapped_mark":
      case "first_words":
      case "media":
      case "reply":
      case "contested":
      case "audit":
      case "idempotency_key":
      case "state":
        return undefined;
    }
  }

  find(records: readonly MigrationRecord[]): readonly FoundRecord[] | undefined {
    const [first] = records;
    if (first === undefined || !("queue" in first)) return undefined;
    const waiting = this.waitingOf(records);
    return records.map((record) => this.findOne(record, waiting));
  }

  put(record: MigrationRecord): boolean {
    if (!("queue" in record) || record.queue !== this.options.queue) return false;
    switch (record.kind) {
      case "begun_generation":
        this.begunGenerations.put(record.generation, true);
        return true;
      case "delivery": {
        const { delivery } = record;
        const { tenantId, generation, enqueuedAtMs } = delivery;
        // Whatever it was put off for, it is tried as soon as somebody works with the queue.
        this.deliveries.put([tenantId, generation, this.nextNumber()], {
          ...{ delivery, dueAtMs: enqueuedAtMs, floorAtMs: 0 },
        });
        return true;
      }
      case "dead_letter": {
        const key: [TenantId, number] = [record.letter.tenantId, this.nextNumber()];
        this.dead.put(key, record.letter);
        this.deadKeys.put(record.letter.id, key);
        return true;
      }
      case "line_order":
        this.lineOrders.put([record.line, record.behind], record.tenantId);
        return true;
      case "hold": {
        const { tenantId, fromMs, toMs } = record;
        const known = this.tenants.get(tenantId) ?? { holds: [] };
        const hold = toMs === undefined ? { fromMs } : { fromMs, toMs };
        const holds = [...known.holds, hold].sort((one, other) => one.fromMs - other.fromMs);
        this.tenants.put(tenantId, { ...known, holds });
        return true;
      }
      case "identity":
        this.duplicates.remember(record.identity, record.tenantId, this.options.clock.nowMs());
        return true;
    }
  }

  private findOne(record: MigrationRecord, waiting: ReadonlyMap<string, FoundRecord>): FoundRecord {
    if (!("queue" in record) || record.queue !== this.options.queue) return undefined;
    const { queue } = this.options;
    switch (record.kind) {
      case "begun_generation":
        return this.begunGenerations.has(record.generation) ? record : undefined;
      case "delivery":
        return waiting.get(record.delivery.id) ?? this.passed(record.delivery.identity);
      case "dead_letter": {
        const key = this.deadKeys.get(record.letter.id);
        const letter = key && this.dead.get(key);
        return letter ? { kind: record.kind, queue, letter } : this.passed(record.letter.identity);
      }
      case "line_order": {
        const { line, behind } = record;
        const tenantId = this.lineOrders.get([line, behind]);
        return tenantId && { kind: record.kind, queue, tenantId, line, behind };
      }
      case "hold": {
        const { tenantId } = record;
        const hold = this.tenants.get(tenantId)?.holds.find(({ fromMs }) => fromMs === record.fromMs);
        return hold && { kind: record.kind, queue, tenantId, ...hold };
      }
      case "identity": {
        const tenantId = this.duplicates.recall(record.identity);
        return tenantId && { ...record, tenantId };
      }
    }
  }

  /** Identities come behind all deliveries: one that is known without its delivery was carried, and is gone since. */
  private passed(identity: string): FoundRecord {
    return this.duplicates.recall(identity) === undefined ? undefined : "passed";
  }

  /** Those of the lines that the records are of, by their ids. */
  private waitingOf(records: readonly MigrationRecord[]): ReadonlyMap<string, FoundRecord> {
    const { queue } = this.options;
    const asked = new Set<string>();
    const lines = new Map<Generation, TenantId>();
    for (const record of records) {
      if (record.kind !== "delivery" || record.queue !== queue) continue;
      asked.add(record.delivery.id);
      lines.set(record.delivery.generation, record.delivery.tenantId);
    }
    const found = new Map<string, FoundRecord>();
    for (const [generation, tenantId] of lines) {
      const line = this.deliveries.range({
        start: [tenantId, generation, 0],
        end: [tenantId, generation, Number.MAX_SAFE_INTEGER],
      });
      for (const { value } of line) {
        const { delivery } = value;
        if (asked.has(delivery.id)) found.set(delivery.id, { kind: "delivery", queue, delivery });
      }
    }
    return found;
  }

  private nextNumber(): number {
    const number = (this.counter.get(LAST_NUMBER) ?? 0) + 1;
    this.counter.put(LAST_NUMBER, number);
    return number;
  }
}

export function* mapPages<Entry>(
  pages: Iterable<readonly Entry[]>,
  read: (entry: Entry) => readonly MigrationRecord[],
): Pages {
  for (const page of pages) yield page.flatMap(read);
}

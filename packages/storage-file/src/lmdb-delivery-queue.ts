import { setImmediate } from "node:timers/promises";
import {
  afterFailedAttempt,
  afterPostponement,
  asClaim,
  asDeadLetter,
  asHeadOfLine,
  asReplayed,
  BadCursorError,
  DeliverySchedule,
  isTenantId,
  newlyQueued,
  type AgeLimits,
  type ClaimedDelivery,
  type ClaimRequest,
  type ClaimResult,
  type Clock,
  type DeadLetter,
  type DeadReason,
  type Delivery,
  type DeliveryQueue,
  type EnqueueOutcome,
  type EraseRequest,
  type Generation,
  type HeadOfLine,
  type LineOrder,
  type Mapping,
  type Page,
  type PageRequest,
  type PauseChange,
  type QueueCounts,
  type QueuedDelivery,
  type ScheduledClaim,
  type ScheduledSettlement,
  type Settlement,
  type SettleResult,
  type StoredDelivery,
  type TenantEvent,
  type TenantId,
  type TenantSchedule,
} from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import { LmdbDuplicateMemory } from "./lmdb-duplicate-memory.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";

export interface LmdbDeliveryQueueOptions {
  readonly environment: LmdbEnvironment;
  /** Sets the records of several queues in one environment apart. */
  readonly name: string;
  readonly clock: Clock;
  /** How long an identity is remembered at least. */
  readonly duplicateMemoryMs: number;
  /**
   * Whether generations that had a delivery are remembered, for good, as `first` needs it. Not for lines that are used
   * once: each of their deliveries counts as first.
   */
  readonly remembersGenerations?: boolean;
}

/** A line's deliveries stand together, in its order; a tenant's lines stand together too. */
type DeliveryKey = [TenantId, Generation, number];
type DeadKey = [TenantId, number];
type OrderKey = [line: Generation, behind: Generation];

/** What a transaction that enqueues hands to `enqueued` once it is committed. */
export interface EnqueuedInTransaction<Body> {
  readonly outcome: EnqueueOutcome;
  readonly stored: StoredDelivery<Body> | undefined;
}

const RETRY_SETTLING_MS = 30_000;
/** Deliveries removed in one transaction; more are removed in several, so that nobody waits long for the disk. */
const BURIED_AT_ONCE = 500;
/** Read at a time, which takes about two milliseconds. */
const ERASE_LOOKS_AT = 200;
const EXPIRE_LINES = 100;
const LINES_FOUND_AT_ONCE = 200;
export const LAST_NUMBER = "last-number";

/**
 * Deliveries in LMDB. What must outlive the process is there; which line is attempted when, and the claims,
 * are kept by a `DeliverySchedule` in memory, since the environment serves this one process: it is built anew
 * at start, and a crash leaves no lease behind. The schedule follows the commits in their order.
 */
export class LmdbDeliveryQueue<Body = TenantEvent> implements DeliveryQueue<Body> {
  private readonly schedule = new DeliverySchedule();
  private readonly deliveries: LmdbDatabase<StoredDelivery<Body>, DeliveryKey>;
  private readonly dead: LmdbDatabase<DeadLetter<Body>, DeadKey>;
  private readonly deadKeys: LmdbDatabase<DeadKey>;
  private readonly begunGenerations: LmdbDatabase<true>;
  private readonly tenants: LmdbDatabase<TenantSchedule, TenantId>;
  private readonly duplicates: LmdbDuplicateMemory;
  private readonly counter: LmdbDatabase<number>;
  private readonly lineOrders: LmdbDatabase<TenantId, OrderKey>;
  private readonly built: Promise<void>;
  private readonly listeners = new Set<() => void>();
  private lastNumber: number;
  private isClosed = false;

  constructor(private readonly options: LmdbDeliveryQueueOptions) {
    const { environment, name, duplicateMemoryMs } = options;
    this.deliveries = environment.database(`${name}.deliveries`);
    this.dead = environment.database(`${name}.dead-letters`);
    this.deadKeys = environment.database(`${name}.dead-letter-keys`);
    this.begunGenerations = begunGenerationsOf(environment, name);
    this.tenants = environment.database(`${name}.tenants`);
    this.duplicates = new LmdbDuplicateMemory(environment, name, duplicateMemoryMs);
    this.counter = environment.database(`${name}.counter`);
    this.lineOrders = environment.database(`${name}.line-orders`);
    this.lastNumber = this.counter.get(LAST_NUMBER) ?? 0;
    this.built = this.buildSchedule();
    // Whoever needs the schedule waits for it, and hears of it if it can't be built.
    this.built.catch(() => undefined);
  }

  async enqueue(delivery: Delivery<Body>): Promise<EnqueueOutcome> {
    const { outcome } = await this.options.environment.write(
      () => this.enqueueInTransaction(delivery),
      (enqueued) => this.enqueued(enqueued),
    );
    return outcome;
  }

  /**
   * For a transaction that does more than this. Its `onCommitted` must call `enqueued` with what is answered. `isNew`:
   * the transaction has found already that nobody remembers the identity.
   */
  enqueueInTransaction(
    delivery: Delivery<Body>,
    { isNew = false }: { readonly isNew?: boolean } = {},
  ): EnqueuedInTransaction<Body> {
    const { identity, tenantId, generation } = delivery;
    const knownFor = isNew ? undefined : this.duplicates.recall(identity);
    if (knownFor !== undefined)
      return { outcome: { kind: "duplicate", tenantId: knownFor }, stored: undefined };
    const nowMs = this.nowMs();
    this.duplicates.remember(identity, tenantId, nowMs);
    const isFirst = !this.begunGenerations.has(generation);
    if (isFirst) this.rememberGeneration(generation);
    const stored = newlyQueued(delivery, isFirst, nowMs);
    this.deliveries.put([tenantId, generation, this.nextNumber()], stored);
    return { outcome: { kind: isFirst ? "first" : "enqueued" }, stored };
  }

  enqueued({ stored }: EnqueuedInTransaction<Body>): void {
    if (stored === undefined) return;
    // A line the schedule does not know is empty but for this delivery, since the schedule follows the commits.
    this.schedule.offer(asHeadOfLine(stored), this.nowMs());
    this.announce();
  }

  async recall(identity: string): Promise<TenantId | undefined> {
    return this.recallNow(identity);
  }

  recallNow(identity: string): TenantId | undefined {
    return this.duplicates.recall(identity);
  }

  async claimDue(request: ClaimRequest): Promise<ClaimResult<Body>> {
    await this.built;
    const nowMs = this.nowMs();
    const claims = this.schedule.claim(request, nowMs).flatMap((claim) => this.claimed(claim, nowMs) ?? []);
    const nextDueAtMs = this.schedule.nextDueAtMs();
    return { claims, nextDueInMs: nextDueAtMs === undefined ? undefined : Math.max(0, nextDueAtMs - nowMs) };
  }

  async settle(claim: ClaimedDelivery<Body>, settlement: Settlement): Promise<SettleResult> {
    const { environment } = this.options;
    const { generation } = claim;
    const nowMs = this.nowMs();
    this.schedule.expireLeases(nowMs);
    if (!this.schedule.beginSettle(generation, claim.leaseToken)) return { stale: true };
    let pause: PauseChange;
    let wasThere = true;
    try {
      if (settlement.kind === "released") {
        pause = this.schedule.settle(generation, settlement, nowMs);
      } else {
        await environment.write(
          () => this.settleInTransaction(claim, settlement, nowMs),
          (settled) => {
            wasThere = settled.wasThere;
            pause = this.schedule.settle(generation, settled.scheduled, nowMs);
          },
        );
      }
    } catch (error) {
      this.schedule.abandonSettle(generation, this.nowMs() + RETRY_SETTLING_MS);
      throw error;
    }
    this.announce();
    // A pause that begins, goes on, or ends is kept, so that a restart does not begin with a storm.
    if (pause !== undefined || claim.probeNumber > 0) {
      // The settlement is stored, and must not be taken for failed; the next probe keeps the pause again.
      await this.keepTenant(claim.tenantId).catch(() => undefined);
    }
    return { stale: !wasThere, ...(pause === undefined ? {} : { pause }) };
  }

  async holdTenant(tenantId: TenantId): Promise<void> {
    await this.built;
    if (this.schedule.heldTenants().includes(tenantId)) return;
    this.schedule.hold(tenantId, this.nowMs());
    await this.keepTenant(tenantId);
  }

  async releaseTenant(tenantId: TenantId): Promise<void> {
    await this.built;
    this.schedule.release(tenantId, this.nowMs());
    this.announce();
    await this.keepTenant(tenantId);
  }

  async heldTenants(): Promise<readonly TenantId[]> {
    await this.built;
    return this.schedule.heldTenants();
  }

  async pausedTenants(): Promise<readonly TenantId[]> {
    await this.built;
    return this.schedule.pausedTenants();
  }

  async retire(generation: Generation, reason: DeadReason): Promise<number> {
    await this.built;
    const tenantId = this.schedule.tenantOf(generation);
    if (tenantId === undefined) return 0;
    this.schedule.expireLeases(this.nowMs());
    let retired = 0;
    for (let last = BURIED_AT_ONCE; last === BURIED_AT_ONCE; retired += last) {
      last = await this.options.environment.write(
        () => this.retireInTransaction(tenantId, generation, reason),
        () => this.schedule.setHead(generation, this.headOfLine(tenantId, generation), this.nowMs()),
      );
    }
    await this.forgetPauseOfIdle(tenantId);
    this.announce();
    return retired;
  }

  async follow(order: LineOrder): Promise<void> {
    await this.built;
    const { tenantId, behind } = order;
    // Nearly always there is nothing to wait for, and that needs no transaction.
    if (this.headKey(tenantId, behind) === undefined) return;
    await this.options.environment.write(
      () => this.followInTransaction(order),
      () => this.followed(order),
    );
  }

  /** For a transaction that does more than this. Its `onCommitted` must call `followed`. */
  followInTransaction({ tenantId, line, behind }: LineOrder): void {
    if (this.headKey(tenantId, behind) !== undefined) this.lineOrders.put([line, behind], tenantId);
  }

  followed({ line, behind }: LineOrder): void {
    this.schedule.follow(line, behind, this.nowMs());
    this.announce();
  }

  async expire(limits: AgeLimits): Promise<number> {
    await this.built;
    let expired = 0;
    const overdue = this.schedule.overdue(limits, this.nowMs());
    for (let from = 0; from < overdue.length; from += EXPIRE_LINES) {
      const lines = overdue.slice(from, from + EXPIRE_LINES);
      // One long line may need several rounds.
      for (let last = BURIED_AT_ONCE; last === BURIED_AT_ONCE; expired += last) {
        last = await this.options.environment.write(
          () => this.expireInTransaction(lines, limits),
          () => this.refreshHeads(lines),
        );
      }
    }
    this.announce();
    return expired;
  }

  async pending({ limit, cursor, tenantId }: PageRequest): Promise<Page<QueuedDelivery<Body>>> {
    const page = pageOf(this.deliveries, tenantId, { limit, cursor });
    return { items: page.items.map((stored) => stored.delivery), nextCursor: page.nextCursor };
  }

  async deadLetters({ limit, cursor, tenantId }: PageRequest): Promise<Page<DeadLetter<Body>>> {
    return pageOf(this.dead, tenantId, { limit, cursor });
  }

  async findDeadLetter(id: string): Promise<DeadLetter<Body> | undefined> {
    const key = this.deadKeys.get(id);
    return key && this.dead.get(key);
  }

  async replay(id: string, mapping: Pick<Mapping, "tenantId" | "contact" | "generation">): Promise<boolean> {
    const replayed = await this.options.environment.write(
      () => this.replayInTransaction(id, mapping),
      (stored) => {
        if (stored === undefined) return;
        this.schedule.offer(asHeadOfLine(stored), this.nowMs());
        this.announce();
      },
    );
    return replayed !== undefined;
  }

  async erase(request: EraseRequest): Promise<number> {
    await this.built;
    const isErased = ({ contact, enqueuedAtMs }: QueuedDelivery<Body>) =>
      request.contacts.includes(contact) && enqueuedAtMs <= request.untilMs;
    let erased = 0;
    let from: DeliveryKey | undefined;
    for (;;) {
      const page = this.entriesAfter(this.deliveries, from);
      const keys = page.filter(({ value }) => isErased(value.delivery)).map(({ key }) => key);
      if (keys.length > 0) {
        erased += await this.eraseWaiting(keys, isErased);
        for (const tenantId of new Set(keys.map(([id]) => id))) await this.forgetPauseOfIdle(tenantId);
      }
      from = page.at(-1)?.key;
      if (from === undefined) break;
      await setImmediate();
    }
    let fromDead: DeadKey | undefined;
    for (;;) {
      const page = this.entriesAfter(this.dead, fromDead);
      const ids = page.filter(({ value }) => isErased(value)).map(({ value }) => value.id);
      if (ids.length > 0) {
        erased += await this.options.environment.write(
          () => ids.filter((id) => this.takeDeadLetter(id) !== undefined).length,
        );
      }
      fromDead = page.at(-1)?.key;
      if (fromDead === undefined) break;
      await setImmediate();
    }
    this.announce();
    return erased;
  }

  async pruneDeadLetters(olderThanMs: number): Promise<number> {
    const diedBeforeMs = this.nowMs() - olderThanMs;
    let pruned = 0;
    let next: DeadKey | undefined;
    do {
      const { old, tenantAfter } = this.oldDeadLetters(diedBeforeMs, next);
      if (old.length > 0) {
        pruned += await this.options.environment.write(
          () => old.filter((id) => this.takeDeadLetter(id) !== undefined).length,
        );
      }
      next = tenantAfter;
      await setImmediate();
    } while (next !== undefined);
    return pruned;
  }

  async counts(): Promise<QueueCounts> {
    await this.built;
    return {
      pending: this.deliveries.count(),
      dead: this.dead.count(),
      pausedTenants: this.schedule.pausedTenants().length,
      heldTenants: this.schedule.heldTenants().length,
      oldestEnqueuedAtMs: this.schedule.oldestEnqueuedAtMs(),
    };
  }

  onWork(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Lets go of the listeners. The environment is closed by whoever opened it. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.listeners.clear();
    await this.built.catch(() => undefined);
  }

  private nowMs(): number {
    return this.options.clock.nowMs();
  }

  /**
   * Finds the lines that wait, a piece at a time, so that webhooks are taken meanwhile. A line that gets a message
   * before it is found is offered with that message's times, which are a hint only: claims read its true head.
   */
  private async buildSchedule(): Promise<void> {
    const kept = [...this.tenants.range()];
    for (const { key: tenantId, value } of kept) this.schedule.restoreTenant(tenantId, value, this.nowMs());
    for (let last: DeliveryKey | undefined; ;) {
      const heads = this.headsAfter(last);
      for (const key of heads) this.schedule.offer(asHeadOfLine(this.deliveries.get(key)!), this.nowMs());
      last = heads.at(-1);
      if (last === undefined) break;
      await setImmediate();
      if (this.isClosed) return;
    }
    await this.restoreLineOrders();
    for (const { key: tenantId } of kept) {
      this.schedule.forgetWhereNothingWaits(tenantId);
      if (this.schedule.tenantSchedule(tenantId) === undefined) await this.keepTenant(tenantId);
    }
    this.announce();
  }

  /** Lines go on waiting for others; orders whose other line has run empty are of no use any more. */
  private async restoreLineOrders(): Promise<void> {
    const orders = [...this.lineOrders.range()];
    const isOver = ({ key: [, behind], value: tenantId }: (typeof orders)[number]) =>
      this.headKey(tenantId, behind) === undefined;
    for (const order of orders) {
      const [line, behind] = order.key;
      if (!isOver(order)) this.schedule.follow(line, behind, this.nowMs());
    }
    if (!orders.some(isOver)) return;
    await this.options.environment.write(() => {
      for (const order of orders) if (isOver(order)) this.lineOrders.remove(order.key);
    });
  }

  /** The heads of some lines behind that one. */
  private headsAfter(last: DeliveryKey | undefined): DeliveryKey[] {
    const heads: DeliveryKey[] = [];
    let start: DeliveryKey | undefined = last && [last[0], last[1], Number.MAX_SAFE_INTEGER];
    while (heads.length < LINES_FOUND_AT_ONCE) {
      const [head] = this.deliveries.keys({ ...(start === undefined ? {} : { start }), limit: 1 });
      if (head === undefined) break;
      heads.push(head);
      start = [head[0], head[1], Number.MAX_SAFE_INTEGER];
    }
    return heads;
  }

  /** What is gone meanwhile is not counted. */
  private eraseWaiting(
    keys: readonly DeliveryKey[],
    isErased: (delivery: QueuedDelivery<Body>) => boolean,
  ): Promise<number> {
    return this.options.environment.write(
      () => {
        const there = keys.filter((key) => {
          const stored = this.deliveries.get(key);
          return stored !== undefined && isErased(stored.delivery);
        });
        for (const key of there) this.deliveries.remove(key);
        return there.length;
      },
      () => this.refreshHeads([...new Set(keys.map(([, generation]) => generation))]),
    );
  }

  private entriesAfter<Value, Key extends DeliveryKey | DeadKey>(
    database: LmdbDatabase<Value, Key>,
    last: Key | undefined,
  ): readonly { readonly key: Key; readonly value: Value }[] {
    const behind = last === undefined ? {} : { start: last, exclusiveStart: true };
    return [...database.range({ ...behind, limit: ERASE_LOOKS_AT })];
  }

  private refreshHeads(lines: readonly Generation[]): void {
    for (const generation of lines) {
      const tenantId = this.schedule.tenantOf(generation);
      if (tenantId === undefined) continue;
      this.schedule.setHead(generation, this.headOfLine(tenantId, generation), this.nowMs());
    }
  }

  private claimed(claim: ScheduledClaim, nowMs: number): ClaimedDelivery<Body> | undefined {
    const { tenantId, generation } = claim;
    const key = this.headKey(tenantId, generation);
    if (key === undefined) {
      // The line was emptied by a commit whose turn to tell the schedule is about to come.
      this.schedule.drop(generation, nowMs);
      return undefined;
    }
    const stored = this.deliveries.get(key)!;
    return asClaim(stored, claim, this.schedule.ageMs(tenantId, stored.delivery.enqueuedAtMs, nowMs));
  }

  private settleInTransaction(
    claim: ClaimedDelivery<Body>,
    settlement: Exclude<Settlement, { readonly kind: "released" }>,
    nowMs: number,
  ): { readonly scheduled: ScheduledSettlement; readonly wasThere: boolean } {
    const { tenantId, generation } = claim;
    const key = this.headKey(tenantId, generation);
    const stored = key && this.deliveries.get(key);
    if (key === undefined || stored?.delivery.id !== claim.id) {
      // It was retired between its claim and now, and is a dead letter already.
      const next = this.headOfLine(tenantId, generation);
      return { scheduled: { kind: "dead", refused: false, attempted: true, next }, wasThere: false };
    }
    return { scheduled: this.settleHead(key, stored, claim, settlement, nowMs), wasThere: true };
  }

  private settleHead(
    key: DeliveryKey,
    stored: StoredDelivery<Body>,
    { tenantId, generation, probeNumber }: ClaimedDelivery<Body>,
    settlement: Exclude<Settlement, { readonly kind: "released" }>,
    nowMs: number,
  ): ScheduledSettlement {
    switch (settlement.kind) {
      case "delivered":
        // Its content goes with it; that it was here, the duplicate memory knows.
        this.deliveries.remove(key);
        return { kind: "delivered", next: this.headOfLine(tenantId, generation) };
      case "dead": {
        const attempted = settlement.error !== undefined;
        this.bury(key, { ...settlement, attempted }, nowMs);
        const refused = settlement.reason === "refused";
        return { kind: "dead", refused, attempted, next: this.headOfLine(tenantId, generation) };
      }
      case "retry": {
        const failed = afterFailedAttempt(stored, { ...settlement, wasProbe: probeNumber > 0 }, nowMs);
        this.deliveries.put(key, failed);
        return { kind: "retry", cause: settlement.cause, head: asHeadOfLine(failed) };
      }
      case "postponed": {
        const postponed = afterPostponement(stored, settlement, nowMs);
        this.deliveries.put(key, postponed);
        return { kind: "postponed", head: asHeadOfLine(postponed) };
      }
    }
  }

  /** Answers how many, at most a batch. */
  private retireInTransaction(tenantId: TenantId, generation: Generation, reason: DeadReason): number {
    const keys = [...this.lineKeys(tenantId, generation, BURIED_AT_ONCE + 1)];
    // The head, while it is being attempted, ends as its settlement says.
    const waiting = (this.schedule.isClaimed(generation) ? keys.slice(1) : keys).slice(0, BURIED_AT_ONCE);
    const nowMs = this.nowMs();
    for (const key of waiting) this.bury(key, { reason, attempted: false }, nowMs);
    return waiting.length;
  }

  /** Answers how many, at most `BURIED_AT_ONCE`. A line may have changed, or been claimed, since it was found overdue. */
  private expireInTransaction(lines: readonly Generation[], limits: AgeLimits): number {
    const nowMs = this.nowMs();
    let expired = 0;
    for (const generation of lines) {
      const tenantId = this.schedule.tenantOf(generation);
      if (tenantId === undefined || this.schedule.isClaimed(generation)) continue;
      for (const key of [...this.lineKeys(tenantId, generation, BURIED_AT_ONCE)]) {
        const { enqueuedAtMs } = this.deliveries.get(key)!.delivery;
        if (!this.schedule.isTooOld({ tenantId, enqueuedAtMs }, limits, nowMs)) break;
        if (expired === BURIED_AT_ONCE) return expired;
        this.bury(key, { reason: "expired", attempted: false }, nowMs);
        expired += 1;
      }
    }
    return expired;
  }

  /**
   * Some dead letters that died before then, from that key on, and where to go on looking. Within a tenant the
   * letters stand in the order of their deaths, so the first young one ends the tenant's.
   */
  private oldDeadLetters(
    diedBeforeMs: number,
    from: DeadKey | undefined,
  ): { readonly old: string[]; readonly tenantAfter: DeadKey | undefined } {
    const old: string[] = [];
    for (const { key, value } of this.dead.range({ ...(from === undefined ? {} : { start: from }) })) {
      if (value.diedAtMs >= diedBeforeMs) return { old, tenantAfter: [(key[0] + 1) as TenantId, 0] };
      old.push(value.id);
      if (old.length === BURIED_AT_ONCE) return { old, tenantAfter: key };
    }
    return { old, tenantAfter: undefined };
  }

  private replayInTransaction(
    id: string,
    mapping: Pick<Mapping, "tenantId" | "contact" | "generation">,
  ): StoredDelivery<Body> | undefined {
    const letter = this.takeDeadLetter(id);
    if (letter === undefined) return undefined;
    const hasBegun = this.begunGenerations.has(mapping.generation);
    const stored = asReplayed(letter, mapping, { hasBegun }, this.nowMs());
    this.rememberGeneration(mapping.generation);
    this.deliveries.put([mapping.tenantId, mapping.generation, this.nextNumber()], stored);
    return stored;
  }

  private rememberGeneration(generation: Generation): void {
    if (this.options.remembersGenerations !== false) this.begunGenerations.put(generation, true);
  }

  private bury(
    key: DeliveryKey,
    death: { readonly reason: DeadReason; readonly attempted: boolean; readonly error?: string },
    nowMs: number,
  ): void {
    const letter = asDeadLetter(this.deliveries.get(key)!, death, nowMs);
    const deadKey: DeadKey = [letter.tenantId, this.nextNumber()];
    this.deliveries.remove(key);
    this.dead.put(deadKey, letter);
    this.deadKeys.put(letter.id, deadKey);
  }

  private takeDeadLetter(id: string): DeadLetter<Body> | undefined {
    const key = this.deadKeys.get(id);
    if (key === undefined) return undefined;
    const letter = this.dead.get(key);
    this.dead.remove(key);
    this.deadKeys.remove(id);
    return letter;
  }

  /** A number that is greater than all in the database; some are skipped when a transaction is run again. */
  private nextNumber(): number {
    this.lastNumber += 1;
    this.counter.put(LAST_NUMBER, this.lastNumber);
    return this.lastNumber;
  }

  private headOfLine(tenantId: TenantId, generation: Generation): HeadOfLine | undefined {
    const key = this.headKey(tenantId, generation);
    return key && asHeadOfLine(this.deliveries.get(key)!);
  }

  private headKey(tenantId: TenantId, generation: Generation): DeliveryKey | undefined {
    for (const key of this.lineKeys(tenantId, generation, 1)) return key;
    return undefined;
  }

  private lineKeys(tenantId: TenantId, generation: Generation, limit: number): Iterable<DeliveryKey> {
    return this.deliveries.keys({
      start: [tenantId, generation, 0],
      end: [tenantId, generation, Number.MAX_SAFE_INTEGER],
      limit,
    });
  }

  /** A tenant for whom nothing waits any more is not paused: after a restart neither. */
  private async forgetPauseOfIdle(tenantId: TenantId): Promise<void> {
    if (this.tenants.has(tenantId) && this.schedule.tenantSchedule(tenantId) === undefined)
      await this.keepTenant(tenantId);
  }

  private async keepTenant(tenantId: TenantId): Promise<void> {
    await this.options.environment.write(() => {
      const kept = this.schedule.tenantSchedule(tenantId);
      if (kept === undefined) this.tenants.remove(tenantId);
      else this.tenants.put(tenantId, kept);
    });
  }

  private announce(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The generations under which the queue of that name was given a delivery. */
export function begunGenerationsOf(environment: LmdbEnvironment, name: string): LmdbDatabase<true> {
  return environment.database(`${name}.begun-generations`);
}

function pageOf<Value, Key extends [TenantId, ...(string | number)[]]>(
  database: LmdbDatabase<Value, Key>,
  tenantId: TenantId | undefined,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Page<Value> {
  const after = cursor === undefined ? undefined : (readCursor(cursor, tenantId) as Key);
  const first = tenantId === undefined ? undefined : ([tenantId] as unknown as Key);
  const start = after ?? first;
  const entries = [
    ...database.range({
      ...(start === undefined ? {} : { start }),
      ...(after === undefined ? {} : { exclusiveStart: true }),
      ...(tenantId === undefined ? {} : { end: [tenantId + 1] as unknown as Key }),
      limit: limit + 1,
    }),
  ];
  const items = entries.slice(0, limit);
  return {
    items: items.map((entry) => entry.value),
    nextCursor: entries.length > limit ? writeCursor(items.at(-1)!.key) : undefined,
  };
}

/** A cursor is the last key seen, in characters that need no escaping in a URL. */
function writeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function readCursor(cursor: string, tenantId: TenantId | undefined): [TenantId, ...(string | number)[]] {
  const key = parseKey(Buffer.from(cursor, "base64url").toString());
  const [first, ...rest] = Array.isArray(key) ? (key as unknown[]) : [];
  const isKey =
    isTenantId(first) && rest.length > 0 && rest.every((part) => ["string", "number"].includes(typeof part));
  if (!isKey || (tenantId !== undefined && first !== tenantId)) throw new BadCursorError();
  return key as [TenantId, ...(string | number)[]];
}

function parseKey(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

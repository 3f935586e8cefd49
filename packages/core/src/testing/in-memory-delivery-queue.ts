import type {
  ClaimedDelivery,
  DeadLetter,
  DeadReason,
  Delivery,
  QueuedDelivery,
} from "../domain/delivery.js";
import { BadCursorError } from "../domain/errors.js";
import type { Generation, Mapping } from "../domain/mapping.js";
import type { TenantEvent } from "../domain/tenant-event.js";
import type { TenantId } from "../domain/tenant.js";
import type {
  ClaimRequest,
  ClaimResult,
  DeliveryQueue,
  EnqueueOutcome,
  EraseRequest,
  LineOrder,
  Page,
  PageRequest,
  QueueCounts,
  Settlement,
  SettleResult,
} from "../ports/delivery-queue.js";
import type { Clock } from "../ports/runtime.js";
import { DeliverySchedule } from "../scheduling/delivery-schedule.js";
import {
  afterFailedAttempt,
  afterPostponement,
  asClaim,
  asDeadLetter,
  asHeadOfLine,
  asReplayed,
  newlyQueued,
  type StoredDelivery,
} from "../scheduling/stored-delivery.js";

export interface InMemoryDeliveryQueueOptions {
  readonly clock: Clock;
  /** How long an identity is remembered at least. */
  readonly duplicateMemoryMs: number;
}

/** Deliveries in memory: a real adapter for tests, demonstrations and services that can afford to forget. */
export class InMemoryDeliveryQueue<Body = TenantEvent> implements DeliveryQueue<Body> {
  private readonly schedule = new DeliverySchedule();
  private readonly lines = new Map<Generation, Numbered<StoredDelivery<Body>>[]>();
  private readonly dead = new Map<string, Numbered<DeadLetter<Body>>>();
  private readonly begunGenerations = new Set<Generation>();
  /** By insertion, so by age. */
  private readonly identities = new Map<string, { readonly tenantId: TenantId; readonly atMs: number }>();
  private readonly listeners = new Set<() => void>();
  private lastNumber = 0;

  constructor(private readonly options: InMemoryDeliveryQueueOptions) {}

  async enqueue(delivery: Delivery<Body>): Promise<EnqueueOutcome> {
    const { identity, tenantId, generation } = delivery;
    const nowMs = this.nowMs();
    this.forgetOldIdentities(nowMs);
    const known = this.identities.get(identity);
    if (known !== undefined) return { kind: "duplicate", tenantId: known.tenantId };
    this.identities.set(identity, { tenantId, atMs: nowMs });
    const isFirst = !this.begunGenerations.has(generation);
    this.begunGenerations.add(generation);
    this.append(newlyQueued(delivery, isFirst, nowMs), nowMs);
    return { kind: isFirst ? "first" : "enqueued" };
  }

  async recall(identity: string): Promise<TenantId | undefined> {
    this.forgetOldIdentities(this.nowMs());
    return this.identities.get(identity)?.tenantId;
  }

  async claimDue(request: ClaimRequest): Promise<ClaimResult<Body>> {
    const nowMs = this.nowMs();
    const claims = this.schedule.claim(request, nowMs).flatMap((claim) => {
      const head = this.lines.get(claim.generation)?.[0];
      if (head === undefined) {
        // It was erased while it was claimed before.
        this.schedule.drop(claim.generation, nowMs);
        return [];
      }
      return asClaim(head, claim, this.schedule.ageMs(claim.tenantId, head.delivery.enqueuedAtMs, nowMs));
    });
    const nextDueAtMs = this.schedule.nextDueAtMs();
    return { claims, nextDueInMs: nextDueAtMs === undefined ? undefined : Math.max(0, nextDueAtMs - nowMs) };
  }

  async settle(claim: ClaimedDelivery<Body>, settlement: Settlement): Promise<SettleResult> {
    const { generation } = claim;
    const nowMs = this.nowMs();
    // An expired lease ends when claims are looked for; a settlement must not come before that look.
    this.schedule.expireLeases(nowMs);
    if (!this.schedule.beginSettle(generation, claim.leaseToken)) return { stale: true };
    const line = this.lines.get(generation) ?? [];
    const [head] = line;
    if (head?.delivery.id !== claim.id) {
      const next = head && asHeadOfLine(head);
      this.schedule.settle(generation, { kind: "dead", refused: false, attempted: true, next }, nowMs);
      this.announce();
      return { stale: true };
    }
    let pause;
    switch (settlement.kind) {
      case "delivered":
        pause = this.schedule.settle(generation, { kind: "delivered", next: this.shift(generation) }, nowMs);
        break;
      case "dead": {
        const attempted = settlement.error !== undefined;
        this.bury(asDeadLetter(head, { ...settlement, attempted }, nowMs));
        const refused = settlement.reason === "refused";
        pause = this.schedule.settle(
          generation,
          { kind: "dead", refused, attempted, next: this.shift(generation) },
          nowMs,
        );
        break;
      }
      case "retry": {
        const failed = afterFailedAttempt(head, { ...settlement, wasProbe: claim.probeNumber > 0 }, nowMs);
        line[0] = { ...failed, number: head.number };
        pause = this.schedule.settle(
          generation,
          { kind: "retry", cause: settlement.cause, head: asHeadOfLine(failed) },
          nowMs,
        );
        break;
      }
      case "postponed": {
        const postponed = afterPostponement(head, settlement, nowMs);
        line[0] = { ...postponed, number: head.number };
        pause = this.schedule.settle(generation, { kind: "postponed", head: asHeadOfLine(postponed) }, nowMs);
        break;
      }
      case "released":
        pause = this.schedule.settle(generation, { kind: "released" }, nowMs);
        break;
    }
    this.announce();
    return { stale: false, ...(pause === undefined ? {} : { pause }) };
  }

  async holdTenant(tenantId: TenantId): Promise<void> {
    this.schedule.hold(tenantId, this.nowMs());
  }

  async releaseTenant(tenantId: TenantId): Promise<void> {
    this.schedule.release(tenantId, this.nowMs());
    this.announce();
  }

  async heldTenants(): Promise<readonly TenantId[]> {
    return this.schedule.heldTenants();
  }

  async pausedTenants(): Promise<readonly TenantId[]> {
    return this.schedule.pausedTenants();
  }

  async retire(generation: Generation, reason: DeadReason): Promise<number> {
    const line = this.lines.get(generation);
    if (line === undefined) return 0;
    const nowMs = this.nowMs();
    this.schedule.expireLeases(nowMs);
    const kept = this.schedule.isClaimed(generation) ? line.splice(0, 1) : [];
    for (const stored of line) this.bury(asDeadLetter(stored, { reason, attempted: false }, nowMs));
    const retired = line.length;
    if (kept.length > 0) {
      this.lines.set(generation, kept);
    } else {
      this.lines.delete(generation);
      this.schedule.drop(generation, nowMs);
    }
    this.announce();
    return retired;
  }

  async follow({ line, behind }: LineOrder): Promise<void> {
    this.schedule.follow(line, behind, this.nowMs());
  }

  async expire(limits: { readonly maxAgeMs: number; readonly maxHeldAgeMs: number }): Promise<number> {
    const nowMs = this.nowMs();
    let expired = 0;
    // Behind an expired head may stand another, so until none is left.
    for (
      let overdue = this.schedule.overdue(limits, nowMs);
      overdue.length > 0;
      overdue = this.schedule.overdue(limits, nowMs)
    ) {
      for (const generation of overdue) {
        const head = this.lines.get(generation)![0]!;
        this.bury(asDeadLetter(head, { reason: "expired", attempted: false }, nowMs));
        this.schedule.setHead(generation, this.shift(generation), nowMs);
        expired += 1;
      }
    }
    this.announce();
    return expired;
  }

  async pending({ limit, cursor, tenantId }: PageRequest): Promise<Page<QueuedDelivery<Body>>> {
    const all = [...this.lines.values()].flat();
    const chosen = all.filter(({ delivery }) => tenantId === undefined || delivery.tenantId === tenantId);
    const { items, nextCursor } = pageOf(chosen, { limit, cursor });
    return { items: items.map((stored) => stored.delivery), nextCursor };
  }

  async deadLetters({ limit, cursor, tenantId }: PageRequest): Promise<Page<DeadLetter<Body>>> {
    const chosen = [...this.dead.values()].filter(
      (letter) => tenantId === undefined || letter.tenantId === tenantId,
    );
    const { items, nextCursor } = pageOf(chosen, { limit, cursor });
    return { items: items.map(withoutNumber), nextCursor };
  }

  async findDeadLetter(id: string): Promise<DeadLetter<Body> | undefined> {
    const letter = this.dead.get(id);
    return letter && withoutNumber(letter);
  }

  async replay(id: string, mapping: Pick<Mapping, "tenantId" | "contact" | "generation">): Promise<boolean> {
    const letter = this.dead.get(id);
    if (letter === undefined) return false;
    this.dead.delete(id);
    const nowMs = this.nowMs();
    const hasBegun = this.begunGenerations.has(mapping.generation);
    this.begunGenerations.add(mapping.generation);
    this.append(asReplayed(letter, mapping, { hasBegun }, nowMs), nowMs);
    return true;
  }

  async erase({ contacts, untilMs }: EraseRequest): Promise<number> {
    const nowMs = this.nowMs();
    const isErased = ({ contact, enqueuedAtMs }: QueuedDelivery<Body>) =>
      contacts.includes(contact) && enqueuedAtMs <= untilMs;
    let erased = 0;
    for (const [generation, line] of [...this.lines]) {
      const kept = line.filter(({ delivery }) => !isErased(delivery));
      if (kept.length === line.length) continue;
      erased += line.length - kept.length;
      if (kept.length > 0) this.lines.set(generation, kept);
      else this.lines.delete(generation);
      this.schedule.setHead(generation, kept[0] && asHeadOfLine(kept[0]), nowMs);
    }
    for (const [id, letter] of this.dead) {
      if (!isErased(letter)) continue;
      this.dead.delete(id);
      erased += 1;
    }
    this.announce();
    return erased;
  }

  async pruneDeadLetters(olderThanMs: number): Promise<number> {
    const diedBeforeMs = this.nowMs() - olderThanMs;
    let pruned = 0;
    for (const [id, letter] of this.dead) {
      if (letter.diedAtMs >= diedBeforeMs) continue;
      this.dead.delete(id);
      pruned += 1;
    }
    return pruned;
  }

  async counts(): Promise<QueueCounts> {
    let pending = 0;
    for (const line of this.lines.values()) pending += line.length;
    return {
      pending,
      dead: this.dead.size,
      pausedTenants: this.schedule.pausedTenants().length,
      heldTenants: this.schedule.heldTenants().length,
      oldestEnqueuedAtMs: this.schedule.oldestEnqueuedAtMs(),
    };
  }

  onWork(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.listeners.clear();
  }

  private nowMs(): number {
    return this.options.clock.nowMs();
  }

  private append(stored: StoredDelivery<Body>, nowMs: number): void {
    const { generation } = stored.delivery;
    const line = this.lines.get(generation);
    const numbered = { ...stored, number: this.nextNumber() };
    if (line === undefined) this.lines.set(generation, [numbered]);
    else line.push(numbered);
    this.schedule.offer(asHeadOfLine(this.lines.get(generation)![0]!), nowMs);
    this.announce();
  }

  /** Takes the head out of its line and answers the next one. */
  private shift(generation: Generation) {
    const line = this.lines.get(generation)!;
    line.shift();
    if (line.length > 0) return asHeadOfLine(line[0]!);
    this.lines.delete(generation);
    return undefined;
  }

  private bury(letter: DeadLetter<Body>): void {
    this.dead.set(letter.id, { ...letter, number: this.nextNumber() });
  }

  private nextNumber(): number {
    this.lastNumber += 1;
    return this.lastNumber;
  }

  private forgetOldIdentities(nowMs: number): void {
    for (const [identity, { atMs }] of this.identities) {
      if (nowMs - atMs <= this.options.duplicateMemoryMs) break;
      this.identities.delete(identity);
    }
  }

  private announce(): void {
    for (const listener of this.listeners) listener();
  }
}

/** In the order of their coming; pages are cut by it, so that what is removed between two pages hides nothing. */
type Numbered<Item> = Item & { readonly number: number };

function withoutNumber<Body>(letter: Numbered<DeadLetter<Body>>): DeadLetter<Body> {
  const bare: DeadLetter<Body> & { number?: number } = { ...letter };
  delete bare.number;
  return bare;
}

function pageOf<Item>(
  all: readonly Numbered<Item>[],
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Page<Numbered<Item>> {
  if (cursor !== undefined && !/^[1-9][0-9]{0,15}$/.test(cursor)) throw new BadCursorError();
  const after = cursor === undefined ? 0 : Number(cursor);
  const rest = all.filter((item) => item.number > after).sort((a, b) => a.number - b.number);
  const items = rest.slice(0, limit);
  return { items, nextCursor: rest.length > limit ? String(items.at(-1)!.number) : undefined };
}

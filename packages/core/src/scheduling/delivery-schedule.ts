import { FAILING_CONTACTS_TO_PAUSE, LONGEST_PROBE_INTERVAL_MS, shouldPause } from "../domain/circuit.js";
import type { Generation } from "../domain/mapping.js";
import type { TenantId } from "../domain/tenant.js";
import { LineOrders } from "./line-order.js";
import { LinkedQueue } from "./linked-queue.js";
import { TimerHeap } from "./timer-heap.js";

/** The delivery at the head of a line, as far as it matters to when it is attempted. */
export interface HeadOfLine {
  readonly generation: Generation;
  readonly tenantId: TenantId;
  /** Its age counts from here. */
  readonly enqueuedAtMs: number;
  /** Not before this, unless a pause ends. */
  readonly dueAtMs: number;
  /** Not before this in any case. */
  readonly floorAtMs: number;
  /** Whether an attempt for it has failed. */
  readonly hasFailed: boolean;
}

export interface ScheduledClaim {
  readonly generation: Generation;
  readonly tenantId: TenantId;
  readonly token: string;
  /** Which probe of its tenant's pause this is, from 1; 0 where the tenant is not paused. */
  readonly probeNumber: number;
  /** Whether the tenant took another contact's message since this line's head first failed. */
  readonly othersSucceed: boolean;
}

/** What of a tenant outlives a restart. */
export interface TenantSchedule {
  readonly pause?: { readonly nextProbeAtMs: number; readonly failedProbes: number };
  /** When its deliveries did not age; an open end means: held now. */
  readonly holds: readonly HoldPeriod[];
}

export interface HoldPeriod {
  readonly fromMs: number;
  readonly toMs?: number;
}

export type ScheduledSettlement =
  /** The head is gone, and the tenant took it. */
  | { readonly kind: "delivered"; readonly next: HeadOfLine | undefined }
  /** The head is gone, and the tenant did not take it. `refused`: the tenant was there and said so. */
  | {
      readonly kind: "dead";
      readonly refused: boolean;
      /** Whether it died by an attempt; without one, a probe of its tenant's pause is not used up. */
      readonly attempted: boolean;
      readonly next: HeadOfLine | undefined;
    }
  | {
      readonly kind: "retry";
      readonly cause: "unreachable" | "refused";
      /** The same delivery, with when it is due. */
      readonly head: HeadOfLine;
    }
  /** No attempt was made; the same delivery, with when it is due. */
  | { readonly kind: "postponed"; readonly head: HeadOfLine }
  | { readonly kind: "released" };

/** What a settlement did to its tenant's pause. */
export type PauseChange = "paused" | "resumed" | undefined;

export interface AgeLimits {
  readonly maxAgeMs: number;
  /** How long a delivery may wait while its tenant is held, which does not count as age. */
  readonly maxHeldAgeMs: number;
}

interface Line {
  readonly generation: Generation;
  readonly tenant: TenantLines;
  head: HeadOfLine;
  lease: Lease | undefined;
  /** When it becomes ready, while it waits for that. Timers that name another moment are void. */
  wakeAtMs: number | undefined;
  /** How many messages the tenant had taken when the head first failed. */
  takenAtFirstFailure: number | undefined;
}

interface Pause {
  /** While a probe is under way: when the next one may start all the same. */
  nextProbeAtMs: number;
  failedProbes: number;
}

interface Lease {
  readonly token: string;
  readonly startedAtMs: number;
  readonly isProbe: boolean;
  expiresAtMs: number;
}

interface TenantLines {
  readonly id: TenantId;
  readonly lines: Set<Line>;
  /** Lines that could be claimed, the one that waits or was tried longest ago first. */
  readonly ready: LinkedQueue<Line>;
  readonly failing: Set<Line>;
  /** Lines that wait for another line; a matter of their contact and not of the tenant. */
  readonly parked: Set<Line>;
  inFlight: number;
  taken: number;
  pause: Pause | undefined;
  /** The moment for which a timer stands in the heap, so that there is one only. */
  timerAtMs: number | undefined;
  holds: HoldPeriod[];
}

/**
 * Which line's head is attempted next: due times, leases, turns between tenants, limits, pauses with their
 * probes, and holds. It knows no deliveries, only that a line has a head; storage keeps those. An engine that
 * serves one process keeps its schedule here, in memory, and builds it anew at start from what it has stored.
 *
 * All times are given by the caller. Each operation costs O(log lines) at most, but for the two ends of a pause,
 * which touch each line of their tenant once.
 */
export class DeliverySchedule {
  private readonly lines = new Map<Generation, Line>();
  private readonly tenants = new Map<TenantId, TenantLines>();
  /** Tenants with something to claim, whose turn it is first. */
  private readonly runnable = new LinkedQueue<TenantLines>();
  private readonly timers = new TimerHeap<Line | TenantLines>();
  private readonly orders = new LineOrders();
  private tokens = 0;

  /** Tells of a line with a head. A line that is known already has its head, so this changes nothing then. */
  offer(head: HeadOfLine, nowMs: number): void {
    if (this.lines.has(head.generation)) return;
    const tenant = this.tenant(head.tenantId);
    const line: Line = {
      generation: head.generation,
      tenant,
      head,
      lease: undefined,
      wakeAtMs: undefined,
      takenAtFirstFailure: undefined,
    };
    this.lines.set(head.generation, line);
    tenant.lines.add(line);
    this.enter(line, nowMs);
  }

  /** Lets the line wait for as long as the other one has deliveries. Nothing where that has none, or waits for this one. */
  follow(generation: Generation, behind: Generation, nowMs: number): void {
    if (!this.lines.has(behind) || !this.orders.add(generation, behind)) return;
    const line = this.lines.get(generation);
    // A head that is being attempted ends as its settlement says.
    if (line === undefined || line.lease !== undefined) return;
    this.makeReady(line, nowMs);
    this.refresh(line.tenant, nowMs);
  }

  /** Whether another line waits for this one. */
  isAwaited(generation: Generation): boolean {
    return this.orders.isAwaited(generation);
  }

  /** The tenant of a line with deliveries. */
  tenantOf(generation: Generation): TenantId | undefined {
    return this.lines.get(generation)?.tenant.id;
  }

  isClaimed(generation: Generation): boolean {
    return this.lines.get(generation)?.lease !== undefined;
  }

  claim(
    {
      limit,
      perTenantLimit,
      leaseMs,
    }: { readonly limit: number; readonly perTenantLimit: number; readonly leaseMs: number },
    nowMs: number,
  ): ScheduledClaim[] {
    this.fireTimers(nowMs);
    const claims: ScheduledClaim[] = [];
    while (claims.length < limit) {
      const tenant = this.runnable.first;
      if (tenant === undefined) break;
      // Either way its turn is over: it comes back at the end, or when a claim of it is settled.
      this.runnable.delete(tenant);
      if (tenant.inFlight >= perTenantLimit) continue;
      const line = this.nextLine(tenant, nowMs);
      if (line === undefined) continue;
      claims.push(this.lease(line, nowMs, leaseMs));
      this.refresh(tenant, nowMs);
    }
    return claims;
  }

  /** Ends claims whose lease has run out. `claim` does so by itself. */
  expireLeases(nowMs: number): void {
    this.fireTimers(nowMs);
  }

  /**
   * Announces that the claim is about to be settled: until `settle` or `abandonSettle` its lease can't run out.
   * Answers false where the claim is stale; then nothing may be settled.
   */
  beginSettle(generation: Generation, token: string): boolean {
    const line = this.lines.get(generation);
    if (line?.lease?.token !== token) return false;
    line.lease.expiresAtMs = Number.POSITIVE_INFINITY;
    return true;
  }

  /** The settlement could not be stored: the claim goes on until its lease, now ending then, runs out. */
  abandonSettle(generation: Generation, expiresAtMs: number): void {
    const line = this.lines.get(generation);
    if (line?.lease === undefined) return;
    line.lease.expiresAtMs = expiresAtMs;
    this.timers.push(expiresAtMs, line);
  }

  settle(generation: Generation, settlement: ScheduledSettlement, nowMs: number): PauseChange {
    const line = this.lines.get(generation);
    if (line?.lease === undefined) return undefined;
    const { tenant } = line;
    const wasPaused = tenant.pause !== undefined;
    const { lease } = line;
    this.endLease(line);
    switch (settlement.kind) {
      case "delivered":
        tenant.taken += 1;
        this.replaceHead(line, settlement.next, nowMs);
        tenant.failing.clear();
        this.resume(tenant, nowMs);
        break;
      case "dead":
        this.replaceHead(line, settlement.next, nowMs);
        if (settlement.refused) this.resume(tenant, nowMs);
        else if (!settlement.attempted) giveProbeBack(tenant, lease, nowMs);
        break;
      case "retry":
        // The others need not wait any longer; this line's own delay begins now.
        if (settlement.cause === "refused") this.resume(tenant, nowMs);
        line.head = settlement.head;
        line.takenAtFirstFailure ??= tenant.taken;
        if (settlement.cause === "unreachable") this.noteFailure(line, lease, nowMs);
        this.makeReady(line, nowMs);
        break;
      case "postponed":
        line.head = settlement.head;
        giveProbeBack(tenant, lease, nowMs);
        this.makeReady(line, nowMs);
        break;
      case "released":
        giveProbeBack(tenant, lease, nowMs);
        this.makeReady(line, nowMs);
        break;
    }
    this.refresh(tenant, nowMs);
    const isPaused = tenant.pause !== undefined;
    this.forgetIfIdle(tenant);
    return isPaused === wasPaused ? undefined : isPaused ? "paused" : "resumed";
  }

  /** Removes a line that is not claimed. */
  drop(generation: Generation, nowMs: number): void {
    const line = this.lines.get(generation);
    if (line === undefined) return;
    if (line.lease !== undefined) this.endLease(line);
    this.removeLine(line, nowMs);
    this.refresh(line.tenant, nowMs);
    this.forgetIfIdle(line.tenant);
  }

  /** The head changed without having been claimed, for example because it grew too old. */
  setHead(generation: Generation, next: HeadOfLine | undefined, nowMs: number): void {
    const line = this.lines.get(generation);
    if (line === undefined || line.lease !== undefined) return;
    this.replaceHead(line, next, nowMs);
    this.refresh(line.tenant, nowMs);
    this.forgetIfIdle(line.tenant);
  }

  hold(tenantId: TenantId, nowMs: number): void {
    const tenant = this.tenant(tenantId);
    if (isHeld(tenant)) return;
    tenant.holds.push({ fromMs: nowMs });
    if (tenant.holds.length > MOST_HOLD_PERIODS) tenant.holds.shift();
    this.refresh(tenant, nowMs);
  }

  release(tenantId: TenantId, nowMs: number): void {
    const tenant = this.tenants.get(tenantId);
    const open = tenant?.holds.at(-1);
    if (tenant === undefined || open === undefined || open.toMs !== undefined) return;
    tenant.holds[tenant.holds.length - 1] = { fromMs: open.fromMs, toMs: nowMs };
    this.refresh(tenant, nowMs);
    this.forgetIfIdle(tenant);
  }

  /** Brings back at start what was kept of a tenant. Before its lines are offered. */
  restoreTenant(tenantId: TenantId, kept: TenantSchedule, nowMs: number): void {
    const tenant = this.tenant(tenantId);
    tenant.holds = [...kept.holds];
    tenant.pause = kept.pause && { ...kept.pause };
    this.refresh(tenant, nowMs);
  }

  /** What is to be kept of the tenant; `undefined` where there is nothing. */
  tenantSchedule(tenantId: TenantId): TenantSchedule | undefined {
    const tenant = this.tenants.get(tenantId);
    if (tenant === undefined || (tenant.pause === undefined && tenant.holds.length === 0)) return undefined;
    const { pause, holds } = tenant;
    return {
      ...(pause ? { pause: { nextProbeAtMs: pause.nextProbeAtMs, failedProbes: pause.failedProbes } } : {}),
      holds: [...holds],
    };
  }

  /** Ends the pause of a tenant for which nothing waits; what was kept of it is of no use. */
  forgetWhereNothingWaits(tenantId: TenantId): void {
    const tenant = this.tenants.get(tenantId);
    if (tenant !== undefined) this.forgetIfIdle(tenant);
  }

  heldTenants(): TenantId[] {
    return [...this.tenants.values()].filter(isHeld).map((tenant) => tenant.id);
  }

  pausedTenants(): TenantId[] {
    return [...this.tenants.values()]
      .filter((tenant) => tenant.pause !== undefined)
      .map((tenant) => tenant.id);
  }

  /** When the head that waits longest was enqueued: what is behind it came later. */
  oldestEnqueuedAtMs(): number | undefined {
    let oldest: number | undefined;
    for (const { head } of this.lines.values()) {
      if (oldest === undefined || head.enqueuedAtMs < oldest) oldest = head.enqueuedAtMs;
    }
    return oldest;
  }

  /** The delivery's age: the time since it was enqueued, less the time in which its tenant was held. */
  ageMs(tenantId: TenantId, enqueuedAtMs: number, nowMs: number): number {
    return Math.max(0, nowMs - enqueuedAtMs - this.heldMs(tenantId, enqueuedAtMs, nowMs));
  }

  /** Lines, not claimed, whose head is older than allowed, or was held for longer than allowed. */
  overdue(limits: AgeLimits, nowMs: number): Generation[] {
    this.fireTimers(nowMs);
    return [...this.lines.keys()].filter((generation) => this.isOverdue(generation, limits, nowMs));
  }

  isOverdue(generation: Generation, limits: AgeLimits, nowMs: number): boolean {
    const line = this.lines.get(generation);
    if (line === undefined || line.lease !== undefined) return false;
    return this.isTooOld(line.head, limits, nowMs);
  }

  /** Whether a delivery that was enqueued then has waited longer than allowed. */
  isTooOld(
    { tenantId, enqueuedAtMs }: Pick<HeadOfLine, "tenantId" | "enqueuedAtMs">,
    { maxAgeMs, maxHeldAgeMs }: AgeLimits,
    nowMs: number,
  ): boolean {
    const heldMs = this.heldMs(tenantId, enqueuedAtMs, nowMs);
    return heldMs > maxHeldAgeMs || nowMs - enqueuedAtMs - heldMs > maxAgeMs;
  }

  /** When there will be something to claim though nobody tells of anything new. */
  nextDueAtMs(): number | undefined {
    for (let top = this.timers.peek(); top !== undefined; top = this.timers.peek()) {
      if (this.isCurrent(top.subject, top.atMs)) return top.atMs;
      this.timers.pop();
    }
    return undefined;
  }

  private tenant(id: TenantId): TenantLines {
    let tenant = this.tenants.get(id);
    if (tenant === undefined) {
      tenant = {
        id,
        lines: new Set(),
        ready: new LinkedQueue(),
        failing: new Set(),
        parked: new Set(),
        inFlight: 0,
        taken: 0,
        pause: undefined,
        timerAtMs: undefined,
        holds: [],
      };
      this.tenants.set(id, tenant);
    }
    return tenant;
  }

  private forgetIfIdle(tenant: TenantLines): void {
    // Ended holds matter only to deliveries that were there meanwhile, so they go with the last line.
    if (tenant.lines.size > 0 || isHeld(tenant)) return;
    this.tenants.delete(tenant.id);
    this.runnable.delete(tenant);
  }

  private heldMs(tenantId: TenantId, fromMs: number, toMs: number): number {
    let heldMs = 0;
    for (const hold of this.tenants.get(tenantId)?.holds ?? []) {
      heldMs += Math.max(0, Math.min(toMs, hold.toMs ?? toMs) - Math.max(fromMs, hold.fromMs));
    }
    return heldMs;
  }

  /** A line comes in, or need not wait for another any longer. */
  private enter(line: Line, nowMs: number): void {
    const { tenant, head } = line;
    this.makeReady(line, nowMs);
    // Too few contacts have failed to say that the tenant is down rather than that their messages are bad:
    // a contact that was not tried yet must not wait for them.
    if (tenant.pause !== undefined && !tenant.parked.has(line)) {
      if (head.hasFailed) tenant.failing.add(line);
      else if (tenant.failing.size < FAILING_CONTACTS_TO_PAUSE) {
        tenant.pause.nextProbeAtMs = Math.min(tenant.pause.nextProbeAtMs, nowMs);
      }
    }
    this.refresh(tenant, nowMs);
  }

  /**
   * Puts the line where it belongs: among the ready ones, behind a timer, or aside while another must come first. A
   * paused tenant's lines wait for probes, not for their own time.
   */
  private makeReady(line: Line, nowMs: number): void {
    const { tenant, head } = line;
    const wakeAtMs = tenant.pause ? head.floorAtMs : Math.max(head.dueAtMs, head.floorAtMs);
    tenant.ready.delete(line);
    if (this.orders.isWaiting(line.generation)) {
      line.wakeAtMs = undefined;
      tenant.parked.add(line);
      tenant.failing.delete(line);
      return;
    }
    tenant.parked.delete(line);
    if (wakeAtMs > nowMs) {
      line.wakeAtMs = wakeAtMs;
      this.timers.push(wakeAtMs, line);
    } else {
      line.wakeAtMs = undefined;
      tenant.ready.add(line);
    }
  }

  private noteFailure(line: Line, { isProbe, startedAtMs }: Lease, nowMs: number): void {
    const { tenant, head } = line;
    tenant.failing.add(line);
    // From the attempt's start: a tenant that lets attempts time out is not probed the more seldom for it.
    const delayMs = Math.min(head.dueAtMs - nowMs, LONGEST_PROBE_INTERVAL_MS);
    const nextProbeAtMs = Math.max(nowMs, startedAtMs + delayMs);
    if (tenant.pause !== undefined) {
      // An attempt that was under way when the pause began says nothing new.
      if (!isProbe) return;
      tenant.pause.failedProbes += 1;
      tenant.pause.nextProbeAtMs = this.hasUntried(tenant) ? nowMs : nextProbeAtMs;
    } else if (shouldPause({ failingContacts: tenant.failing.size, waitingContacts: triable(tenant) })) {
      tenant.pause = { nextProbeAtMs, failedProbes: 0 };
      // Probes take turns over all contacts: those that wait for a retry come behind those that wait for a first try.
      const waiting = [...tenant.lines].filter((other) => other.wakeAtMs !== undefined);
      waiting.sort((a, b) => a.wakeAtMs! - b.wakeAtMs!);
      for (const other of waiting) this.makeReady(other, nowMs);
    }
  }

  /** Whether so few contacts failed that it may be their messages' fault, and another one waits that was not tried. */
  private hasUntried(tenant: TenantLines): boolean {
    if (tenant.failing.size >= FAILING_CONTACTS_TO_PAUSE) return false;
    for (const line of tenant.ready) if (!tenant.failing.has(line)) return true;
    return false;
  }

  private refresh(tenant: TenantLines, nowMs: number): void {
    const { pause } = tenant;
    if (isHeld(tenant) || tenant.ready.size === 0) {
      this.runnable.delete(tenant);
    } else if (pause === undefined) {
      this.runnable.add(tenant);
    } else if (pause.nextProbeAtMs > nowMs) {
      this.runnable.delete(tenant);
      if (tenant.timerAtMs !== pause.nextProbeAtMs) {
        tenant.timerAtMs = pause.nextProbeAtMs;
        this.timers.push(pause.nextProbeAtMs, tenant);
      }
    } else {
      this.runnable.add(tenant);
    }
  }

  private nextLine(tenant: TenantLines, nowMs: number): Line | undefined {
    const { pause } = tenant;
    if (pause !== undefined && pause.nextProbeAtMs > nowMs) return undefined;
    if (pause !== undefined && tenant.failing.size < FAILING_CONTACTS_TO_PAUSE) {
      // At most two are skipped here, so this stays cheap.
      for (const line of tenant.ready) if (!tenant.failing.has(line)) return line;
    }
    return tenant.ready.first;
  }

  private lease(line: Line, nowMs: number, leaseMs: number): ScheduledClaim {
    const { tenant, generation } = line;
    this.tokens += 1;
    const isProbe = tenant.pause !== undefined;
    const probeNumber = tenant.pause === undefined ? 0 : tenant.pause.failedProbes + 1;
    // One probe at a time, unless it takes so long that it says nothing, or a contact comes that was not tried yet.
    if (tenant.pause) tenant.pause.nextProbeAtMs = nowMs + LONGEST_PROBE_INTERVAL_MS;
    const since = line.takenAtFirstFailure;
    line.lease = { token: String(this.tokens), isProbe, startedAtMs: nowMs, expiresAtMs: nowMs + leaseMs };
    this.timers.push(line.lease.expiresAtMs, line);
    tenant.ready.delete(line);
    tenant.inFlight += 1;
    return {
      generation,
      tenantId: tenant.id,
      token: line.lease.token,
      probeNumber,
      othersSucceed: since !== undefined && tenant.taken > since,
    };
  }

  private endLease(line: Line): void {
    const { tenant } = line;
    line.lease = undefined;
    tenant.inFlight -= 1;
  }

  private replaceHead(line: Line, next: HeadOfLine | undefined, nowMs: number): void {
    line.tenant.failing.delete(line);
    line.takenAtFirstFailure = undefined;
    if (next === undefined) {
      this.removeLine(line, nowMs);
    } else {
      line.head = next;
      this.makeReady(line, nowMs);
    }
  }

  private removeLine(line: Line, nowMs: number): void {
    this.lines.delete(line.generation);
    line.tenant.lines.delete(line);
    line.tenant.ready.delete(line);
    line.tenant.failing.delete(line);
    line.tenant.parked.delete(line);
    line.wakeAtMs = undefined;
    for (const generation of this.orders.release(line.generation)) {
      const follower = this.lines.get(generation);
      if (follower !== undefined && follower.lease === undefined) this.enter(follower, nowMs);
    }
  }

  /** The tenant answered: whatever waits for it need wait no longer, but for what it asked to be spared until later. */
  private resume(tenant: TenantLines, nowMs: number): void {
    if (tenant.pause === undefined) return;
    tenant.pause = undefined;
    tenant.failing.clear();
    for (const line of tenant.lines) {
      if (line.lease !== undefined) continue;
      line.head = { ...line.head, dueAtMs: Math.min(line.head.dueAtMs, nowMs) };
      if (line.wakeAtMs !== undefined) this.makeReady(line, nowMs);
    }
  }

  private fireTimers(nowMs: number): void {
    for (let top = this.timers.peek(); top !== undefined && top.atMs <= nowMs; top = this.timers.peek()) {
      this.timers.pop();
      const { subject } = top;
      if (!this.isCurrent(subject, top.atMs)) continue;
      if ("ready" in subject) {
        subject.timerAtMs = undefined;
        this.refresh(subject, nowMs);
        continue;
      }
      if (subject.lease !== undefined) this.endLease(subject);
      this.makeReady(subject, nowMs);
      this.refresh(subject.tenant, nowMs);
    }
  }

  /** Whether a timer still means something: what it stands for may have happened, or been put off, meanwhile. */
  private isCurrent(subject: Line | TenantLines, atMs: number): boolean {
    if ("ready" in subject) {
      return this.tenants.get(subject.id) === subject && subject.pause?.nextProbeAtMs === atMs;
    }
    if (this.lines.get(subject.generation) !== subject) return false;
    return (subject.lease === undefined ? subject.wakeAtMs : subject.lease.expiresAtMs) === atMs;
  }
}

/** Keeps what is stored of a tenant small; the oldest hold then counts as ordinary time. */
const MOST_HOLD_PERIODS = 100;

/** The probe was not made, so that another one may be at once. */
function giveProbeBack({ pause }: TenantLines, { isProbe }: Lease, nowMs: number): void {
  if (pause !== undefined && isProbe) pause.nextProbeAtMs = nowMs;
}

/** Lines whose heads can be attempted, sooner or later, without another line's being emptied first. */
function triable({ lines, parked }: TenantLines): number {
  return lines.size - parked.size;
}

function isHeld(tenant: TenantLines): boolean {
  const last = tenant.holds.at(-1);
  return last !== undefined && last.toMs === undefined;
}

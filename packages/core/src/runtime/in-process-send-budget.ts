import { MAX_REPLIES_PER_DELIVERY } from "../domain/reply.js";
import type { TenantId } from "../domain/tenant.js";
import type { Clock } from "../ports/runtime.js";
import { TURN_KEPT_MS, type BudgetedMessage, type SendBudget, type SendTurn } from "../ports/send-budget.js";
import { RateLimit } from "./rate-limit.js";

export interface InProcessSendBudgetOptions {
  readonly clock: Clock;
  readonly limits: SendLimits;
}

export interface SendLimits {
  /** Messages through the number; 0: no limit. */
  readonly perMinute: number;
  /** Messages of one tenant; 0: no limit. */
  readonly perMinutePerTenant: number;
}

/** A handler's whole answer goes out without waiting. */
const BURST = MAX_REPLIES_PER_DELIVERY;
const MOST_REMEMBERED = 100_000;

interface Turn {
  readonly lane: Lane;
  readonly atMs: number;
  /**
   * What it has then: its tenant's leave (`tenant`), the right to ask for the number (`number`), or a place
   * there (`place`).
   */
  readonly gives: "tenant" | "number" | "place";
}

/** What a tenant has under way. */
interface Lane {
  readonly limit: RateLimit;
  /** When its place at the number comes; it has one at a time, so that no tenant is far ahead of another. */
  placeAtMs: number;
  /** When the last of those that wait for a place may ask for it. */
  lastAskAtMs: number;
}

/**
 * The budget of one process, in memory: after a restart it is whole again.
 *
 * A message first gets its tenant's leave, then a place at the number. Places are given in the order in which they
 * are asked for, and a tenant waits for one at a time; its others ask later, one after the other, by the number's
 * pace. So a tenant with a thousand messages is ahead of another's one by a single place.
 */
export class InProcessSendBudget implements SendBudget {
  private readonly number: RateLimit;
  private readonly lanes = new Map<TenantId | undefined, Lane>();
  private readonly turns = new Map<string, Turn>();
  private nextTidyAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: InProcessSendBudgetOptions) {
    this.number = new RateLimit({ perMinute: options.limits.perMinute, burst: BURST });
  }

  async reserve({ id, tenantId }: BudgetedMessage): Promise<SendTurn> {
    const nowMs = this.options.clock.nowMs();
    this.tidy(nowMs);
    const turn = this.turns.get(id);
    if (turn !== undefined && turn.atMs > nowMs) return later(turn, nowMs);
    this.turns.delete(id);
    if (turn === undefined || hasLapsed(turn, nowMs)) return this.askTenant(id, this.lane(tenantId), nowMs);
    return turn.gives === "place" ? { kind: "now" } : this.askNumber(id, turn.lane, nowMs);
  }

  async giveBack({ tenantId }: BudgetedMessage): Promise<void> {
    this.number.giveBack();
    this.lanes.get(tenantId)?.limit.giveBack();
  }

  private askTenant(id: string, lane: Lane, nowMs: number): SendTurn {
    const atMs = lane.limit.take(nowMs);
    return atMs > nowMs
      ? this.remember(id, { lane, atMs, gives: "tenant" }, nowMs)
      : this.askNumber(id, lane, nowMs);
  }

  private askNumber(id: string, lane: Lane, nowMs: number): SendTurn {
    if (lane.placeAtMs > nowMs) {
      lane.lastAskAtMs = Math.max(lane.lastAskAtMs, lane.placeAtMs) + this.number.spacingMs;
      return this.remember(id, { lane, atMs: lane.lastAskAtMs, gives: "number" }, nowMs);
    }
    const atMs = this.number.take(nowMs);
    if (atMs <= nowMs) return { kind: "now" };
    lane.placeAtMs = atMs;
    return this.remember(id, { lane, atMs, gives: "place" }, nowMs);
  }

  private remember(id: string, turn: Turn, nowMs: number): SendTurn {
    forgetFirstOf(this.turns);
    this.turns.set(id, turn);
    return later(turn, nowMs);
  }

  private lane(tenantId: TenantId | undefined): Lane {
    let lane = this.lanes.get(tenantId);
    if (lane === undefined) {
      forgetFirstOf(this.lanes);
      const perMinute = tenantId === undefined ? 0 : this.options.limits.perMinutePerTenant;
      const limit = new RateLimit({ perMinute, burst: BURST });
      lane = { limit, placeAtMs: Number.NEGATIVE_INFINITY, lastAskAtMs: Number.NEGATIVE_INFINITY };
      this.lanes.set(tenantId, lane);
    }
    return lane;
  }

  /** Forgets turns that nobody came for, and tenants at rest. */
  private tidy(nowMs: number): void {
    if (nowMs < this.nextTidyAtMs) return;
    this.nextTidyAtMs = nowMs + TURN_KEPT_MS;
    for (const [id, turn] of this.turns) if (hasLapsed(turn, nowMs)) this.turns.delete(id);
    for (const [tenantId, { limit, placeAtMs, lastAskAtMs }] of this.lanes) {
      if (limit.isRested(nowMs) && placeAtMs <= nowMs && lastAskAtMs <= nowMs) this.lanes.delete(tenantId);
    }
  }
}

function hasLapsed({ atMs }: Turn, nowMs: number): boolean {
  return nowMs - atMs > TURN_KEPT_MS;
}

function later({ atMs, gives }: Turn, nowMs: number): SendTurn {
  const waitingFor = gives === "tenant" ? "tenant_limit" : "number_limit";
  // Whole milliseconds, and never before the moment.
  return { kind: "later", delayMs: Math.ceil(atMs - nowMs), waitingFor };
}

/** Makes room where there is none left. Who is forgotten asks as if for the first time. */
function forgetFirstOf<Key>(remembered: Map<Key, unknown>): void {
  if (remembered.size < MOST_REMEMBERED) return;
  for (const key of remembered.keys()) {
    remembered.delete(key);
    return;
  }
}

import { randomUUID } from "node:crypto";
import {
  listCursor,
  numberOfCursor,
  traceIn,
  type ClaimedDelivery,
  type ClaimRequest,
  type ClaimResult,
  type ContactId,
  type DeadLetter,
  type DeadReason,
  type Delivery,
  type DeliveryQueue,
  type EnqueueOutcome,
  type EraseRequest,
  type Generation,
  type LineOrder,
  type Mapping,
  type Page,
  type PageRequest,
  type QueueCounts,
  type QueuedDelivery,
  type Settlement,
  type SettleResult,
  type TenantEvent,
  type TenantId,
  type TraceContext,
  type WaitReason,
} from "@gateway-router/core";
import { identityKey } from "./identity-key.js";
import type { RedisDatabase } from "./redis-database.js";
import {
  CLAIM_DUE,
  COUNTS,
  ENQUEUE,
  ERASE,
  EXPIRE,
  FIND_DEAD_LETTER,
  FOLLOW,
  GIVE_CLAIMS_BACK,
  HELD_TENANTS,
  HOLD_TENANT,
  LIST_DELIVERIES,
  PAUSED_TENANTS,
  PRUNE_DEAD_LETTERS,
  RECALL,
  RELEASE_TENANT,
  REPLAY,
  RETIRE,
  SETTLE,
} from "./scripts/queue-scripts.js";

export interface RedisDeliveryQueueOptions {
  readonly database: RedisDatabase;
  /** Sets the records of several queues under one prefix apart. Letters and `-`. */
  readonly name: string;
  /** How long an identity is remembered at least. */
  readonly duplicateMemoryMs: number;
  /**
   * Whether generations that had a delivery are remembered, for good, as `first` needs it. Not for lines that are used
   * once: each of their deliveries counts as first.
   */
  readonly remembersGenerations?: boolean;
}

/** Deliveries removed in one step; more are removed in several, so that nobody waits long for the engine. */
const BURIED_AT_ONCE = 500;
const LINES_EXPIRED_AT_ONCE = 100;
const LOOKED_AT_ONCE = 500;
/** Claims whose answer was lost, by how many are remembered; those beyond wait for their leases. */
const MOST_LOST = 100;

/**
 * Deliveries in Redis, with the schedule of their attempts: claims, pauses, probes and holds are keys, so that any number
 * of instances share them, by the engine's clock. See `scripts/queue-lua.ts` for how.
 */
export class RedisDeliveryQueue<Body = TenantEvent> implements DeliveryQueue<Body> {
  readonly name: string;
  readonly duplicateMemoryMs: number;
  readonly remembersGenerations: boolean;
  private readonly database: RedisDatabase;
  /** Names this instance's claims. */
  private readonly holder = randomUUID();
  private calls = 0;
  /** Beginnings of tokens of claims that may have been made, and that nobody here knows of. */
  private lost: string[] = [];
  private readonly stopListening = new Set<() => void>();

  constructor(options: RedisDeliveryQueueOptions) {
    this.database = options.database;
    this.name = options.name;
    this.duplicateMemoryMs = options.duplicateMemoryMs;
    this.remembersGenerations = options.remembersGenerations ?? true;
  }

  async enqueue(delivery: Delivery<Body>): Promise<EnqueueOutcome> {
    const { id, identity, tenantId, contact, generation, body, trace } = delivery;
    const head = {
      ...{ id, identity, key: identityKey(identity), tenant: String(tenantId) },
      ...{ contact, generation, ...traceIn(trace) },
    };
    const values = [JSON.stringify(head), JSON.stringify(body)];
    const [outcome, knownFor] = (await this.database.run(
      ...[ENQUEUE, this.name, ...values, String(this.duplicateMemoryMs), flag(this.remembersGenerations)],
    )) as readonly ["first" | "enqueued" | "duplicate", string];
    if (outcome === "duplicate") return { kind: outcome, tenantId: Number(knownFor) as TenantId };
    this.ring();
    return { kind: outcome };
  }

  /** Calls all who wait for work, here and in the other instances. */
  ring(): void {
    this.database.bell.ring(this.name);
  }

  async recall(identity: string): Promise<TenantId | undefined> {
    const tenant = await this.database.run(RECALL, this.name, identityKey(identity));
    return tenant === null ? undefined : (Number(tenant) as TenantId);
  }

  async claimDue({ limit, perTenantLimit, leaseMs }: ClaimRequest): Promise<ClaimResult<Body>> {
    this.calls += 1;
    const beginning = `${this.holder}:${this.calls}:`;
    const lost = this.lost;
    const numbers = [limit, perTenantLimit, leaseMs].map(String);
    let reply;
    try {
      reply = await this.database.run(CLAIM_DUE, this.name, ...numbers, beginning, JSON.stringify(lost));
    } catch (error) {
      // It may have been done all the same: the next call gives such claims back.
      this.lost = [...this.lost, beginning].slice(-MOST_LOST);
      throw error;
    }
    this.lost = this.lost.filter((each) => !lost.includes(each));
    const [dueInMs, ...claims] = reply as readonly [string, ...ClaimReply[]];
    return {
      claims: claims.map((claim) => asClaim<Body>(claim)),
      nextDueInMs: dueInMs === "" ? undefined : Number(dueInMs),
    };
  }

  async settle(claim: ClaimedDelivery<Body>, settlement: Settlement): Promise<SettleResult> {
    const change = (await this.database.run(
      SETTLE,
      this.name,
      claim.generation,
      claim.leaseToken,
      ...[
        settlement.kind,
        "cause" in settlement ? settlement.cause : "",
        "delayMs" in settlement ? String(Math.ceil(settlement.delayMs)) : "",
        "floorMs" in settlement ? String(Math.ceil(settlement.floorMs)) : "",
        "error" in settlement ? settlement.error : "",
        "reason" in settlement ? settlement.reason : "",
        "waitingFor" in settlement ? settlement.waitingFor : "",
      ],
    )) as "stale" | "settled" | "paused" | "resumed";
    this.ring();
    if (change === "stale") return { stale: true };
    return change === "settled" ? { stale: false } : { stale: false, pause: change };
  }

  async holdTenant(tenantId: TenantId): Promise<void> {
    await this.database.run(HOLD_TENANT, this.name, String(tenantId));
  }

  async releaseTenant(tenantId: TenantId): Promise<void> {
    await this.database.run(RELEASE_TENANT, this.name, String(tenantId));
    this.ring();
  }

  async heldTenants(): Promise<readonly TenantId[]> {
    const tenants = (await this.database.run(HELD_TENANTS, this.name)) as readonly string[];
    return tenants.map((tenant) => Number(tenant) as TenantId).sort((a, b) => a - b);
  }

  async pausedTenants(): Promise<readonly TenantId[]> {
    const tenants = (await this.database.run(PAUSED_TENANTS, this.name)) as readonly string[];
    return tenants.map((tenant) => Number(tenant) as TenantId).sort((a, b) => a - b);
  }

  async retire(generation: Generation, reason: DeadReason): Promise<number> {
    let retired = 0;
    for (let last = BURIED_AT_ONCE; last === BURIED_AT_ONCE; retired += last) {
      last = Number(await this.database.run(RETIRE, this.name, generation, reason, String(BURIED_AT_ONCE)));
    }
    if (retired > 0) this.ring();
    return retired;
  }

  async follow({ line, behind }: LineOrder): Promise<void> {
    await this.database.run(FOLLOW, this.name, line, behind);
  }

  async expire(limits: { readonly maxAgeMs: number; readonly maxHeldAgeMs: number }): Promise<number> {
    const ages = [limits.maxAgeMs, limits.maxHeldAgeMs].map(String);
    let expired = 0;
    let skipped = 0;
    for (let isMore = true; isMore;) {
      const bounds = [skipped, LINES_EXPIRED_AT_ONCE, BURIED_AT_ONCE].map(String);
      const reply = (await this.database.run(EXPIRE, this.name, ...ages, ...bounds)) as readonly string[];
      const [buried, stay, more] = reply.map(Number);
      expired += buried!;
      skipped += stay!;
      isMore = more === 1;
    }
    this.ring();
    return expired;
  }

  async pending(request: PageRequest): Promise<Page<QueuedDelivery<Body>>> {
    return this.page("pending", request, (record, state) => asDelivery<Body>(record, state));
  }

  async deadLetters(request: PageRequest): Promise<Page<DeadLetter<Body>>> {
    return this.page("dead", request, (record, state) => asDeadLetter<Body>(record, state));
  }

  async findDeadLetter(id: string): Promise<DeadLetter<Body> | undefined> {
    const reply = (await this.database.run(FIND_DEAD_LETTER, this.name, id)) as
      readonly [record: string, state: string] | null;
    return reply === null ? undefined : asDeadLetter<Body>(...reply);
  }

  async replay(id: string, mapping: Pick<Mapping, "tenantId" | "contact" | "generation">): Promise<boolean> {
    const { tenantId, contact, generation } = mapping;
    const values = [id, String(tenantId), contact, generation, flag(this.remembersGenerations)];
    const replayed = (await this.database.run(REPLAY, this.name, ...values)) === 1;
    if (replayed) this.ring();
    return replayed;
  }

  async erase({ contacts, untilMs }: EraseRequest): Promise<number> {
    let erased = 0;
    for (const list of ["pending", "dead"]) {
      for (let after = "0"; after !== "";) {
        const values = [list, after, String(LOOKED_AT_ONCE), String(untilMs), JSON.stringify(contacts)];
        const reply = (await this.database.run(ERASE, this.name, ...values)) as readonly [string, string];
        erased += Number(reply[0]);
        after = reply[1];
      }
    }
    this.ring();
    return erased;
  }

  async pruneDeadLetters(olderThanMs: number): Promise<number> {
    let pruned = 0;
    for (let last = BURIED_AT_ONCE; last === BURIED_AT_ONCE; pruned += last) {
      const values = [olderThanMs, BURIED_AT_ONCE].map(String);
      last = Number(await this.database.run(PRUNE_DEAD_LETTERS, this.name, ...values));
    }
    return pruned;
  }

  async counts(): Promise<QueueCounts> {
    const reply = (await this.database.run(COUNTS, this.name)) as readonly string[];
    const [pending, dead, pausedTenants, heldTenants] = reply.map(Number);
    return {
      ...{ pending: pending!, dead: dead!, pausedTenants: pausedTenants!, heldTenants: heldTenants! },
      oldestEnqueuedAtMs: reply[4] === "" ? undefined : Number(reply[4]),
    };
  }

  onWork(listener: () => void): () => void {
    const stop = this.database.bell.on(this.name, listener);
    this.stopListening.add(stop);
    return () => {
      this.stopListening.delete(stop);
      stop();
    };
  }

  /** Gives this instance's claims back, so that others need not wait for their leases. The database is closed by whoever opened it. */
  async close(): Promise<void> {
    for (const stop of this.stopListening) stop();
    this.stopListening.clear();
    // Where the engine is away, they end with their leases.
    const given = await this.database
      .run(GIVE_CLAIMS_BACK, this.name, `${this.holder}:`)
      .catch(() => undefined);
    if (given !== undefined && given !== 0) this.ring();
  }

  private async page<Item>(
    list: "pending" | "dead",
    { limit, cursor, tenantId }: PageRequest,
    read: (record: string, state: string) => Item,
  ): Promise<Page<Item>> {
    const filter = { kept: [this.name, list, tenantId] };
    const after = cursor === undefined ? 0 : numberOfCursor(cursor, filter);
    // One more than asked for tells whether there is another page.
    const values = [list, String(after), String(limit + 1), tenantId === undefined ? "" : String(tenantId)];
    const rows = (await this.database.run(LIST_DELIVERIES, this.name, ...values)) as readonly PageRow[];
    const last = rows[limit - 1];
    return {
      items: rows.slice(0, limit).map(([, record, state]) => read(record, state)),
      nextCursor: rows.length > limit && last !== undefined ? listCursor(last[0], filter) : undefined,
    };
  }
}

type PageRow = readonly [number: string, record: string, state: string];

type ClaimReply = readonly [
  record: string,
  state: string,
  token: string,
  ageMs: string,
  probeNumber: string,
  othersSucceed: string,
];

type Header = readonly [
  id: string,
  identity: string,
  tenant: string,
  contact: ContactId,
  generation: Generation,
  isFirst: string,
  replayed: string,
  enqueuedAtMs: string,
  trace?: TraceContext,
];

/** What attempts made of a delivery; nothing where none was made. */
interface StoredState {
  readonly attempts: number;
  readonly counted: number;
  readonly refusals: number;
  readonly error?: string;
  readonly waiting_for?: WaitReason;
  /** Of a dead letter. */
  readonly reason?: DeadReason;
  readonly died?: string;
}

const UNTRIED: StoredState = { attempts: 0, counted: 0, refusals: 0 };

function asDelivery<Body>(record: string, stateText: string): QueuedDelivery<Body> {
  const at = record.indexOf("\n");
  const header = JSON.parse(record.slice(0, at)) as Header;
  const [id, identity, tenant, contact, generation, isFirst, replayed, enqueuedAtMs, trace] = header;
  const state = stateText === "" ? UNTRIED : (JSON.parse(stateText) as StoredState);
  return {
    ...{ id, identity, tenantId: Number(tenant) as TenantId, contact, generation },
    body: JSON.parse(record.slice(at + 1)) as Body,
    ...traceIn(trace),
    ...{ isFirst: isFirst === "1", replayed: replayed === "1", enqueuedAtMs: Number(enqueuedAtMs) },
    ...{ attempts: state.attempts, countedAttempts: state.counted, refusals: state.refusals },
    ...(state.error === undefined ? {} : { lastError: state.error }),
    ...(state.waiting_for === undefined ? {} : { waitingFor: state.waiting_for }),
  };
}

function asDeadLetter<Body>(record: string, stateText: string): DeadLetter<Body> {
  const { reason, died } = JSON.parse(stateText) as Required<Pick<StoredState, "reason" | "died">>;
  return { ...asDelivery<Body>(record, stateText), reason, diedAtMs: Number(died) };
}

function asClaim<Body>([record, state, leaseToken, ageMs, probe, others]: ClaimReply): ClaimedDelivery<Body> {
  return {
    ...asDelivery<Body>(record, state),
    ...{ leaseToken, ageMs: Number(ageMs), probeNumber: Number(probe), othersSucceed: others === "1" },
  };
}

function flag(value: boolean): string {
  return value ? "1" : "0";
}

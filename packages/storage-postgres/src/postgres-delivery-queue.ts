import { randomUUID } from "node:crypto";
import {
  BadCursorError,
  traceIn,
  type AgeLimits,
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
import type { PostgresDatabase, Queries, Statement } from "./postgres-database.js";
import { removeInPieces } from "./remove-in-pieces.js";
import { asText, keyOf } from "./texts.js";

export interface PostgresDeliveryQueueOptions {
  readonly database: PostgresDatabase;
  /** Sets the records of several queues in one schema apart. Letters and `-`. */
  readonly name: string;
  /** How long an identity is remembered. */
  readonly duplicateMemoryMs: number;
  /**
   * Whether generations that had a delivery are remembered, for good, as `first` needs it. Not for lines that are used
   * once: each of their deliveries counts as first.
   */
  readonly remembersGenerations?: boolean;
}

/** Deliveries removed in one transaction; more are removed in several, so that nobody waits long for the tenant. */
const BURIED_AT_ONCE = 500;
const LINES_EXPIRED_AT_ONCE = 100;
const FORGOTTEN_AT_ONCE = 5_000;

/**
 * Deliveries in PostgreSQL, with the schedule of their attempts: claims, pauses, probes and holds are rows, so that any
 * number of instances share them, by the engine's clock. See the migrations for how.
 */
export class PostgresDeliveryQueue<Body = TenantEvent> implements DeliveryQueue<Body> {
  private readonly database: PostgresDatabase;
  private readonly name: string;
  /** Names this instance's claims. */
  private readonly holder = randomUUID();
  private readonly stopListening = new Set<() => void>();

  constructor(private readonly options: PostgresDeliveryQueueOptions) {
    this.database = options.database;
    this.name = options.name;
  }

  async enqueue(delivery: Delivery<Body>): Promise<EnqueueOutcome> {
    const outcome = await this.enqueueIn(this.database, delivery);
    if (outcome.kind !== "duplicate") this.ring();
    return outcome;
  }

  /** For a transaction that does more than this. When it is committed, `ring` is to be called. */
  async enqueueIn(queries: Queries, delivery: Delivery<Body>): Promise<EnqueueOutcome> {
    const { id, identity, tenantId, contact, generation, body, trace } = delivery;
    const content: StoredContent<Body> = { identity, body, ...traceIn(trace) };
    const [row] = await queries.query<EnqueuedRow>(ENQUEUE, [
      ...[this.name, keyOf(identity), this.options.duplicateMemoryMs, tenantId, generation, id, contact],
      ...[JSON.stringify(content), this.options.remembersGenerations ?? true],
    ]);
    const { outcome, known_for } = row!;
    return outcome === "duplicate" ? { kind: outcome, tenantId: known_for! } : { kind: outcome };
  }

  /** Calls all who wait for work, here and in the other instances. */
  ring(): void {
    this.database.bell.ring(this.name);
  }

  recall(identity: string): Promise<TenantId | undefined> {
    return this.recallIn(this.database, identity);
  }

  async recallIn(queries: Queries, identity: string): Promise<TenantId | undefined> {
    const values = [this.name, keyOf(identity), this.options.duplicateMemoryMs];
    const [row] = await queries.query<{ tenant_id: TenantId }>(RECALL, values);
    return row?.tenant_id;
  }

  async claimDue({ limit, perTenantLimit, leaseMs }: ClaimRequest): Promise<ClaimResult<Body>> {
    const values = [this.name, limit, perTenantLimit, leaseMs, this.holder];
    const [row] = await this.database.query<ClaimRow<Body>>(CLAIM_DUE, values);
    const { claims, next_due_in_ms } = row!;
    return { claims: claims.map(asClaim), nextDueInMs: next_due_in_ms ?? undefined };
  }

  async settle(claim: ClaimedDelivery<Body>, settlement: Settlement): Promise<SettleResult> {
    const change = await this.settleLine(claim.generation, claim.leaseToken, settlement);
    this.ring();
    if (change === "stale") return { stale: true };
    return change === "settled" ? { stale: false } : { stale: false, pause: change };
  }

  async holdTenant(tenantId: TenantId): Promise<void> {
    await this.database.query(HOLD_TENANT, [this.name, tenantId]);
  }

  async releaseTenant(tenantId: TenantId): Promise<void> {
    await this.database.query(RELEASE_TENANT, [this.name, tenantId]);
    this.ring();
  }

  async heldTenants(): Promise<readonly TenantId[]> {
    const rows = await this.database.query<{ tenant_id: TenantId }>(HELD_TENANTS, [this.name]);
    return rows.map(({ tenant_id }) => tenant_id);
  }

  async pausedTenants(): Promise<readonly TenantId[]> {
    const rows = await this.database.query<{ tenant_id: TenantId }>(PAUSED_TENANTS, [this.name]);
    return rows.map(({ tenant_id }) => tenant_id);
  }

  async retire(generation: Generation, reason: DeadReason): Promise<number> {
    const retired = await this.buryLine(generation, reason);
    if (retired > 0) this.ring();
    return retired;
  }

  async follow(order: LineOrder): Promise<void> {
    await this.followIn(this.database, order);
  }

  async followIn(queries: Queries, { tenantId, line, behind }: LineOrder): Promise<void> {
    await queries.query(FOLLOW, [this.name, tenantId, line, behind]);
  }

  /** What comes by regularly also forgets identities that are older than the duplicate memory. */
  async expire(limits: AgeLimits): Promise<number> {
    const least = Math.min(limits.maxAgeMs, limits.maxHeldAgeMs);
    let expired = 0;
    let last: OverdueRow | undefined;
    do {
      const values = [this.name, least, last?.head_enqueued_at_ms ?? 0, last?.generation ?? ""];
      const rows: readonly OverdueRow[] = await this.database.query<OverdueRow>(OVERDUE_LINES, [
        ...values,
        LINES_EXPIRED_AT_ONCE,
      ]);
      for (const { generation } of rows) expired += await this.buryLine(generation, "expired", limits);
      last = rows.at(-1);
    } while (last !== undefined);
    await this.forgetIdentities();
    this.ring();
    return expired;
  }

  async pending(request: PageRequest): Promise<Page<QueuedDelivery<Body>>> {
    return pageOf(
      "pending",
      request,
      await this.rows<DeliveryRow<Body>>("pending", PENDING, request),
      asDelivery,
    );
  }

  async deadLetters(request: PageRequest): Promise<Page<DeadLetter<Body>>> {
    return pageOf(
      "dead",
      request,
      await this.rows<DeadRow<Body>>("dead", DEAD_LETTERS, request),
      asDeadLetter,
    );
  }

  async findDeadLetter(id: string): Promise<DeadLetter<Body> | undefined> {
    const [row] = await this.database.query<DeadRow<Body>>(FIND_DEAD_LETTER, [this.name, id]);
    return row && asDeadLetter(row);
  }

  async replay(id: string, mapping: Pick<Mapping, "tenantId" | "contact" | "generation">): Promise<boolean> {
    const { tenantId, contact, generation } = mapping;
    const remembers = this.options.remembersGenerations ?? true;
    const values = [this.name, id, tenantId, contact, generation, remembers];
    const [row] = await this.database.query<{ replayed: boolean }>(REPLAY, values);
    if (row!.replayed) this.ring();
    return row!.replayed;
  }

  async erase({ contacts, untilMs }: EraseRequest): Promise<number> {
    const [row] = await this.database.query<{ erased: number }>(ERASE, [this.name, contacts, untilMs]);
    this.ring();
    return row!.erased;
  }

  pruneDeadLetters(olderThanMs: number): Promise<number> {
    return removeInPieces(this.database, PRUNE_DEAD_LETTERS, [this.name, olderThanMs], BURIED_AT_ONCE);
  }

  async counts(): Promise<QueueCounts> {
    const [row] = await this.database.query<CountsRow>(COUNTS, [this.name]);
    const { pending, dead, paused_tenants, held_tenants, oldest_enqueued_at_ms } = row!;
    return {
      ...{ pending, dead, pausedTenants: paused_tenants, heldTenants: held_tenants },
      oldestEnqueuedAtMs: oldest_enqueued_at_ms ?? undefined,
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
    await this.giveClaimsBack().catch(() => undefined);
  }

  private async giveClaimsBack(): Promise<void> {
    const rows = await this.database.query<LeaseRow>(OWN_LEASES, [this.name, this.holder]);
    for (const { generation, lease_token } of rows) {
      await this.settleLine(generation, lease_token, { kind: "released" });
    }
    if (rows.length > 0) this.ring();
  }

  private async settleLine(
    generation: Generation,
    leaseToken: string,
    settlement: Settlement,
  ): Promise<"stale" | "settled" | "paused" | "resumed"> {
    const error = "error" in settlement ? settlement.error : undefined;
    const [row] = await this.database.query<{ change: "stale" | "settled" | "paused" | "resumed" }>(SETTLE, [
      ...[this.name, generation, leaseToken, settlement.kind],
      "cause" in settlement ? settlement.cause : null,
      "delayMs" in settlement ? Math.ceil(settlement.delayMs) : null,
      "floorMs" in settlement ? Math.ceil(settlement.floorMs) : null,
      error === undefined ? null : asText(error),
      "reason" in settlement ? settlement.reason : null,
      "waitingFor" in settlement ? settlement.waitingFor : null,
    ]);
    return row!.change;
  }

  /** All of the line, or what is too old in it, as dead letters. */
  private async buryLine(generation: Generation, reason: DeadReason, limits?: AgeLimits): Promise<number> {
    let buried = 0;
    for (let last = BURIED_AT_ONCE; last === BURIED_AT_ONCE; buried += last) {
      const [row] = await this.database.query<{ buried: number }>(BURY_LINE, [
        ...[this.name, generation, reason, limits?.maxAgeMs ?? null, limits?.maxHeldAgeMs ?? null],
        BURIED_AT_ONCE,
      ]);
      last = row!.buried;
    }
    return buried;
  }

  private async forgetIdentities(): Promise<void> {
    const values = [this.name, this.options.duplicateMemoryMs];
    await removeInPieces(this.database, FORGET_IDENTITIES, values, FORGOTTEN_AT_ONCE);
  }

  /** One more than asked for tells whether there is another page. */
  private async rows<Stored extends object>(
    list: ListName,
    { all, ofTenant }: PageStatements,
    request: PageRequest,
  ): Promise<readonly Stored[]> {
    const { limit, cursor, tenantId } = request;
    const after = cursor === undefined ? 0 : numberOfCursor(cursor, cursorStart(list, request));
    const values = [this.name, after, limit + 1];
    return tenantId === undefined
      ? await this.database.query<Stored>(all, values)
      : await this.database.query<Stored>(ofTenant, [...values, tenantId]);
  }
}

type ListName = "pending" | "dead";

/** A cursor names its list and the number of the last one seen. */
function cursorStart(list: ListName, { tenantId }: PageRequest): string {
  return `${list}.${tenantId ?? ""}.`;
}

function pageOf<Stored extends { readonly number: number }, Item>(
  list: ListName,
  request: PageRequest,
  rows: readonly Stored[],
  read: (row: Stored) => Item,
): Page<Item> {
  const { limit } = request;
  const last = rows[limit - 1];
  return {
    items: rows.slice(0, limit).map(read),
    nextCursor:
      rows.length > limit && last !== undefined ? `${cursorStart(list, request)}${last.number}` : undefined,
  };
}

function numberOfCursor(cursor: string, start: string): number {
  const number = cursor.startsWith(start) ? cursor.slice(start.length) : "";
  if (!/^[1-9][0-9]{0,14}$/.test(number)) throw new BadCursorError();
  return Number(number);
}

interface StoredContent<Body> {
  readonly identity: string;
  readonly body: Body;
  readonly trace?: TraceContext;
}

interface DeliveryRow<Body> {
  readonly number: number;
  readonly tenant_id: TenantId;
  readonly generation: Generation;
  readonly id: string;
  readonly contact: ContactId;
  readonly content: StoredContent<Body>;
  readonly is_first: boolean;
  readonly replayed: boolean;
  readonly enqueued_at_ms: number;
  readonly attempts: number;
  readonly counted_attempts: number;
  readonly refusals: number;
  readonly last_error: string | null;
  readonly waiting_for?: WaitReason | null;
}

interface DeadRow<Body> extends DeliveryRow<Body> {
  readonly reason: DeadReason;
  readonly died_at_ms: number;
}

interface ClaimRow<Body> {
  readonly claims: readonly {
    readonly delivery: DeliveryRow<Body>;
    readonly lease_token: string;
    readonly age_ms: number;
    readonly probe_number: number;
    readonly others_succeed: boolean;
  }[];
  readonly next_due_in_ms: number | null;
}

interface EnqueuedRow {
  readonly outcome: EnqueueOutcome["kind"];
  readonly known_for: TenantId | null;
}

interface LeaseRow {
  readonly generation: Generation;
  readonly lease_token: string;
}

interface OverdueRow {
  readonly generation: Generation;
  readonly head_enqueued_at_ms: number;
}

interface CountsRow {
  readonly pending: number;
  readonly dead: number;
  readonly paused_tenants: number;
  readonly held_tenants: number;
  readonly oldest_enqueued_at_ms: number | null;
}

function asDelivery<Body>(row: DeliveryRow<Body>): QueuedDelivery<Body> {
  return {
    ...{ id: row.id, identity: row.content.identity, tenantId: row.tenant_id, contact: row.contact },
    ...{ generation: row.generation, body: row.content.body, isFirst: row.is_first, replayed: row.replayed },
    ...{ enqueuedAtMs: row.enqueued_at_ms, attempts: row.attempts, countedAttempts: row.counted_attempts },
    refusals: row.refusals,
    ...traceIn(row.content.trace),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    ...(row.waiting_for == null ? {} : { waitingFor: row.waiting_for }),
  };
}

function asDeadLetter<Body>(row: DeadRow<Body>): DeadLetter<Body> {
  return { ...asDelivery(row), reason: row.reason, diedAtMs: row.died_at_ms };
}

function asClaim<Body>(claim: ClaimRow<Body>["claims"][number]): ClaimedDelivery<Body> {
  const { delivery, lease_token, age_ms, probe_number, others_succeed } = claim;
  return {
    ...asDelivery(delivery),
    ...{ leaseToken: lease_token, ageMs: age_ms, probeNumber: probe_number, othersSucceed: others_succeed },
  };
}

const ENQUEUE: Statement = {
  name: "enqueue",
  text: "SELECT outcome, known_for FROM enqueue($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};

const RECALL: Statement = {
  name: "recall",
  text: "SELECT tenant_id FROM identities WHERE queue = $1 AND identity = $2 AND at_ms >= now_ms() - $3::bigint",
};

const FORGET_IDENTITIES: Statement = {
  name: "forget-identities",
  text: `
DELETE FROM identities WHERE queue = $1 AND identity IN (
  SELECT identity FROM identities
  WHERE queue = $1 AND at_ms < (SELECT now_ms()) - $2::bigint ORDER BY at_ms LIMIT $3 FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

const CLAIM_DUE: Statement = {
  name: "claim-due",
  text: "SELECT claims, next_due_in_ms FROM claim_due($1, $2, $3, $4, $5)",
};

const SETTLE: Statement = {
  name: "settle",
  text: "SELECT settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS change",
};

const OWN_LEASES: Statement = {
  name: "own-leases",
  text: `
SELECT generation, lease_token FROM lines
WHERE queue = $1 AND lease_token IS NOT NULL AND lease_holder = $2 AND due_at_ms > now_ms()`,
};

const HOLD_TENANT: Statement = { name: "hold-tenant", text: "SELECT hold_tenant($1, $2)" };
const RELEASE_TENANT: Statement = { name: "release-tenant", text: "SELECT release_tenant($1, $2)" };

const HELD_TENANTS: Statement = {
  name: "held-tenants",
  text: `
SELECT tenant_id FROM tenant_schedules
WHERE queue = $1 AND held_since_ms IS NOT NULL ORDER BY tenant_id`,
};

const PAUSED_TENANTS: Statement = {
  name: "paused-tenants",
  text: `
SELECT tenant_id FROM tenant_schedules
WHERE queue = $1 AND next_probe_at_ms IS NOT NULL ORDER BY tenant_id`,
};

const FOLLOW: Statement = { name: "follow", text: "SELECT follow_line($1, $2, $3, $4)" };

const BURY_LINE: Statement = {
  name: "bury-line",
  text: "SELECT bury_line($1, $2, $3, $4, $5, $6) AS buried",
};

/** Whose head may be too old; whether it is depends on when its tenant was held. */
const OVERDUE_LINES: Statement = {
  name: "overdue-lines",
  text: `
SELECT generation, head_enqueued_at_ms FROM lines
WHERE queue = $1 AND head_enqueued_at_ms < (SELECT now_ms()) - $2::bigint
  AND (head_enqueued_at_ms, generation) > ($3, $4)
  AND (lease_token IS NULL OR due_at_ms <= (SELECT now_ms()))
ORDER BY head_enqueued_at_ms, generation LIMIT $5`,
};

interface PageStatements {
  readonly all: Statement;
  readonly ofTenant: Statement;
}

const PENDING: PageStatements = {
  all: {
    name: "pending",
    text: "SELECT * FROM deliveries WHERE queue = $1 AND number + 0 > $2 ORDER BY number + 0 LIMIT $3",
  },
  ofTenant: {
    name: "pending-of-tenant",
    text: `
SELECT * FROM deliveries WHERE queue = $1 AND tenant_id = $4 AND number > $2 ORDER BY number LIMIT $3`,
  },
};

const DEAD_LETTERS: PageStatements = {
  all: {
    name: "dead-letters",
    text: "SELECT * FROM dead_letters WHERE queue = $1 AND number > $2 ORDER BY number LIMIT $3",
  },
  ofTenant: {
    name: "dead-letters-of-tenant",
    text: `
SELECT * FROM dead_letters WHERE queue = $1 AND tenant_id = $4 AND number > $2 ORDER BY number LIMIT $3`,
  },
};

const FIND_DEAD_LETTER: Statement = {
  name: "find-dead-letter",
  text: "SELECT * FROM dead_letters WHERE queue = $1 AND id = $2 ORDER BY number DESC LIMIT 1",
};

const REPLAY: Statement = { name: "replay", text: "SELECT replay($1, $2, $3, $4, $5, $6) AS replayed" };

const ERASE: Statement = { name: "erase-contacts", text: "SELECT erase_contacts($1, $2, $3) AS erased" };

const PRUNE_DEAD_LETTERS: Statement = {
  name: "prune-dead-letters",
  text: `
DELETE FROM dead_letters WHERE queue = $1 AND number IN (
  SELECT number FROM dead_letters
  WHERE queue = $1 AND died_at_ms < (SELECT now_ms()) - $2::bigint ORDER BY died_at_ms LIMIT $3
  FOR UPDATE SKIP LOCKED
) RETURNING 1`,
};

const COUNTS: Statement = {
  name: "counts",
  text: `
SELECT
  (SELECT coalesce(sum(waiting), 0) FROM lines WHERE queue = $1) AS pending,
  (SELECT count(*) FROM dead_letters WHERE queue = $1) AS dead,
  (SELECT count(*) FROM tenant_schedules WHERE queue = $1 AND next_probe_at_ms IS NOT NULL) AS paused_tenants,
  (SELECT count(*) FROM tenant_schedules WHERE queue = $1 AND held_since_ms IS NOT NULL) AS held_tenants,
  (SELECT min(head_enqueued_at_ms) FROM lines WHERE queue = $1) AS oldest_enqueued_at_ms`,
};

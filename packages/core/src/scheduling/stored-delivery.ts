import type {
  ClaimedDelivery,
  DeadLetter,
  DeadReason,
  Delivery,
  QueuedDelivery,
  WaitReason,
} from "../domain/delivery.js";
import type { Mapping } from "../domain/mapping.js";
import { traceIn } from "../domain/trace-context.js";
import type { HeadOfLine, ScheduledClaim } from "./delivery-schedule.js";

/** A delivery as an adapter with a `DeliverySchedule` stores it, and the steps of its life, the same for each of them. */
export interface StoredDelivery<Body> {
  readonly delivery: QueuedDelivery<Body>;
  readonly dueAtMs: number;
  readonly floorAtMs: number;
}

export function newlyQueued<Body>(
  delivery: Delivery<Body>,
  isFirst: boolean,
  nowMs: number,
): StoredDelivery<Body> {
  const { id, identity, tenantId, contact, generation, body, trace } = delivery;
  return {
    delivery: {
      id,
      identity,
      tenantId,
      contact,
      generation,
      body,
      isFirst,
      replayed: false,
      enqueuedAtMs: nowMs,
      attempts: 0,
      countedAttempts: 0,
      refusals: 0,
      ...traceIn(trace),
    },
    dueAtMs: nowMs,
    floorAtMs: 0,
  };
}

export function afterFailedAttempt<Body>(
  { delivery }: StoredDelivery<Body>,
  attempt: {
    readonly cause: "unreachable" | "refused";
    readonly error: string;
    readonly wasProbe: boolean;
    readonly delayMs: number;
    readonly floorMs?: number;
  },
  nowMs: number,
): StoredDelivery<Body> {
  return {
    delivery: {
      ...withoutWait(delivery),
      attempts: delivery.attempts + 1,
      countedAttempts: delivery.countedAttempts + (attempt.wasProbe ? 0 : 1),
      refusals: delivery.refusals + (attempt.cause === "refused" ? 1 : 0),
      lastError: attempt.error,
    },
    dueAtMs: nowMs + attempt.delayMs,
    floorAtMs: attempt.floorMs === undefined ? 0 : nowMs + attempt.floorMs,
  };
}

/** Put off without an attempt. Not even the end of its tenant's pause makes it due before. */
export function afterPostponement<Body>(
  { delivery }: StoredDelivery<Body>,
  { delayMs, waitingFor }: { readonly delayMs: number; readonly waitingFor: WaitReason },
  nowMs: number,
): StoredDelivery<Body> {
  return { delivery: { ...delivery, waitingFor }, dueAtMs: nowMs + delayMs, floorAtMs: nowMs + delayMs };
}

/** `attempted`: whether it dies by an attempt just made, which then counts. */
export function asDeadLetter<Body>(
  { delivery }: StoredDelivery<Body>,
  death: { readonly reason: DeadReason; readonly attempted: boolean; readonly error?: string },
  nowMs: number,
): DeadLetter<Body> {
  const error = death.error ?? delivery.lastError;
  return {
    ...withoutWait(delivery),
    attempts: delivery.attempts + (death.attempted ? 1 : 0),
    ...(error === undefined ? {} : { lastError: error }),
    reason: death.reason,
    diedAtMs: nowMs,
  };
}

/**
 * The dead letter back in the queue, in the line of who holds the contact now. In its own line it stays the first
 * where it was; in another it is the first only where nothing was queued there before.
 */
export function asReplayed<Body>(
  dead: DeadLetter<Body>,
  { tenantId, contact, generation }: Pick<Mapping, "tenantId" | "contact" | "generation">,
  { hasBegun }: { readonly hasBegun: boolean },
  nowMs: number,
): StoredDelivery<Body> {
  const { id, identity, body, trace } = dead;
  const isFirst = dead.generation === generation ? dead.isFirst : !hasBegun;
  const { delivery, ...times } = newlyQueued(
    { id, identity, tenantId, contact, generation, body, ...traceIn(trace) },
    isFirst,
    nowMs,
  );
  return { delivery: { ...delivery, replayed: true }, ...times };
}

export function asClaim<Body>(
  { delivery }: StoredDelivery<Body>,
  { token, probeNumber, othersSucceed }: ScheduledClaim,
  ageMs: number,
): ClaimedDelivery<Body> {
  return { ...delivery, leaseToken: token, ageMs, probeNumber, othersSucceed };
}

export function asHeadOfLine<Body>({ delivery, dueAtMs, floorAtMs }: StoredDelivery<Body>): HeadOfLine {
  const { generation, tenantId, enqueuedAtMs, attempts } = delivery;
  return { generation, tenantId, enqueuedAtMs, dueAtMs, floorAtMs, hasFailed: attempts > 0 };
}

function withoutWait<Body>(delivery: QueuedDelivery<Body>): QueuedDelivery<Body> {
  const { waitingFor, ...others } = delivery;
  return waitingFor === undefined ? delivery : others;
}

import type { ContactId } from "./contact-id.js";

import type { Generation } from "./mapping.js";
import type { TenantEvent } from "./tenant-event.js";
import type { TenantId } from "./tenant.js";
import type { TraceContext } from "./trace-context.js";

/**
 * One message on its way to one tenant. Deliveries of one generation form a line: the head is attempted,
 * the others wait behind it, whatever happens to it.
 */
export interface Delivery<Body = TenantEvent> {
  /** The same on every attempt and every replay: tenants recognise a repeat by it (`webhook-id`). */
  readonly id: string;
  /** See {@link InboundMessage.identity}. */
  readonly identity: string;
  readonly tenantId: TenantId;
  readonly contact: ContactId;
  readonly generation: Generation;
  readonly body: Body;
  /** What led to it, where that was traced. Kept through retries, death and replay. */
  readonly trace?: TraceContext;
}

/** What a head of line waits for though nothing about it failed. */
export type WaitReason =
  /** Its tenant has used up what it may send in this time. */
  | "tenant_limit"
  /** So has the shared number. */
  | "number_limit"
  /** An attempt was cut off, and whether it came through may still show. */
  | "confirmation"
  /** The file of the message is still being fetched. */
  | "media";

/** A delivery as the queue keeps it. */
export interface QueuedDelivery<Body = TenantEvent> extends Delivery<Body> {
  /** Whether it was the first queued under its generation. Survives replays. */
  readonly isFirst: boolean;
  readonly replayed: boolean;
  /** When it was taken in, or replayed: its age counts from here. */
  readonly enqueuedAtMs: number;
  /** Attempts made since then, and what the last one came to. */
  readonly attempts: number;
  /** Attempts that count against a message that fails while others of its tenant succeed: probes of a paused tenant do not. */
  readonly countedAttempts: number;
  /** Attempts that the handler answered with a refusal of this very message. */
  readonly refusals: number;
  readonly lastError?: string;
  /** Set while it is put off. */
  readonly waitingFor?: WaitReason;
}

/** A delivery taken from the queue for one attempt. */
export interface ClaimedDelivery<Body = TenantEvent> extends QueuedDelivery<Body> {
  /** Names this claim and no other; a settlement with another token is stale. */
  readonly leaseToken: string;
  /** Time since `enqueuedAtMs`, less the time in which its tenant was held. */
  readonly ageMs: number;
  /** Which probe of its tenant's pause this attempt is, from 1; 0 where the tenant is not paused. */
  readonly probeNumber: number;
  /** Whether the tenant took another contact's message since this delivery first failed. */
  readonly othersSucceed: boolean;
}

export type DeadReason =
  /** The handler refused it, three times. */
  | "refused"
  /** It kept failing while the tenant took other contacts' messages. */
  | "attempts_exhausted"
  /** It waited longer than allowed. */
  | "expired"
  /** A reply to a contact that asked for no more. */
  | "opted_out"
  /** The contact's mapping was removed or reassigned while it waited. */
  | "mapping_changed"
  /** The tenant was removed. */
  | "tenant_removed";

/** A delivery given up, with its content, until an admin replays it or it is pruned. */
export interface DeadLetter<Body = TenantEvent> extends QueuedDelivery<Body> {
  readonly reason: DeadReason;
  readonly diedAtMs: number;
}

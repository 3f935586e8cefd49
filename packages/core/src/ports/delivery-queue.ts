import type {
  ClaimedDelivery,
  DeadLetter,
  DeadReason,
  Delivery,
  QueuedDelivery,
  WaitReason,
} from "../domain/delivery.js";
import type { ContactId } from "../domain/contact-id.js";
import type { Generation, Mapping } from "../domain/mapping.js";
import type { TenantEvent } from "../domain/tenant-event.js";
import type { TenantId } from "../domain/tenant.js";

/**
 * Deliveries in lines, one line per generation (so per contact and tenant): strictly first in, first out,
 * across retries, leases and restarts. Every write is durable when its promise resolves, or rejects with
 * `StorageUnavailableError` and has not happened. Times and leases are measured by the engine's clock.
 */
export interface DeliveryQueue<Body = TenantEvent> {
  /**
   * Puts the delivery at the end of its line, unless its identity is known: idempotent by identity, for as
   * long as the duplicate memory reaches. `first` is answered for exactly one delivery of a generation.
   */
  enqueue(delivery: Delivery<Body>): Promise<EnqueueOutcome>;

  /** Which tenant got the message with this identity, if it was enqueued within the duplicate memory. */
  recall(identity: string): Promise<TenantId | undefined>;

  /**
   * Takes heads of line that are due, of tenants neither held nor at their limit, in turn over the tenants.
   * A claim that is not settled within its lease is void and its delivery is claimable again.
   *
   * A paused tenant gives a probe when one is due, of the contact that was tried longest ago: after the last one
   * failed, or, where that is still under way, `LONGEST_PROBE_INTERVAL_MS` after it began.
   */
  claimDue(request: ClaimRequest): Promise<ClaimResult<Body>>;

  /**
   * Ends a claim. A stale claim (its lease ran out, or it was settled) changes nothing and says so.
   *
   * Here a tenant's pause begins and ends: it begins when `shouldPause` says so after a settlement as
   * unreachable, persists, and ends when a claim of the tenant is settled as delivered or refused; then all
   * that waits for the tenant is due at once. While fewer contacts fail than `FAILING_CONTACTS_TO_PAUSE`, a
   * contact that was not tried yet is due as a probe at once, so that one bad message stops nobody else.
   */
  settle(claim: ClaimedDelivery<Body>, settlement: Settlement): Promise<SettleResult>;

  /** Stops all claims for the tenant and its deliveries' age clock. Persists. Idempotent. */
  holdTenant(tenantId: TenantId): Promise<void>;

  /** Ends a hold. Idempotent. */
  releaseTenant(tenantId: TenantId): Promise<void>;

  /** Tenants that are held, with deliveries or without. */
  heldTenants(): Promise<readonly TenantId[]>;

  /** Tenants that are paused: they get probes only. */
  pausedTenants(): Promise<readonly TenantId[]>;

  /** Makes every delivery that waits under the generation a dead letter. One that is claimed ends as its settlement says. Answers how many. */
  retire(generation: Generation, reason: DeadReason): Promise<number>;

  /**
   * Lets the line wait until all that waits in the other one, or is claimed, is gone: until then its heads are not
   * claimed. For a contact whose locks were merged. Survives a restart. Idempotent; nothing where the other line is
   * empty, or waits for this one itself.
   */
  follow(order: LineOrder): Promise<void>;

  /** Makes deliveries older than `maxAgeMs`, and those waiting for longer than `maxHeldAgeMs` at held tenants, dead letters. Answers how many. */
  expire(limits: { readonly maxAgeMs: number; readonly maxHeldAgeMs: number }): Promise<number>;

  /** Deliveries that wait or are claimed; those of one line in its order. What comes or goes between two pages hides no other. */
  pending(page: PageRequest): Promise<Page<QueuedDelivery<Body>>>;

  deadLetters(page: PageRequest): Promise<Page<DeadLetter<Body>>>;
  findDeadLetter(id: string): Promise<DeadLetter<Body> | undefined>;

  /**
   * Puts a dead letter at the end of the line of the mapping given: same id, attempts and age from zero,
   * `replayed`. Answers false where there is no such dead letter (any more).
   */
  replay(id: string, mapping: Pick<Mapping, "tenantId" | "contact" | "generation">): Promise<boolean>;

  /**
   * Removes what waits, is claimed or is dead of the contacts and was taken in, or replayed, by then: nothing stays of
   * it but its identity in the duplicate memory. The settlement of one that is claimed is stale. Answers how many.
   */
  erase(request: EraseRequest): Promise<number>;

  /** Removes dead letters older than that. Answers how many. */
  pruneDeadLetters(olderThanMs: number): Promise<number>;

  counts(): Promise<QueueCounts>;

  /** Calls back whenever there may be something new to claim. Answers how to stop that. */
  onWork(listener: () => void): () => void;

  close(): Promise<void>;
}

export type EnqueueOutcome =
  { readonly kind: "first" | "enqueued" } | { readonly kind: "duplicate"; readonly tenantId: TenantId };

/** Two lines of one tenant. */
export interface LineOrder {
  readonly tenantId: TenantId;
  readonly line: Generation;
  readonly behind: Generation;
}

export interface EraseRequest {
  /** All names of one contact. */
  readonly contacts: readonly ContactId[];
  readonly untilMs: number;
}

export interface ClaimRequest {
  readonly limit: number;
  /** Claims one tenant may have at a time, those made before included. */
  readonly perTenantLimit: number;
  readonly leaseMs: number;
}

export interface ClaimResult<Body = TenantEvent> {
  readonly claims: readonly ClaimedDelivery<Body>[];
  /** When to ask again though nothing new came, in ms from now: a retry, probe or lease falls due then. */
  readonly nextDueInMs: number | undefined;
}

export type Settlement =
  | { readonly kind: "delivered" }
  /**
   * Again after `delayMs`, or, where the tenant is paused, when a probe's turn comes to it, the next probe
   * being due after `delayMs` and at most `LONGEST_PROBE_INTERVAL_MS`. Never before `floorMs` (a tenant's
   * `Retry-After`), not even when a pause ends.
   */
  | {
      readonly kind: "retry";
      readonly cause: "unreachable" | "refused";
      readonly delayMs: number;
      readonly floorMs?: number;
      readonly error: string;
    }
  | { readonly kind: "dead"; readonly reason: DeadReason; readonly error?: string }
  /** No attempt was made, nor is one to be made before `delayMs`: back to the head of its line, with what it waits for. */
  | { readonly kind: "postponed"; readonly delayMs: number; readonly waitingFor: WaitReason }
  /** No attempt was made: back to the head of its line. */
  | { readonly kind: "released" };

export interface SettleResult {
  readonly stale: boolean;
  /** What the settlement did to its tenant's pause. */
  readonly pause?: "paused" | "resumed";
}

export interface PageRequest {
  readonly limit: number;
  /** The `nextCursor` of the page before, of the same list; another one is a `BadCursorError`. */
  readonly cursor?: string;
  readonly tenantId?: TenantId;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | undefined;
}

export interface QueueCounts {
  readonly pending: number;
  readonly dead: number;
  readonly pausedTenants: number;
  readonly heldTenants: number;
  /** When the delivery that waits longest was taken in, or replayed; `undefined` where none waits. */
  readonly oldestEnqueuedAtMs: number | undefined;
}

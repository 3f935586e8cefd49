import assert from "node:assert/strict";
import type { ClaimedDelivery, Delivery } from "../domain/delivery.js";
import type { Mapping } from "../domain/mapping.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { DeliveryQueueHarness } from "./delivery-queue-contract.js";
import { aDelivery, aMapping, aTenantId } from "./builders.js";

/** One step: what to do, and two numbers to choose with. A runner's random source makes them up. */
export type ModelStep = readonly [action: number, choice: number, amount: number];

const TENANTS = 3;
const CONTACTS = 6;
const PER_TENANT_LIMIT = 2;
const LEASE_MS = 40_000;
const LONGEST_DRAIN_ROUNDS = 2_000;

interface ModelLine {
  readonly mapping: Mapping;
  /** What waits, in order; the head may be claimed. */
  readonly waiting: Delivery[];
  begun: boolean;
}

/**
 * Takes the queue through the steps beside a model so simple that it can't be wrong, and compares: what is
 * claimed is always the head of its line and never claimed twice, limits and holds are kept, probes are for paused
 * tenants only, and in the end each delivery was delivered or given up exactly once.
 */
export async function checkDeliveryQueueAgainstModel(
  harness: DeliveryQueueHarness,
  steps: readonly ModelStep[],
): Promise<void> {
  const model = new DeliveryQueueModel(harness);
  for (const step of steps) await model.take(step);
  await model.drain();
}

class DeliveryQueueModel {
  private readonly lines: ModelLine[] = Array.from({ length: CONTACTS }, (_, index) => ({
    mapping: aMapping({ tenantId: aTenantId((index % TENANTS) + 1) }),
    waiting: [],
    begun: false,
  }));
  private readonly enqueued: Delivery[] = [];
  private readonly delivered = new Set<string>();
  private readonly dead = new Set<string>();
  private readonly held = new Set<number>();
  private readonly paused = new Set<number>();
  private claims: { readonly claim: ClaimedDelivery; readonly untilMs: number }[] = [];
  private queue: DeliveryQueue;

  constructor(private readonly harness: DeliveryQueueHarness) {
    this.queue = harness.queue;
  }

  async take([action, choice, amount]: ModelStep): Promise<void> {
    const line = this.lines[choice % CONTACTS]!;
    const tenantId = line.mapping.tenantId;
    switch (action % 12) {
      case 0:
      case 1:
      case 2:
        return this.enqueue(line);
      case 3:
        return this.enqueueAgain(choice);
      case 4:
      case 5:
        return this.claim((amount % 5) + 1);
      case 6:
        return this.settle(choice, "delivered");
      case 7:
        return this.settle(choice, (["unreachable", "refused", "dead", "released"] as const)[amount % 4]!);
      case 8:
        return this.advance(amount * 1_000);
      case 9:
        if (this.held.has(tenantId)) {
          await this.queue.releaseTenant(tenantId);
          this.held.delete(tenantId);
          this.forgetPauseOfIdleTenants();
        } else {
          await this.queue.holdTenant(tenantId);
          this.held.add(tenantId);
        }
        return;
      case 10:
        return amount % 4 === 0 ? this.retire(line) : this.replay(line);
      default:
        return amount % 8 === 0 ? this.reopen() : undefined;
    }
  }

  /** Everything is let go and taken: nothing may be left, nothing may come twice. */
  async drain(): Promise<void> {
    for (const tenantId of this.held) await this.queue.releaseTenant(aTenantId(tenantId));
    this.held.clear();
    for (let round = 0; this.lines.some((line) => line.waiting.length > 0); round += 1) {
      assert.ok(round < LONGEST_DRAIN_ROUNDS, "what waits is never due");
      await this.claim(100);
      if (this.claims.length === 0) await this.advance(20_000);
      while (this.claims.length > 0) await this.settle(0, "delivered");
    }
    const { pending, dead } = await this.queue.counts();
    assert.deepEqual({ pending, dead }, { pending: 0, dead: this.dead.size });
    for (const { id } of this.enqueued) {
      assert.ok(
        this.delivered.has(id) !== this.dead.has(id),
        `${id} was neither delivered nor given up, or both`,
      );
    }
  }

  private async enqueue(line: ModelLine): Promise<void> {
    const delivery = aDelivery(line.mapping);
    assert.deepEqual(await this.queue.enqueue(delivery), { kind: line.begun ? "enqueued" : "first" });
    line.begun = true;
    line.waiting.push(delivery);
    this.enqueued.push(delivery);
  }

  private async enqueueAgain(choice: number): Promise<void> {
    const known = this.enqueued[choice % Math.max(1, this.enqueued.length)];
    if (known === undefined) return;
    const outcome = await this.queue.enqueue({
      ...aDelivery(this.lines[0]!.mapping),
      identity: known.identity,
    });
    assert.deepEqual(outcome, { kind: "duplicate", tenantId: known.tenantId });
  }

  private async claim(limit: number): Promise<void> {
    this.forgetExpiredClaims();
    const { claims } = await this.queue.claimDue({
      limit,
      perTenantLimit: PER_TENANT_LIMIT,
      leaseMs: LEASE_MS,
    });
    assert.ok(claims.length <= limit);
    for (const claim of claims) {
      const line = this.lineOf(claim);
      assert.equal(line.waiting[0]?.id, claim.id, "what is claimed is not the head of its line");
      assert.ok(!this.claims.some((other) => other.claim.id === claim.id), "claimed twice");
      assert.ok(!this.held.has(claim.tenantId), "the tenant is held");
      assert.equal(claim.probeNumber > 0, this.paused.has(claim.tenantId), "probes are for paused tenants");
      this.claims.push({ claim, untilMs: this.harness.nowMs() + LEASE_MS });
      const ofTenant = this.claims.filter((other) => other.claim.tenantId === claim.tenantId);
      assert.ok(ofTenant.length <= PER_TENANT_LIMIT, "too many claims of one tenant");
    }
  }

  private async settle(
    choice: number,
    how: "delivered" | "unreachable" | "refused" | "dead" | "released",
  ): Promise<void> {
    this.forgetExpiredClaims();
    const [chosen] = this.claims.splice(choice % Math.max(1, this.claims.length), 1);
    if (chosen === undefined) return;
    const { claim } = chosen;
    const result = await this.queue.settle(
      claim,
      how === "unreachable" || how === "refused"
        ? { kind: "retry", cause: how, delayMs: 5_000, error: "HTTP 500" }
        : how === "dead"
          ? { kind: "dead", reason: "refused", error: "HTTP 422" }
          : { kind: how },
    );
    assert.equal(result.stale, false);
    if (result.pause === "paused") this.paused.add(claim.tenantId);
    if (result.pause === "resumed") this.paused.delete(claim.tenantId);
    const { waiting } = this.lineOf(claim);
    if (how === "delivered" || how === "dead") assert.equal(waiting.shift()?.id, claim.id);
    if (how === "delivered") {
      assert.ok(!this.delivered.has(claim.id), "delivered twice");
      this.delivered.add(claim.id);
    }
    if (how === "dead") this.dead.add(claim.id);
    this.forgetPauseOfIdleTenants();
  }

  private async retire(line: ModelLine): Promise<void> {
    this.forgetExpiredClaims();
    const isClaimed = this.claims.some(({ claim }) => claim.generation === line.mapping.generation);
    const retired = line.waiting.splice(isClaimed ? 1 : 0);
    assert.equal(await this.queue.retire(line.mapping.generation, "mapping_changed"), retired.length);
    for (const { id } of retired) this.dead.add(id);
    this.forgetPauseOfIdleTenants();
  }

  private async replay(line: ModelLine): Promise<void> {
    const id = [...this.dead][0];
    if (id === undefined) return;
    assert.equal(await this.queue.replay(id, line.mapping), true);
    this.dead.delete(id);
    line.begun = true;
    line.waiting.push(this.enqueued.find((delivery) => delivery.id === id)!);
  }

  private async reopen(): Promise<void> {
    if (this.harness.reopen === undefined) return;
    this.queue = await this.harness.reopen();
    // Claims die with their process.
    this.claims = [];
  }

  private async advance(byMs: number): Promise<void> {
    await this.harness.advance(byMs);
    this.forgetExpiredClaims();
  }

  private forgetExpiredClaims(): void {
    this.claims = this.claims.filter(({ untilMs }) => untilMs > this.harness.nowMs());
  }

  /** Where nothing waits, there is nothing to pause. */
  private forgetPauseOfIdleTenants(): void {
    for (const tenantId of this.paused) {
      if (this.held.has(tenantId)) continue;
      const waits = this.lines.some((line) => line.mapping.tenantId === tenantId && line.waiting.length > 0);
      if (!waits) this.paused.delete(tenantId);
    }
  }

  private lineOf({ generation }: ClaimedDelivery): ModelLine {
    const line = this.lines.find(({ mapping }) => mapping.generation === generation);
    assert.ok(line !== undefined, "claimed from a line that nobody made");
    return line;
  }
}

import type { Tenant } from "../domain/tenant.js";
import { textOf } from "./builders.js";
import type { DispatchResult, DueDelivery, TenantDispatcher } from "../ports/tenant-dispatcher.js";

/** A dispatcher whose tenants behave as a test says. Keeps every attempt. */
export class ScriptedDispatcher implements TenantDispatcher {
  readonly attempts: { readonly tenant: Tenant; readonly delivery: DueDelivery }[] = [];
  private readonly waiters = new Set<{ readonly count: number; readonly resolve: () => void }>();

  constructor(
    public answer: (
      delivery: DueDelivery,
      signal: AbortSignal,
    ) => DispatchResult | Promise<DispatchResult> = () => ({
      kind: "accepted",
      replies: [],
    }),
  ) {}

  async dispatch(tenant: Tenant, delivery: DueDelivery, signal: AbortSignal): Promise<DispatchResult> {
    this.attempts.push({ tenant, delivery });
    for (const waiter of this.waiters) {
      if (this.attempts.length >= waiter.count) {
        this.waiters.delete(waiter);
        waiter.resolve();
      }
    }
    return this.answer(delivery, signal);
  }

  /** The texts attempted so far. */
  get texts(): (string | undefined)[] {
    return this.attempts.map(({ delivery }) => textOf(delivery.body));
  }

  /** Resolves when that many attempts have been made in all. */
  async attempted(count: number): Promise<void> {
    if (this.attempts.length >= count) return;
    await new Promise<void>((resolve) => this.waiters.add({ count, resolve }));
  }
}

import type { Settlement } from "../ports/delivery-queue.js";
import { aDelivery, aMapping, aTenantId } from "../testing/builders.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { ManualClock } from "../testing/manual-clock.js";
import { ReadTenantHealth } from "./read-tenant-health.js";

const TENANT = aTenantId(2);

function house() {
  const clock = new ManualClock();
  const { deliveries } = new InMemoryStorage({ clock });
  return {
    clock,
    deliveries,
    health: new ReadTenantHealth({ queue: deliveries }),
    attempted: async (settlement: Settlement): Promise<void> => {
      await deliveries.enqueue(aDelivery(aMapping({ tenantId: TENANT })));
      const { claims } = await deliveries.claimDue({ limit: 1, perTenantLimit: 10, leaseMs: 1_000 });
      await deliveries.settle(claims[0]!, settlement);
    },
  };
}

describe("ReadTenantHealth", () => {
  it("of a tenant that nothing came for is quiet, and knows of no error", async () => {
    const { health } = house();
    expect(await health.execute(TENANT)).toMatchObject({ state: "quiet", lastError: undefined });
  });

  it("tells the error of what was given up last where nothing that waits failed", async () => {
    const { health, attempted, clock } = house();
    await attempted({ kind: "dead", reason: "refused", error: "HTTP 415" });
    clock.advance(1_000);
    await attempted({ kind: "dead", reason: "refused", error: "HTTP 422" });
    expect(await health.execute(TENANT)).toMatchObject({
      ...{ state: "quiet", dead: { count: 2, isMore: false }, lastError: "HTTP 422" },
    });
  });

  it("says of a tenant that failed for several contacts that it is paused", async () => {
    const { health, attempted } = house();
    const unreachable = { kind: "retry", cause: "unreachable", delayMs: 1_000, error: "HTTP 503" } as const;
    for (let count = 0; count < 3; count += 1) await attempted(unreachable);
    expect(await health.execute(TENANT)).toMatchObject({ state: "paused", lastError: "HTTP 503" });
  });

  it("tells the error of what waits before that of what was given up", async () => {
    const { health, attempted, deliveries } = house();
    await attempted({ kind: "dead", reason: "refused", error: "HTTP 422" });
    // Of another contact: where all that wait fail, the tenant is paused.
    await deliveries.enqueue(aDelivery(aMapping({ tenantId: TENANT })));
    await attempted({ kind: "retry", cause: "unreachable", delayMs: 1_000, error: "HTTP 503" });
    expect(await health.execute(TENANT)).toMatchObject({
      ...{ state: "failing", waiting: { count: 2, isMore: false }, lastError: "HTTP 503" },
    });
  });
});

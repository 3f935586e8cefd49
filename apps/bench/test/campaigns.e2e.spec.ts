import {
  crashCampaign,
  diskFullCampaign,
  isCrashCampaignFaultless,
  isDiskFullFaultless,
  isTenantChaosFaultless,
  reportCrashCampaign,
  reportDiskFull,
  reportTenantChaos,
  tenantChaosCampaign,
} from "@gateway-router/bench";

/** Shows the whole table where something is wrong. */
function expectFaultless(isFaultless: boolean, report: string): void {
  expect(isFaultless ? "faultless" : report).toBe("faultless");
}

describe("campaigns, in short", () => {
  it("crash: ten times kill -9 under load lose, double and overtake nothing", async () => {
    const result = await crashCampaign({ rounds: 10, seed: 1 });
    expectFaultless(isCrashCampaignFaultless(result), reportCrashCampaign(result));
    expect(result.acknowledged).toBeGreaterThan(100);
  }, 240_000);

  it("tenant-chaos: handlers that go wrong in every way cost no message", async () => {
    const result = await tenantChaosCampaign({ durationMs: 4_000, seed: 2 });
    expectFaultless(isTenantChaosFaultless(result), reportTenantChaos(result));
    expect(result.misbehaviours.size).toBeGreaterThan(5);
  }, 240_000);

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot(
    "disk-full: webhooks are answered 503 while the disk is full, and taken again when there is room",
    async () => {
      const result = await diskFullCampaign({ rounds: 2, seed: 3 });
      expectFaultless(isDiskFullFaultless(result), reportDiskFull(result));
    },
    240_000,
  );
});

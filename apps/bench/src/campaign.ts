import { parseArgs } from "node:util";
import { crashCampaign, isCrashCampaignFaultless, reportCrashCampaign } from "./campaigns/crash.js";
import { diskFullCampaign, isDiskFullFaultless, reportDiskFull } from "./campaigns/disk-full.js";
import { isTenantChaosFaultless, reportTenantChaos, tenantChaosCampaign } from "./campaigns/tenant-chaos.js";

const USAGE = `Usage: npm run campaign -- <campaign> [--rounds N] [--seconds N] [--seed N]

  crash         kill -9 under load, again and again           (--rounds, 200)
  disk-full     the disk fills up under load and is freed     (--rounds, 5)
  tenant-chaos  handlers that go wrong in every way           (--seconds, 20)

Each prints a table and ends with 0 where no acknowledged message was lost, doubled to another tenant or
overtaken, with 1 otherwise. The same seed makes the same chances.
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string" }, seconds: { type: "string" }, seed: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 100_000);

switch (positionals[0]) {
  case "crash": {
    const result = await crashCampaign({ rounds: Number(values.rounds ?? 200), seed });
    finish(reportCrashCampaign(result), isCrashCampaignFaultless(result));
    break;
  }
  case "disk-full": {
    const result = await diskFullCampaign({ rounds: Number(values.rounds ?? 5), seed });
    finish(reportDiskFull(result), isDiskFullFaultless(result));
    break;
  }
  case "tenant-chaos": {
    const result = await tenantChaosCampaign({ durationMs: Number(values.seconds ?? 20) * 1_000, seed });
    finish(reportTenantChaos(result), isTenantChaosFaultless(result));
    break;
  }
  case undefined:
  default:
    process.stderr.write(USAGE);
    process.exitCode = 2;
}

function finish(report: string, isFaultless: boolean): void {
  process.stdout.write(`${report}  seed ${seed}\n`);
  process.exitCode = isFaultless ? 0 : 1;
}

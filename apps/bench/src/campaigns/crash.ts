import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CampaignHouse } from "../campaign-house.js";
import { reconcile, type Reconciliation } from "../reconcile.js";
import { isFaultless, median, reconciliationRows, table } from "../report.js";
import { wellBehaved } from "../tenant-farm.js";

export interface CrashCampaignOptions {
  readonly rounds: number;
  readonly seed: number;
}

export interface CrashCampaignResult extends Reconciliation {
  readonly kills: number;
  readonly unloadableFiles: number;
  readonly deadLetters: number;
  readonly recoveryMs: readonly number[];
}

const TENANTS = 6;
const CONTACTS_PER_ROUND = 3;
const FIRST_CONTACTS = 20;
/** Past this, the oldest contacts fall silent, so that a round's load stays what it is. */
const MOST_CONTACTS_WRITING = 40;

/** A gateway under load is killed at random moments, started again, and in the end every message is accounted for. */
export async function crashCampaign({ rounds, seed }: CrashCampaignOptions): Promise<CrashCampaignResult> {
  const house = await CampaignHouse.open({
    seed,
    tenants: TENANTS,
    settings: { DELIVERY_TIMEOUT_MS: "1000" },
  });
  try {
    const { random, gateway, farm } = house;
    // One in twelve attempts fails, one way or another.
    farm.behaviour = (request) => {
      if (!random.happens(1 / 12)) return wellBehaved(request);
      if (random.happens(0.5)) request.response.writeHead(503).end();
      else request.response.destroy();
      return false;
    };
    for (let count = 0; count < FIRST_CONTACTS; count += 1) house.addContact(2);
    const recoveryMs: number[] = [];
    let unloadableFiles = 0;
    for (let round = 0; round < rounds; round += 1) {
      recoveryMs.push(await gateway.start());
      for (let count = 0; count < CONTACTS_PER_ROUND; count += 1) house.addContact(2);
      const writing = house.conversations.slice(-MOST_CONTACTS_WRITING);
      const running = writing.map((conversation) => conversation.run());
      await sleep(random.between(20, 700));
      await gateway.kill();
      for (const conversation of writing) conversation.pause();
      await Promise.all(running);
      if (!(await isLoadable(join(house.dataDir, "user_tenant_mapping.json")))) unloadableFiles += 1;
    }
    recoveryMs.push(await gateway.start());
    farm.behaviour = wellBehaved;
    await house.settled();
    const deadLetters = await house.deadLetters();
    await gateway.stop();
    return {
      ...reconcile(house.acknowledged, farm.arrivals),
      kills: rounds,
      unloadableFiles,
      deadLetters,
      recoveryMs,
    };
  } finally {
    await house.close();
  }
}

export function isCrashCampaignFaultless(result: CrashCampaignResult): boolean {
  return isFaultless(result) && result.unloadableFiles === 0 && result.deadLetters === 0;
}

export function reportCrashCampaign(result: CrashCampaignResult): string {
  return table(`campaign crash: ${result.kills} × kill -9 under load`, [
    ...reconciliationRows(result),
    ["mapping files that do not load", result.unloadableFiles],
    ["dead letters", result.deadLetters],
    ["start until it answers, median", `${Math.round(median(result.recoveryMs))} ms`],
    ["start until it answers, longest", `${Math.round(Math.max(...result.recoveryMs))} ms`],
  ]);
}

/** Whether the file is whole: absent (killed before the first one was written), or an object of tenants by contact. */
async function isLoadable(path: string): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
  try {
    const mapping = JSON.parse(text) as Record<string, unknown>;
    return Object.values(mapping).every((tenantId) => Number.isInteger(tenantId));
  } catch {
    return false;
  }
}

import { execFile } from "node:child_process";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { CampaignHouse } from "../campaign-house.js";
import { reconcile, type Reconciliation } from "../reconcile.js";
import { isFaultless, reconciliationRows, table } from "../report.js";
import { wellBehaved } from "../tenant-farm.js";

export interface DiskFullOptions {
  readonly rounds: number;
  readonly seed: number;
}

export interface DiskFullResult extends Reconciliation {
  readonly rounds: number;
  /** Webhooks answered with 503, so that WAHA sends them again. */
  readonly turnedAway: number;
  /** Webhooks that got no answer, or one that is neither 200 nor 503. */
  readonly otherAnswers: number;
  readonly deadLetters: number;
  /** Whether the gateway lived through all of it without a restart. */
  readonly survived: boolean;
}

const run = promisify(execFile);
const DISK_MB = 16;
const CONTACTS = 20;
const FULL_TIMEOUT_MS = 60_000;

/** The disk fills up under load and is freed again; what was acknowledged must be there, and nothing need be restarted. */
export async function diskFullCampaign({ rounds, seed }: DiskFullOptions): Promise<DiskFullResult> {
  const disk = await SmallDisk.mount();
  try {
    const house = await CampaignHouse.open({ seed, tenants: 4, dataDir: join(disk.folder, "data") });
    try {
      return await fillAndFree(house, disk, rounds);
    } finally {
      await house.close();
    }
  } finally {
    await disk.unmount();
  }
}

export function isDiskFullFaultless(result: DiskFullResult): boolean {
  const { survived, turnedAway, otherAnswers, deadLetters } = result;
  return isFaultless(result) && survived && turnedAway > 0 && otherAnswers === 0 && deadLetters === 0;
}

export function reportDiskFull(result: DiskFullResult): string {
  return table(`campaign disk-full: a disk of ${DISK_MB} MB filled and freed ${result.rounds} times`, [
    ...reconciliationRows(result),
    ["webhooks answered 503 meanwhile", result.turnedAway],
    ["webhooks answered otherwise, or not at all", result.otherAnswers],
    ["dead letters", result.deadLetters],
    ["the gateway lived through it", result.survived ? "yes" : "no"],
  ]);
}

async function fillAndFree(house: CampaignHouse, disk: SmallDisk, rounds: number): Promise<DiskFullResult> {
  const { farm, gateway } = house;
  await gateway.start();
  const { pid } = gateway;
  for (let count = 0; count < CONTACTS; count += 1) house.addContact(2);
  for (let round = 0; round < rounds; round += 1) {
    // Handlers that are down let the queue grow, so that room is really needed.
    farm.behaviour = ({ response }) => {
      response.writeHead(503).end();
      return false;
    };
    const turnedAwayBefore = answersOf(house, 503);
    const running = house.conversations.map((conversation) => conversation.run());
    await sleep(200);
    await disk.fill();
    const untilMs = performance.now() + FULL_TIMEOUT_MS;
    while (
      answersOf(house, 503) < turnedAwayBefore + CONTACTS &&
      performance.now() < untilMs &&
      gateway.isRunning
    ) {
      await sleep(20);
      await disk.fill();
    }
    await disk.free();
    await sleep(300);
    for (const conversation of house.conversations) conversation.pause();
    await Promise.all(running);
    farm.behaviour = wellBehaved;
    await house.settled();
  }
  const deadLetters = await house.deadLetters();
  const survived = gateway.isRunning && gateway.pid === pid;
  await gateway.stop();
  const turnedAway = answersOf(house, 503);
  const all = house.conversations.flatMap(({ unanswered }) => [...unanswered.values()]);
  const otherAnswers = all.reduce((sum, count) => sum + count, 0) - turnedAway;
  return {
    ...reconcile(house.acknowledged, farm.arrivals),
    rounds,
    turnedAway,
    otherAnswers,
    deadLetters,
    survived,
  };
}

function answersOf({ conversations }: CampaignHouse, status: number): number {
  return conversations.reduce((sum, { unanswered }) => sum + (unanswered.get(status) ?? 0), 0);
}

/** A file system in memory with little room. Needs the right to mount. */
class SmallDisk {
  private constructor(readonly folder: string) {}

  static async mount(): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), "gateway-small-disk-"));
    try {
      await run("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m`, "tmpfs", folder]);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw new Error("This campaign mounts a small file system in memory, for which it must run as root", {
        cause: error,
      });
    }
    return new SmallDisk(folder);
  }

  /** Takes all the room there is. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    if (bavail === 0) return;
    const file = await open(join(this.folder, "filler"), "a");
    try {
      await file.write(Buffer.alloc(bavail * bsize));
    } catch (error) {
      // Somebody else was quicker: then the disk is as full as it should be.
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(join(this.folder, "filler"), { force: true });
  }

  async unmount(): Promise<void> {
    await run("umount", ["-l", this.folder]);
    await rm(this.folder, { recursive: true });
  }
}

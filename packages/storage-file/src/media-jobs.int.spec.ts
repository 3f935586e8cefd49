import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExponentialRetryPolicy, FetchMedia, randomIds, type MediaFetch } from "@gateway-router/core";
import {
  aFetchedFile,
  aMediaMessage,
  aTenantId,
  bytesOf,
  eventually,
  ManualClock,
  ScriptedMediaSource,
  silentLogger as logger,
} from "@gateway-router/core/testing";
import { openFileStorage, type FileStorage } from "./file-storage.js";

let dataDir: string;
let clock: ManualClock;
let storage: FileStorage;
let source: ScriptedMediaSource;
let fetching: FetchMedia | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "gateway-media-jobs-"));
  clock = new ManualClock();
  source = new ScriptedMediaSource();
  await open();
});

afterEach(async () => {
  await close();
  rmSync(dataDir, { recursive: true });
});

async function open(): Promise<void> {
  const settings = { duplicateMemoryDays: 7, backupKeepDays: 14 };
  storage = await openFileStorage({ dataDir, clock, ids: randomIds, logger, ...settings });
}

async function close(): Promise<void> {
  const stopped = fetching?.stop(0);
  clock.advance(1);
  await stopped;
  fetching = undefined;
  await storage.close();
}

function startFetching(): void {
  fetching = new FetchMedia({
    ...{ jobs: storage.mediaJobs, store: storage.media, mappings: storage.mappings, source, clock, logger },
    retryPolicy: new ExponentialRetryPolicy({ firstDelayMs: 1, longestDelayMs: 1, random: () => 0 }),
    limits: { concurrency: 4, perTenantConcurrency: 4, attemptTimeoutMs: 60_000 },
  });
  fetching.start();
}

async function takeIn(id: string): Promise<void> {
  const message = aMediaMessage({ id }, { sentAtMs: clock.nowMs() });
  await storage.intake.take({
    ...{ message, deliveryId: `msg_${id}`, holdIfUnmapped: false },
    proposal: {
      ...{ tenantId: aTenantId(2), generation: randomIds.generation(), lockedAtMs: clock.nowMs() },
    },
  });
}

const isFetched = async (id: string) => (await storage.media.outcome(id)) !== undefined;
const pendingJobs = async () => (await storage.mediaJobs.counts()).pending;

describe("files to be fetched, on disk", () => {
  it("a job is known through a restart, and fetched then", async () => {
    await takeIn("1");
    await close();
    await open();
    startFetching();
    await eventually(() => isFetched("1"));
    await eventually(async () => (await pendingJobs()) === 0);
    expect(source.asked).toEqual(["http://127.0.0.1:9/api/files/1"]);
  });

  it("a restart in the middle of a file fetches it again, and leaves nothing of the first try", async () => {
    source.answer = (): MediaFetch => ({
      kind: "fetched",
      content: (async function* () {
        yield bytesOf("half");
        await new Promise(() => undefined);
      })(),
    });
    startFetching();
    await takeIn("1");
    const files = () => readdirSync(join(dataDir, "media"));
    await eventually(() => files().some((file) => file.endsWith(".tmp")));
    await close();
    expect(files()).toEqual([]);
    await open();
    source.answer = () => aFetchedFile("whole");
    startFetching();
    await eventually(() => isFetched("1"));
    expect(await storage.media.outcome("1")).toMatchObject({ kind: "kept", sizeBytes: 5 });
    expect(files()).toHaveLength(2);
  });

  it("nothing is left in the records of jobs that are done but their identities", async () => {
    startFetching();
    for (let count = 0; count < 20; count += 1) await takeIn(String(count));
    await eventually(async () => (await pendingJobs()) === 0);
    for (const name of ["deliveries", "begun-generations", "dead-letters", "tenants"]) {
      expect([name, storage.environment.database(`media.${name}`).count()]).toEqual([name, 0]);
    }
  });
});

import { randomIds, systemClock } from "@gateway-router/core";
import { aDelivery, aMapping, aTenantId, eventually, RecordingLogger } from "@gateway-router/core/testing";
import { openFileStorage, type FileStorage } from "@gateway-router/storage-file";
import { House } from "./support/house.js";

const WAITING = 100_000;
const AT_ONCE = 10_000;
const TENANTS = 500;
const PROMISED_WITHIN_MS = 3_000;

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

function openStorage(): Promise<FileStorage> {
  return openFileStorage({
    ...{ dataDir: house.dataDir, clock: systemClock, ids: randomIds, logger: new RecordingLogger() },
    ...{ duplicateMemoryDays: 7, backupKeepDays: 14 },
  });
}

/** Does the work with the storage, and closes it whatever becomes of that. */
async function withStorage<Result>(use: (storage: FileStorage) => Promise<Result>): Promise<Result> {
  const storage = await openStorage();
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

/** As many deliveries as a long outage of every tenant leaves behind, of as many contacts. */
async function fill({ mappings, deliveries }: FileStorage): Promise<void> {
  const contacts = Array.from({ length: WAITING }, (_, index) =>
    aMapping({ tenantId: aTenantId((index % TENANTS) + 1), generation: randomIds.generation() }),
  );
  for (let from = 0; from < WAITING; from += AT_ONCE) {
    const some = contacts.slice(from, from + AT_ONCE);
    await Promise.all(some.map((mapping) => mappings.lock(mapping, Date.now())));
    await Promise.all(some.map((mapping) => deliveries.enqueue(aDelivery(mapping))));
  }
}

describe("a start with 100,000 waiting deliveries", () => {
  it("serves webhooks within 3 s, while every tenant is still down, and loses none", async () => {
    await withStorage(fill);
    house.tenants.isDown = true;

    const startedAtMs = performance.now();
    const gateway = await house.start();
    const answer = await gateway.say("971401234567", "start_realty_2", "AFTER_THE_OUTAGE");
    const tookMs = performance.now() - startedAtMs;

    expect(answer).toMatchObject({ status: 200, body: { status: "routed", tenant_id: 2 } });
    expect(tookMs).toBeLessThan(PROMISED_WITHIN_MS);
    await eventually(() => house.tenants.refusedConnections > 0);
    expect(await gateway.stop()).toBe(0);
    expect(await withStorage(({ deliveries }) => deliveries.counts())).toMatchObject({
      ...{ pending: WAITING + 1, dead: 0 },
    });
  }, 120_000);
});

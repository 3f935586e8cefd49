// Prints what look-ups, locks and claims cost with ever more mappings and waiting messages, and how much memory those take:
// `node packages/storage-redis/dist/testing/flatness.js [how many…]`, on a server of its own.
import { randomIds, systemClock, type ClaimedDelivery, type ContactId } from "@gateway-router/core";
import { aMessage, aTenantId, silentLogger } from "@gateway-router/core/testing";
import { openRedisStorage, type RedisStorage } from "../redis-storage.js";
import { startRedis } from "./redis-server.js";

const SIZES = [1_000, 10_000, 100_000];
const TENANTS = 1_000;
const MEASURED = 1_000;
const AT_ONCE = 256;
const CLAIM = { limit: 32, perTenantLimit: 10, leaseMs: 40_000 };

const contactOf = (number: number) => String(971_500_000_000 + number) as ContactId;

const lockOf = (number: number) => ({
  tenantId: aTenantId((number % TENANTS) + 1),
  generation: randomIds.generation(),
  lockedAtMs: Date.now(),
});

/** A contact's first link, or, where it is locked, one more message of it. */
function takeIn({ intake }: RedisStorage, number: number, hasLink: boolean) {
  return intake.take({
    message: aMessage({ identity: `flat/${number}`, contact: contactOf(number), sentAtMs: Date.now() }),
    deliveryId: randomIds.deliveryId(),
    ...(hasLink ? { proposal: lockOf(number) } : {}),
    holdIfUnmapped: false,
  });
}

async function forAll(from: number, to: number, act: (number: number) => Promise<unknown>): Promise<void> {
  let next = from;
  const walk = async () => {
    for (let number = next++; number < to; number = next++) await act(number);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walk));
}

/** One after the other: ms of the middle one, of the slowest but one in a hundred, and µs that scripts took in the engine. */
async function timesOf(
  { database }: RedisStorage,
  times: number,
  act: (index: number) => Promise<unknown>,
): Promise<string> {
  const taken: number[] = [];
  await database.call(["CONFIG", "RESETSTAT"]);
  for (let index = 0; index < times; index += 1) {
    const beganAt = performance.now();
    await act(index);
    taken.push(performance.now() - beganAt);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number) => taken[Math.floor(taken.length * share)]!.toFixed(2);
  const stats = String(await database.call(["INFO", "commandstats"]));
  const engineUs = Number(/^cmdstat_evalsha:.*usec_per_call=([\d.]+)/m.exec(stats)?.[1]).toFixed(0);
  return `${at(0.5)} / ${at(0.99)} / ${engineUs}`;
}

async function memoryOf({ database }: RedisStorage): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(String(await database.call(["INFO", "memory"])))?.[1]);
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2).map(Number);
  const sizes = asked.length > 0 ? asked : SIZES;
  const server = await startRedis();
  if (server === undefined) return;
  const storage = await openRedisStorage({
    ...{ url: server.url, clock: systemClock, logger: silentLogger, duplicateMemoryDays: 7 },
  });
  const { mappings, deliveries } = storage;
  try {
    process.stdout.write(
      "ms of the middle one / of 99 in 100 / µs of a script in the engine\n" +
        "mappings and waiting messages | look-up | lock and queue | claim of 32 | settle | bytes of a mapping | of a message\n",
    );
    let filled = 0;
    for (const size of sizes) {
      const beforeBytes = await memoryOf(storage);
      await forAll(filled, size, (number) =>
        mappings.lock({ ...lockOf(number), contact: contactOf(number) }, Date.now()),
      );
      const lockedBytes = await memoryOf(storage);
      await forAll(filled, size, (number) => takeIn(storage, number, false));
      const each = [lockedBytes - beforeBytes, (await memoryOf(storage)) - lockedBytes];
      const bytes = each.map((all) => Math.round(all / (size - filled)));
      const find = await timesOf(storage, MEASURED, (index) =>
        mappings.find(contactOf((index * 7919) % size)),
      );
      const lock = await timesOf(storage, MEASURED, (index) => takeIn(storage, size + index, true));
      filled = size + MEASURED;
      const claimed: ClaimedDelivery[] = [];
      const claim = await timesOf(storage, MEASURED / CLAIM.limit, async () => {
        claimed.push(...(await deliveries.claimDue(CLAIM)).claims);
      });
      const settle = await timesOf(storage, claimed.length, (index) =>
        deliveries.settle(claimed[index]!, { kind: "delivered" }),
      );
      process.stdout.write(`${[size, find, lock, claim, settle, ...bytes].join(" | ")}\n`);
    }
  } finally {
    await storage.close();
    await server.remove();
  }
}

await main();

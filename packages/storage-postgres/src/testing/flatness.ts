// Prints what look-ups, locks, claims and settlements cost with ever more mappings and waiting messages, on a server of its own:
// `node packages/storage-postgres/dist/testing/flatness.js [how many…]`
import { randomIds, systemClock, type ClaimedDelivery, type ContactId } from "@gateway-router/core";
import { aMessage, aTenantId, silentLogger } from "@gateway-router/core/testing";
import pg from "pg";
import { DEFAULT_SCHEMA } from "../postgres-database.js";
import { openPostgresStorage, type PostgresStorage } from "../postgres-storage.js";
import { startPostgres } from "./postgres-server.js";

const SIZES = [1_000, 100_000, 1_000_000];
/** No more wait, however many mappings there are. */
const MOST_WAITING = 100_000;
const TENANTS = 1_000;
const MEASURED = 1_000;
const CLAIM = { limit: 32, perTenantLimit: 10, leaseMs: 40_000 };
const DRAINED_FOR_MS = 5_000;
const DRAINED_AT_ONCE = 64;
const FIRST_CONTACT = 971_500_000_000;

const contactOf = (number: number) => String(FIRST_CONTACT + number) as ContactId;

/** A contact's first link. */
function lockAndQueue({ intake }: PostgresStorage, number: number) {
  return intake.take({
    message: aMessage({ identity: `flat/${number}`, contact: contactOf(number), sentAtMs: Date.now() }),
    deliveryId: randomIds.deliveryId(),
    proposal: {
      tenantId: aTenantId((number % TENANTS) + 1),
      generation: randomIds.generation(),
      lockedAtMs: Date.now(),
    },
    holdIfUnmapped: false,
  });
}

/** One after the other: ms of the middle one, and of the slowest but one in a hundred. */
async function timesOf(times: number, act: (index: number) => Promise<unknown>): Promise<string> {
  const taken: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const beganAt = performance.now();
    await act(index);
    taken.push(performance.now() - beganAt);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number) => taken[Math.floor(taken.length * share)]!.toFixed(2);
  return `${at(0.5)} / ${at(0.99)}`;
}

/** Claims and settles with many settlements under way at a time. Answers deliveries a second. */
async function drainRate({ deliveries }: PostgresStorage): Promise<number> {
  const beganAt = performance.now();
  let settled = 0;
  const underWay = new Set<Promise<unknown>>();
  while (performance.now() - beganAt < DRAINED_FOR_MS) {
    const { claims } = await deliveries.claimDue(CLAIM);
    if (claims.length === 0 && underWay.size === 0) break;
    for (const claim of claims) {
      const settling = deliveries.settle(claim, { kind: "delivered" }).finally(() => {
        underWay.delete(settling);
        settled += 1;
      });
      underWay.add(settling);
    }
    while (underWay.size >= DRAINED_AT_ONCE || (claims.length === 0 && underWay.size > 0)) {
      await Promise.race(underWay);
    }
  }
  await Promise.all(underWay);
  return Math.round(settled / ((performance.now() - beganAt) / 1_000));
}

/** As they would be after as many first links, but faster. */
async function fill(client: pg.Client, size: number): Promise<void> {
  await client.query(
    "TRUNCATE mappings, contact_counts, deliveries, lines, tenant_schedules, identities, begun_generations",
  );
  await client.query(FILL_MAPPINGS, [size, TENANTS, FIRST_CONTACT]);
  await client.query(FILL_COUNTS);
  for (const statement of [FILL_SCHEDULES, FILL_LINES, FILL_DELIVERIES]) {
    await client.query(statement, [Math.min(size, MOST_WAITING)]);
  }
}

const FILL_MAPPINGS = `
INSERT INTO mappings (contact, tenant_id, generation, locked_at_ms, changed_at_ms)
SELECT ($3::bigint + n)::text, 1 + n % $2::integer, 'ct_' || md5(n::text), now_ms(), now_ms()
FROM generate_series(1, $1::integer) AS n`;

const FILL_COUNTS = `
INSERT INTO contact_counts (tenant_id, campaign, contacts) SELECT tenant_id, '', count(*) FROM mappings GROUP BY tenant_id
ON CONFLICT DO NOTHING`;

const FILL_SCHEDULES = `
INSERT INTO tenant_schedules (queue, tenant_id, is_waiting)
SELECT DISTINCT 'in', tenant_id, true FROM (SELECT tenant_id FROM mappings ORDER BY contact LIMIT $1) AS filled`;

const FILL_LINES = `
INSERT INTO lines (queue, generation, tenant_id, waiting, head_enqueued_at_ms, due_at_ms, turn)
SELECT 'in', generation, tenant_id, 1, now_ms(), now_ms(), nextval('turns') FROM mappings ORDER BY contact LIMIT $1`;

const FILL_DELIVERIES = `
INSERT INTO deliveries (queue, tenant_id, generation, id, contact, content, is_first, replayed, enqueued_at_ms)
SELECT 'in', tenant_id, generation, 'msg_' || generation, contact,
  json_build_object('identity', generation, 'body', json_build_object('text', repeat('x', 200))), true, false, now_ms()
FROM mappings ORDER BY contact LIMIT $1`;

async function main(): Promise<void> {
  const asked = process.argv.slice(2).map(Number);
  const server = await startPostgres();
  if (server === undefined) return;
  const storage = await openPostgresStorage({
    ...{ url: server.url, clock: systemClock, logger: silentLogger, duplicateMemoryDays: 7 },
  });
  // Counts are made for all at once, and not for each mapping.
  const options = `-c search_path=${DEFAULT_SCHEMA} -c session_replication_role=replica`;
  const client = new pg.Client({ connectionString: server.url, options });
  await client.connect();
  try {
    process.stdout.write(
      "ms of the middle one / of 99 in 100\n" +
        "mappings | waiting | look-up | lock and queue | claim of 32 | settle | drained a second\n",
    );
    for (const size of asked.length > 0 ? asked : SIZES) {
      await fill(client, size);
      const find = await timesOf(MEASURED, (index) =>
        storage.mappings.find(contactOf(1 + ((index * 7919) % size))),
      );
      const lock = await timesOf(MEASURED, (index) => lockAndQueue(storage, size + 1 + index));
      const claimed: ClaimedDelivery[] = [];
      const claim = await timesOf(Math.ceil(MEASURED / CLAIM.limit), async () => {
        claimed.push(...(await storage.deliveries.claimDue(CLAIM)).claims);
      });
      const settle = await timesOf(claimed.length, (index) =>
        storage.deliveries.settle(claimed[index]!, { kind: "delivered" }),
      );
      const drained = await drainRate(storage);
      const waiting = Math.min(size, MOST_WAITING);
      process.stdout.write(`${[size, waiting, find, lock, claim, settle, drained].join(" | ")}\n`);
    }
  } finally {
    await client.end();
    await storage.close();
    await server.remove();
  }
}

await main();

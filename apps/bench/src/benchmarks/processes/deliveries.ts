import { setTimeout as sleep } from "node:timers/promises";
import {
  DeliverDueMessages,
  ExponentialRetryPolicy,
  randomIds,
  systemClock,
  type DispatchResult,
  type Tenant,
  type TenantDispatcher,
  type TenantId,
} from "@gateway-router/core";
import { HttpTenantDispatcher } from "@gateway-router/tenant-http";
import { atATime } from "../at-a-time.js";
import { mappingAt, messageAt } from "../messages.js";
import { openEngine, type EnginePlace, type OpenEngine } from "../open-engine.js";
import { carryOut } from "../orders.js";
import { silentLogger } from "../silent-logger.js";
import { TENANTS } from "../tenants.js";

export type DeliveriesOrders = typeof orders;

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const DAY_MS = 24 * 3_600_000;

/** The gateway's second half alone: the queue of an engine, the worker, and who dispatches. */
let storage: OpenEngine | undefined;
let queued = 0;

const orders = {
  async open({ contacts, ...place }: EnginePlace & { readonly contacts: number }): Promise<void> {
    storage = await openEngine(place);
    const { mappings } = storage;
    await atATime({ pieces: contacts, width: 64 }, (index) => mappings.lock(mappingAt(index), Date.now()));
  },

  /** Queues messages and then has them delivered. Answers how many a second, each settled. */
  async deliver({ port, messages, contacts, width }: DeliverOrder): Promise<number> {
    const { deliveries } = opened();
    await atATime({ pieces: messages, width: 256 }, () => enqueue(contacts));
    const dispatcher = new HttpTenantDispatcher({
      ...{ clock: systemClock, timeoutMs: 30_000, version: "0", mediaUrl: (id) => id },
    });
    let settled = 0;
    const startedAtMs = performance.now();
    await new Promise<void>((resolve) => {
      const worker = workerWith(dispatcher, port, width, () => {
        settled += 1;
        if (settled === messages) void worker.stop(0).then(resolve);
      });
      worker.start();
    });
    const tookMs = performance.now() - startedAtMs;
    await dispatcher.close();
    const { pending } = await deliveries.counts();
    if (pending > 0) throw new Error(`${pending} deliveries are left`);
    return (messages * 1_000) / tookMs;
  },

  /** Queues one message after the other while nothing else happens. Answers the milliseconds from the call to each dispatch. */
  async idle({ messages, contacts, pauseMs }: IdleOrder): Promise<number[]> {
    opened();
    const latenciesMs: number[] = [];
    let startedAtMs = 0;
    let whenSettled: (() => void) | undefined;
    const dispatcher: TenantDispatcher = {
      async dispatch(): Promise<DispatchResult> {
        latenciesMs.push(performance.now() - startedAtMs);
        return { kind: "accepted", replies: [] };
      },
    };
    const worker = workerWith(dispatcher, 9, 64, () => whenSettled?.());
    worker.start();
    for (let index = 0; index < messages; index += 1) {
      await sleep(pauseMs);
      const settled = new Promise<void>((resolve) => (whenSettled = resolve));
      startedAtMs = performance.now();
      await enqueue(contacts);
      await settled;
    }
    await worker.stop(0);
    return latenciesMs;
  },

  async shut(): Promise<void> {
    await storage?.close();
    storage = undefined;
  },
};

interface DeliverOrder {
  readonly port: number;
  readonly messages: number;
  readonly contacts: number;
  /** Attempts at a time. */
  readonly width: number;
}

interface IdleOrder {
  readonly messages: number;
  readonly contacts: number;
  readonly pauseMs: number;
}

function enqueue(contacts: number): Promise<unknown> {
  const number = queued++;
  const { tenantId, contact, generation } = mappingAt(number % contacts);
  const body = messageAt(number, number % contacts, "Is it still there?");
  const id = randomIds.deliveryId();
  return opened().deliveries.enqueue({ id, identity: body.identity, tenantId, contact, generation, body });
}

function workerWith(
  dispatcher: TenantDispatcher,
  port: number,
  width: number,
  onSettled: () => void,
): DeliverDueMessages {
  const { deliveries: queue, mappings, replies, replyJournal, media } = opened();
  const tenantOf = (id: TenantId): Tenant => ({
    ...{ id, active: true, url: `http://127.0.0.1:${port}/tenant/${id}`, signingSecrets: [SECRET] },
  });
  return new DeliverDueMessages({
    ...{ queue, mappings, replies, replyJournal, media, dispatcher, onSettled },
    ...{ clock: systemClock, logger: silentLogger },
    tenants: { find: async (id) => (id <= TENANTS ? tenantOf(id) : undefined) },
    retryPolicy: new ExponentialRetryPolicy({
      ...{ firstDelayMs: 1_000, longestDelayMs: 60_000, random: () => Math.random() },
    }),
    settings: {
      ...{ concurrency: width, perTenantConcurrency: width, attemptTimeoutMs: 30_000, maxAgeMs: 3 * DAY_MS },
    },
  });
}

function opened(): OpenEngine {
  if (storage === undefined) throw new Error("Open the storage first");
  return storage;
}

carryOut(orders);

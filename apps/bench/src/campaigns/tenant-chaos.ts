import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { CampaignHouse } from "../campaign-house.js";
import type { Random } from "../random.js";
import { reconcile, type Reconciliation } from "../reconcile.js";
import { isFaultless, reconciliationRows, table } from "../report.js";
import { wellBehaved } from "../tenant-farm.js";

export interface TenantChaosOptions {
  /** How long the handlers misbehave. */
  readonly durationMs: number;
  readonly seed: number;
}

export interface TenantChaosResult extends Reconciliation {
  readonly misbehaviours: ReadonlyMap<string, number>;
  readonly webhooksNotTaken: number;
  readonly deadLetters: number;
}

const CONTACTS_PER_TENANT = 5;
const DELIVERY_TIMEOUT_MS = 1_000;

/** How a handler goes wrong. Answers whether the gateway may take the message for delivered all the same. */
const MISBEHAVIOURS: Readonly<Record<string, (response: ServerResponse) => boolean>> = {
  "answers 500": (response) => {
    response.writeHead(500).end("Internal Server Error");
    return false;
  },
  "never answers": () => false,
  "resets the connection": (response) => {
    response.destroy();
    return false;
  },
  "cuts its answer off": (response) => {
    response.writeHead(200, { "content-length": 100 }).write('{"reply":"he', () => response.destroy());
    return false;
  },
  "answers a byte at a time": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 50);
    response.on("close", () => clearInterval(timer));
    return false;
  },
  "answers 429 with Retry-After": (response) => {
    response.writeHead(429, { "retry-after": "1" }).end();
    return false;
  },
  redirects: (response) => {
    response.writeHead(307, { location: "http://127.0.0.1:9/elsewhere" }).end();
    return false;
  },
  "answers 8 MB": (response) => {
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(`{"reply":"${"x".repeat(8_000_000)}"}`);
    return true;
  },
  "answers no JSON": (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("<html>ok</html>{");
    return true;
  },
  "answers the wrong JSON": (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end('{"replies":{"text":[1,null]}}');
    return true;
  },
};

/** Handlers go wrong in every way there is, half of the time each; then they recover, and every message must be there. */
export async function tenantChaosCampaign({
  durationMs,
  seed,
}: TenantChaosOptions): Promise<TenantChaosResult> {
  const kinds = Object.keys(MISBEHAVIOURS);
  const house = await CampaignHouse.open({
    seed,
    tenants: kinds.length + 1,
    settings: { DELIVERY_TIMEOUT_MS: String(DELIVERY_TIMEOUT_MS) },
  });
  try {
    const { farm, gateway, random } = house;
    const misbehaviours = new Map<string, number>();
    farm.behaviour = (request) => misbehave(kinds[request.tenantId - 1], request, random, misbehaviours);
    await gateway.start();
    for (let count = 0; count < (kinds.length + 1) * CONTACTS_PER_TENANT; count += 1) house.addContact(2);
    const running = house.conversations.map((conversation) => conversation.run());
    await sleep(durationMs);
    for (const conversation of house.conversations) conversation.pause();
    await Promise.all(running);
    farm.behaviour = wellBehaved;
    await house.settled();
    const deadLetters = await house.deadLetters();
    await gateway.stop();
    const webhooksNotTaken = house.conversations
      .flatMap((conversation) => [...conversation.unanswered.values()])
      .reduce((sum, count) => sum + count, 0);
    return { ...reconcile(house.acknowledged, farm.arrivals), misbehaviours, webhooksNotTaken, deadLetters };
  } finally {
    await house.close();
  }
}

export function isTenantChaosFaultless(result: TenantChaosResult): boolean {
  return isFaultless(result) && result.webhooksNotTaken === 0 && result.deadLetters === 0;
}

export function reportTenantChaos(result: TenantChaosResult): string {
  return table("campaign tenant-chaos: handlers that go wrong half of the time", [
    ...reconciliationRows(result),
    ["webhooks not taken because of it", result.webhooksNotTaken],
    ["dead letters", result.deadLetters],
    ...[...result.misbehaviours].map(([kind, count]) => [`times a handler ${kind}`, count] as const),
  ]);
}

function misbehave(
  kind: string | undefined,
  request: Parameters<typeof wellBehaved>[0],
  random: Random,
  misbehaviours: Map<string, number>,
): boolean {
  // The last tenant has nothing wrong with it.
  if (kind === undefined || !random.happens(0.5)) return wellBehaved(request);
  misbehaviours.set(kind, (misbehaviours.get(kind) ?? 0) + 1);
  return MISBEHAVIOURS[kind]!(request.response);
}

import { alternate } from "../alternate.js";
import { startGateway } from "../bench-gateway.js";
import type { BenchProcess } from "../bench-process.js";
import { times, type Benchmark, type Goal, type Measurement } from "../benchmark.js";
import { cpuTimeMs } from "../cpu-time.js";
import { medianOf, perSecond, readable } from "../numbers.js";
import type { EchoOrders } from "../processes/echo.js";
import type { HandlerOrders } from "../processes/handler.js";
import type { Batch, BatchResult, WebhookLoadOrders } from "../processes/webhook-load.js";
import type { Workshop } from "../workshop.js";

const CONNECTIONS = 256;
const ROUTED = '"status":"routed"';
const ECHOED = "HTTP/1.1 200";

interface WebhookRow {
  readonly what: string;
  readonly goal: Goal;
  /** Whether each webhook is of a contact that is new. */
  readonly isNewContact?: boolean;
  /** Whether a round lasts until every message is with its handler. */
  readonly isDelivered?: boolean;
}

/** Webhooks against a bare Express app that gets the very same requests. */
async function webhookRow(workshop: Workshop, row: WebhookRow): Promise<Measurement> {
  const { rounds, perRound, few } = workshop.scale;
  const { what, goal, isNewContact = false, isDelivered = false } = row;
  workshop.say(what);
  const echo = workshop.process<EchoOrders>("echo");
  const echoPort = await echo.ask("listen", undefined);
  const handler = isDelivered ? workshop.process<HandlerOrders>("handler") : undefined;
  const handlerPort = await handler?.ask("listen", undefined);
  const gateway = await startGateway(workshop, {
    dataDir: await workshop.dataDirWith(few),
    ...(handlerPort === undefined ? {} : { handlerPort }),
  });
  const ofEcho = workshop.process<WebhookLoadOrders>("webhook-load");
  const ofGateway = workshop.process<WebhookLoadOrders>("webhook-load");
  await ofEcho.ask("aimAt", { port: echoPort, hmacKey: gateway.hmacKey, connections: CONNECTIONS });
  await ofGateway.ask("aimAt", { port: gateway.port, hmacKey: gateway.hmacKey, connections: CONNECTIONS });
  let firstContact = isNewContact ? few : 0;
  const nextBatch = (): Batch => {
    const contacts = isNewContact ? perRound : few;
    const batch = { messages: perRound, firstContact, contacts, withLink: isNewContact };
    if (isNewContact) firstContact += perRound;
    return batch;
  };
  const cpuTextOf = cpuText(perRound);
  const costs = { yardstick: [] as number[], candidate: [] as number[] };
  const medians = await alternate({
    rounds,
    yardstick: async () => {
      const before = cpuTimeMs(echo.pid);
      const result = await send(ofEcho, nextBatch(), ECHOED);
      costs.yardstick.push(cpuTimeMs(echo.pid) - before);
      return rateOf(result);
    },
    candidate: async () => {
      await handler?.ask("reset", undefined);
      const before = cpuTimeMs(gateway.process.pid);
      const result = await send(ofGateway, nextBatch(), ROUTED);
      const deliveredAtMs = await handler?.ask("until", { requests: perRound });
      costs.candidate.push(cpuTimeMs(gateway.process.pid) - before);
      return rateOf({ ...result, endedAtMs: deliveredAtMs ?? result.endedAtMs });
    },
  });
  return {
    what,
    measured: `${perSecond(medians.candidate)}, ${cpuTextOf(costs.candidate)}`,
    yardstick: `${perSecond(medians.yardstick)} by a bare Express echo, ${cpuTextOf(costs.yardstick)}`,
    score: medians.candidate / medians.yardstick,
    goal,
  };
}

async function send(
  load: BenchProcess<WebhookLoadOrders>,
  batch: Batch,
  expected: string,
): Promise<BatchResult> {
  await load.ask("prepare", batch);
  const result = await load.ask("send", { expected });
  if (result.taken !== batch.messages) {
    throw new Error(`${result.taken} of ${batch.messages} were taken; another answer: ${result.otherAnswer}`);
  }
  return result;
}

/** Of a round each, as what one webhook cost. Unlike rates, it hardly depends on what else the machine does. */
const cpuText =
  (perRound: number) =>
  (roundsMs: readonly number[]): string =>
    `${readable((medianOf(roundsMs) * 1_000) / perRound)} µs of CPU`;

function rateOf({ taken, startedAtMs, endedAtMs }: BatchResult): number {
  return (taken * 1_000) / (endedAtMs - startedAtMs);
}

export const knownContact: Benchmark = {
  name: "webhook",
  run: async (workshop) => [
    await webhookRow(workshop, {
      what: "signed webhook, known contact, durable, default logging, deliveries held back",
      goal: times(0.8, 1.2),
    }),
  ],
};

export const delivered: Benchmark = {
  name: "webhook-delivered",
  run: async (workshop) => [
    await webhookRow(workshop, {
      what: "the same, until every message is with its tenant's handler",
      goal: times(0.25, 0.5),
      isDelivered: true,
    }),
  ],
};

export const newContact: Benchmark = {
  name: "webhook-lock",
  run: async (workshop) => [
    await webhookRow(workshop, {
      what: "signed webhook, new contact, lock durable, deliveries held back",
      goal: times(0.7, 1),
      isNewContact: true,
    }),
  ],
};

import { startGateway } from "../bench-gateway.js";
import { milliseconds, type Benchmark } from "../benchmark.js";
import { ENGINES } from "../engines.js";
import { quantile, readable } from "../numbers.js";
import type { DeliveriesOrders } from "../processes/deliveries.js";
import type { HandlerOrders } from "../processes/handler.js";
import type { WebhookLoadOrders } from "../processes/webhook-load.js";

const CONTACTS = 500;
const IDLE_PAUSE_MS = 20;
const CONNECTIONS = 64;

/** How long a message takes through the whole gateway while a thousand others come each second. */
export const webhookToHandler: Benchmark = {
  name: "latency",
  async run(workshop) {
    const { seconds, perSecond, few } = workshop.scale;
    const what = `webhook to tenant's handler, ${perSecond.toLocaleString("en-US")}/s offered`;
    workshop.say(what);
    const handler = workshop.process<HandlerOrders>("handler");
    const handlerPort = await handler.ask("listen", undefined);
    const { port, hmacKey } = await startGateway(workshop, {
      dataDir: await workshop.dataDirWith(few),
      handlerPort,
    });
    const load = workshop.process<WebhookLoadOrders>("webhook-load");
    await load.ask("aimAt", { port, hmacKey, connections: CONNECTIONS });
    const expected = '"status":"routed"';
    // The first seconds are those of a program that was just started.
    for (const isWarmUp of [true, false]) {
      await handler.ask("reset", undefined);
      const lasting = isWarmUp ? Math.min(5, seconds) : seconds;
      const requests = lasting * perSecond;
      const result = await load.ask("sendAtRate", { perSecond, seconds: lasting, contacts: few, expected });
      if (result.taken !== requests) throw new Error(`Not taken: ${result.otherAnswer}`);
      await handler.ask("until", { requests });
    }
    const latenciesMs = await handler.ask("latencies", undefined);
    const [p50, p99] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
    return [
      {
        ...{ what: `${what}, p50`, measured: `${readable(p50)} ms`, yardstick: undefined },
        ...{ score: p50, goal: milliseconds(5, 2) },
      },
      {
        ...{ what: `${what}, p99`, measured: `${readable(p99)} ms`, yardstick: undefined },
        ...{ score: p99, goal: milliseconds(25, 10) },
      },
    ];
  },
};

/** How long a message waits though nothing else is to be done. */
export const enqueueToDispatch: Benchmark = {
  name: "dispatch",
  async run(workshop) {
    const { few } = workshop.scale;
    const measurements = [];
    for (const engine of ENGINES) {
      const what = `from enqueue to dispatch, idle, ${engine.title}, p99`;
      workshop.say(what);
      const process = workshop.process<DeliveriesOrders>("deliveries");
      await process.ask("open", { ...(await engine.place(workshop)), contacts: CONTACTS });
      const latenciesMs = await process.ask("idle", {
        ...{ messages: few, contacts: CONTACTS, pauseMs: IDLE_PAUSE_MS },
      });
      await process.ask("shut", undefined);
      const p99 = quantile(latenciesMs, 0.99);
      measurements.push({
        ...{ what, measured: `${readable(p99)} ms`, yardstick: undefined },
        ...{ score: p99, goal: milliseconds(50, 10) },
      });
    }
    return measurements;
  },
};

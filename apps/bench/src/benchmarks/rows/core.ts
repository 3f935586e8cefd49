import type { Benchmark } from "../benchmark.js";
import { GATEWAY_OPTION } from "../gateway-option.js";
import { medianOf, perSecond } from "../numbers.js";
import type { CoreInMemoryOrders } from "../processes/core-in-memory.js";

const CONTACTS = 10_000;

export const coreInMemory: Benchmark = {
  name: "core",
  async run(workshop) {
    const what = "RouteInboundMessage of the core, all in memory, on one core";
    workshop.say(what);
    const { rounds, inMemory } = workshop.scale;
    const core = workshop.process<CoreInMemoryOrders>("core-in-memory", ["--expose-gc", GATEWAY_OPTION]);
    const rates = [];
    for (let round = 0; round <= rounds; round += 1) {
      const rate = await core.ask("route", { messages: inMemory, contacts: CONTACTS });
      if (round > 0) rates.push(rate);
    }
    const score = medianOf(rates);
    return [
      {
        ...{ what, measured: perSecond(score), yardstick: undefined, score },
        goal: { must: 300_000, aim: 1_000_000, unit: "/s", better: "higher" },
      },
    ];
  },
};

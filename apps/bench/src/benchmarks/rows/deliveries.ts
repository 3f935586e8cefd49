import { alternate } from "../alternate.js";
import { times, type Benchmark } from "../benchmark.js";
import { GATEWAY_OPTION } from "../gateway-option.js";
import { perSecond } from "../numbers.js";
import type { AxiosPostsOrders } from "../processes/axios-posts.js";
import type { DeliveriesOrders } from "../processes/deliveries.js";
import type { HandlerOrders } from "../processes/handler.js";

const CONTACTS = 2_000;
const WIDTH = 64;

/** What a delivery costs beside the request that it is. */
export const deliveries: Benchmark = {
  name: "deliveries",
  async run(workshop) {
    const what = `deliveries to tenants, ${WIDTH} at a time, each signed and settled durably`;
    workshop.say(what);
    const { rounds, perRound } = workshop.scale;
    const handler = workshop.process<HandlerOrders>("handler");
    const port = await handler.ask("listen", undefined);
    const bare = workshop.process<AxiosPostsOrders>("axios-posts");
    const ours = workshop.process<DeliveriesOrders>("deliveries", [GATEWAY_OPTION]);
    await ours.ask("open", { engine: "file", dataDir: await workshop.newFolder(), contacts: CONTACTS });
    const round = { port, messages: perRound, contacts: CONTACTS, width: WIDTH };
    const medians = await alternate({
      rounds,
      yardstick: () => bare.ask("post", round),
      candidate: () => ours.ask("deliver", round),
    });
    await ours.ask("shut", undefined);
    return [
      {
        what,
        measured: perSecond(medians.candidate),
        yardstick: `${perSecond(medians.yardstick)} by bare axios POSTs over the same kind of agent`,
        score: medians.candidate / medians.yardstick,
        goal: times(0.8, 0.95),
      },
    ];
  },
};

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliveryQueueContract, ManualClock } from "@gateway-router/core/testing";
import { LmdbDeliveryQueue } from "./lmdb-delivery-queue.js";
import { LmdbEnvironment } from "./lmdb-environment.js";

describe("LmdbDeliveryQueue", () => {
  deliveryQueueContract({
    test: it,
    async open({ duplicateMemoryMs }) {
      const folder = await mkdtemp(join(tmpdir(), "gateway-queue-"));
      const clock = new ManualClock();
      const path = join(folder, "gateway.mdb");
      let environment = LmdbEnvironment.open({ path });
      const queueOn = () => new LmdbDeliveryQueue({ environment, name: "in", clock, duplicateMemoryMs });
      return {
        queue: queueOn(),
        nowMs: () => clock.nowMs(),
        advance: (byMs) => clock.advance(byMs),
        async reopen() {
          await environment.close();
          environment = LmdbEnvironment.open({ path });
          return queueOn();
        },
        async close() {
          await environment.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  });
});

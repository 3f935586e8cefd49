import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDeliveryQueueAgainstModel, ManualClock } from "@gateway-router/core/testing";
import fc from "fast-check";
import { LmdbDeliveryQueue } from "./lmdb-delivery-queue.js";
import { LmdbEnvironment } from "./lmdb-environment.js";

describe("LmdbDeliveryQueue beside a model", () => {
  it("agrees with it on any sequence of steps, restarts included", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gateway-model-"));
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(50), fc.nat(60)), { maxLength: 200, size: "max" }),
        async (steps) => {
          const clock = new ManualClock();
          const path = join(folder, `run-${(runs += 1)}.mdb`);
          let environment = LmdbEnvironment.open({ path });
          const queueOn = () =>
            new LmdbDeliveryQueue({ environment, name: "in", clock, duplicateMemoryMs: 7 * 24 * 3_600_000 });
          try {
            await checkDeliveryQueueAgainstModel(
              {
                queue: queueOn(),
                nowMs: () => clock.nowMs(),
                advance: (byMs) => clock.advance(byMs),
                async reopen() {
                  await environment.close();
                  environment = LmdbEnvironment.open({ path });
                  return queueOn();
                },
                close: () => Promise.resolve(),
              },
              steps,
            );
          } finally {
            await environment.close();
          }
        },
      ),
      {
        numRuns: 60,
        // A tenant is paused, its only line is retired, another begins, and the gateway starts anew.
        examples: [
          [
            [
              [0, 14, 0],
              [4, 0, 0],
              [7, 0, 0],
              [10, 8, 0],
              [0, 29, 0],
              [11, 0, 0],
            ],
          ],
        ],
      },
    );
    await rm(folder, { recursive: true });
  }, 120_000);
});

import fc from "fast-check";
import { checkDeliveryQueueAgainstModel } from "./delivery-queue-model.js";
import { InMemoryDeliveryQueue } from "./in-memory-delivery-queue.js";
import { ManualClock } from "./manual-clock.js";

describe("InMemoryDeliveryQueue beside a model", () => {
  it("agrees with it on any sequence of steps", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(50), fc.nat(60)), { maxLength: 200, size: "max" }),
        async (steps) => {
          const clock = new ManualClock();
          const queue = new InMemoryDeliveryQueue({ clock, duplicateMemoryMs: 7 * 24 * 3_600_000 });
          await checkDeliveryQueueAgainstModel(
            {
              queue,
              nowMs: () => clock.nowMs(),
              advance: (byMs) => clock.advance(byMs),
              close: () => queue.close(),
            },
            steps,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

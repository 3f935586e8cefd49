import { checkDeliveryQueueAgainstModel, deliveryQueueContract } from "@gateway-router/core/testing";
import fc from "fast-check";
import { RedisDeliveryQueue } from "./redis-delivery-queue.js";
import { describeOnRedis, type SpecKeys } from "./testing/redis-spec.js";

const WEEK_MS = 7 * 24 * 3_600_000;

/** A queue as one instance of the gateway has it, and how that is started again. */
async function openQueue(keys: SpecKeys, { duplicateMemoryMs }: { readonly duplicateMemoryMs: number }) {
  const queueOn = async () =>
    new RedisDeliveryQueue({ database: await keys.open(), name: "in", duplicateMemoryMs });
  let queue = await queueOn();
  return {
    queue,
    nowMs: keys.nowMs,
    advance: keys.advance,
    async reopen() {
      await queue.close();
      return (queue = await queueOn());
    },
    close: () => keys.close(),
  };
}

await describeOnRedis("RedisDeliveryQueue", (_server, openKeys) => {
  deliveryQueueContract({ test: it, open: async (options) => openQueue(await openKeys(), options) });

  it("agrees with a model on any sequence of steps, restarts included", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(50), fc.nat(60)), { maxLength: 200, size: "max" }),
        async (steps) => {
          const harness = await openQueue(await openKeys(), { duplicateMemoryMs: WEEK_MS });
          try {
            await checkDeliveryQueueAgainstModel(harness, steps);
          } finally {
            await harness.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 240_000);
});

import { checkDeliveryQueueAgainstModel, deliveryQueueContract } from "@gateway-router/core/testing";
import fc from "fast-check";
import { PostgresDeliveryQueue } from "./postgres-delivery-queue.js";
import { describeOnPostgres, type SpecTables } from "./testing/postgres-spec.js";

const WEEK_MS = 7 * 24 * 3_600_000;

/** A queue as one instance of the gateway has it, and how that is started again. */
async function openQueue(tables: SpecTables, { duplicateMemoryMs }: { readonly duplicateMemoryMs: number }) {
  const queueOn = async () =>
    new PostgresDeliveryQueue({ database: await tables.open(), name: "in", duplicateMemoryMs });
  let queue = await queueOn();
  return {
    queue,
    nowMs: tables.nowMs,
    advance: tables.advance,
    async reopen() {
      await queue.close();
      return (queue = await queueOn());
    },
    close: () => tables.close(),
  };
}

await describeOnPostgres("PostgresDeliveryQueue", (_server, openTables) => {
  deliveryQueueContract({ test: it, open: async (options) => openQueue(await openTables(), options) });

  it("agrees with a model on any sequence of steps, restarts included", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(50), fc.nat(60)), { maxLength: 200, size: "max" }),
        async (steps) => {
          const harness = await openQueue(await openTables(), { duplicateMemoryMs: WEEK_MS });
          try {
            await checkDeliveryQueueAgainstModel(harness, steps);
          } finally {
            await harness.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 240_000);
});

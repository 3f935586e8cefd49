import { BENCHMARKS, Workshop, tableOf, type Scale } from "@gateway-router/bench";

/** So little that it only shows that each benchmark measures something. */
const SCALE: Scale = {
  rounds: 1,
  perRound: 40,
  many: 400,
  fewer: 200,
  few: 100,
  seconds: 1,
  perSecond: 50,
  inMemory: 500,
};

describe("benchmarks, in short", () => {
  let workshop: Workshop;

  beforeEach(async () => {
    workshop = await Workshop.open({ scale: SCALE, say: () => undefined });
  });

  afterEach(() => workshop.close());

  it.each(BENCHMARKS.map((benchmark) => [benchmark.name, benchmark] as const))(
    "%s measures something",
    async (_name, benchmark) => {
      const measurements = await benchmark.run(workshop);
      expect(measurements.length).toBeGreaterThan(0);
      for (const { score } of measurements) expect(score).toBeGreaterThanOrEqual(0);
      expect(tableOf(measurements).split("\n")).toHaveLength(measurements.length + 2);
    },
    240_000,
  );
});

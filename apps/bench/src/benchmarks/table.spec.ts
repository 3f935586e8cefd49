import { milliseconds, times, verdictOf, type Measurement } from "./benchmark.js";
import { withMeasurements } from "./benchmarks-page.js";
import { quantile } from "./numbers.js";
import { tableOf } from "./table.js";

const measured = (score: number, goal: Measurement["goal"]): Measurement => ({
  ...{ what: "a row", measured: "something", yardstick: undefined, score, goal },
});

describe("benchmarks' table", () => {
  it("tells a goal that is missed from one that is reached, in both directions", () => {
    expect([0.79, 0.8, 1.2].map((score) => verdictOf(measured(score, times(0.8, 1.2))))).toEqual([
      "missed",
      "reached",
      "aim reached",
    ]);
    expect([26, 25, 10].map((score) => verdictOf(measured(score, milliseconds(25, 10))))).toEqual([
      "missed",
      "reached",
      "aim reached",
    ]);
  });

  it("counts a score that is no number as missed", () => {
    expect(verdictOf(measured(quantile([], 0.5), milliseconds(25, 10)))).toBe("missed");
  });

  it("has columns of one width, as the formatter would make them", () => {
    const lines = tableOf([measured(0.5, times(0.8, 1.2)), measured(1_234.5, milliseconds(25, 10))]).split(
      "\n",
    );
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[3]).toContain("1,235 ms");
  });
});

describe("withMeasurements", () => {
  it("replaces what was measured before, and nothing else", () => {
    const page = (inside: string): string =>
      `before\n\n<!-- What \`npm run bench\` measured last: -->${inside}<!-- The end of that. -->\n\nafter\n`;
    const once = withMeasurements(page("\n\n"), "| first |");
    expect(once).toBe(page("\n\n| first |\n\n"));
    expect(withMeasurements(once, "| second |")).toBe(page("\n\n| second |\n\n"));
  });

  it("refuses a page without the place for it", () => {
    expect(() => withMeasurements("# Benchmarks\n", "| first |")).toThrow(/lacks the lines/);
  });
});

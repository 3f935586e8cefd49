import type { Workshop } from "./workshop.js";

/** What a row has to come to, and in which direction is better. */
export interface Goal {
  readonly must: number;
  readonly aim: number;
  readonly unit: "×" | "ms" | "/s";
  readonly better: "higher" | "lower";
}

/** One line of the table. */
export interface Measurement {
  readonly what: string;
  /** What was measured, as people read it. */
  readonly measured: string;
  /** What stood beside it in the same run; `undefined` where the goal is a number by itself. */
  readonly yardstick: string | undefined;
  /** In the goal's unit. */
  readonly score: number;
  readonly goal: Goal;
}

/** A row of the table, or the few that come out of one run. */
export interface Benchmark {
  /** By which `--row` calls it. */
  readonly name: string;
  run(workshop: Workshop): Promise<readonly Measurement[]>;
}

/** A row that is not measured, and why. */
export interface MissingRow {
  readonly what: string;
  readonly why: string;
}

export type Verdict = "missed" | "reached" | "aim reached";

export function verdictOf({ score, goal: { must, aim, better } }: Measurement): Verdict {
  const reaches = (bound: number): boolean => (better === "higher" ? score >= bound : score <= bound);
  if (reaches(aim)) return "aim reached";
  return reaches(must) ? "reached" : "missed";
}

export function times(must: number, aim: number, better: Goal["better"] = "higher"): Goal {
  return { must, aim, unit: "×", better };
}

export function milliseconds(must: number, aim: number): Goal {
  return { must, aim, unit: "ms", better: "lower" };
}

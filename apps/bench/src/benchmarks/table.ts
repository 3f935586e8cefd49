import { verdictOf, type Goal, type Measurement, type MissingRow } from "./benchmark.js";
import { readable } from "./numbers.js";

const HEADINGS = ["row", "measured", "yardstick in the same run", "score", "must reach", "aim", ""];

/** The table in Markdown, its columns aligned, so that it reads as well on a terminal. */
export function tableOf(measurements: readonly Measurement[]): string {
  const rows = measurements.map((measurement) => {
    const { what, measured, yardstick = "–", score, goal } = measurement;
    const bound = (value: number): string => scoreText(value, goal);
    return [
      what,
      measured,
      yardstick,
      scoreText(score, goal),
      bound(goal.must),
      bound(goal.aim),
      verdictOf(measurement),
    ];
  });
  const widths = HEADINGS.map((heading, column) =>
    Math.max(3, heading.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(HEADINGS), rule, ...rows.map(line)].join("\n");
}

/** One line for each row that is left out. */
export function missingText(missing: readonly MissingRow[]): string {
  return missing.map(({ what, why }) => `- Not measured: ${what}; ${why}.`).join("\n");
}

function scoreText(value: number, { unit }: Goal): string {
  if (unit === "×") return `${readable(value)}×`;
  return unit === "/s" ? `${readable(value)}/s` : `${readable(value)} ms`;
}

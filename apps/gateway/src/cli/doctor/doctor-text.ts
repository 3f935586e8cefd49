import { inOneLine } from "../in-one-line.js";
import type { DoctorReport } from "./doctor.js";
import type { Finding } from "./finding.js";

const SIGNS = { fine: "✓", warning: "!", broken: "✗" } as const satisfies Record<Finding["verdict"], string>;

/** A line for each check, what mends it below. */
export function doctorText({ checks }: DoctorReport): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.flatMap(({ check, verdict, finding, mend }) => {
    const name = check.replaceAll("_", " ").padEnd(width);
    return [
      `${SIGNS[verdict]} ${name}  ${inOneLine(finding)}`,
      ...(mend === undefined ? [] : [`  ${" ".repeat(width)}  → ${inOneLine(mend)}`]),
    ];
  });
  return `${[...lines, "", summary(checks)].join("\n")}\n`;
}

function summary(checks: readonly Finding[]): string {
  const count = (verdict: Finding["verdict"]) => checks.filter((each) => each.verdict === verdict).length;
  const [brokenCount, warnings] = [count("broken"), count("warning")];
  if (brokenCount + warnings === 0) return "All is well.";
  const parts = [
    ...(brokenCount === 0 ? [] : [`${brokenCount} broken`]),
    ...(warnings === 0 ? [] : [`${warnings} to look at`]),
  ];
  return `${parts.join(", ")}.`;
}

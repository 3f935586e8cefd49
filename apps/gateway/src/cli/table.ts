import { inOneLine } from "./in-one-line.js";

/** Rows in columns of one width each, the last one aside. */
export function tableText(rows: readonly (readonly unknown[])[]): string {
  const lines = rows.map((row) => row.map(inOneLine));
  const widths = lines[0]!
    .slice(0, -1)
    .map((_, column) => Math.max(...lines.map((row) => row[column]!.length)));
  return lines
    .map((row) => `${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ")}\n`)
    .join("");
}

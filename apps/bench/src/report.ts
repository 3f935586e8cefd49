import type { Reconciliation } from "./reconcile.js";

export type Row = readonly [what: string, value: string | number];

/** Two columns, the second one aligned. */
export function table(title: string, rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([what]) => what.length));
  const lines = rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`);
  return [title, ...lines, ""].join("\n");
}

/** The rows that every campaign shows. */
export function reconciliationRows(result: Reconciliation): Row[] {
  return [
    ["messages acknowledged", result.acknowledged],
    ["acknowledged messages lost", countOf(result.lost)],
    ["deliveries out of order per contact", countOf(result.outOfOrder)],
    ["contacts with two tenants", countOf(result.withTwoTenants)],
    ["messages under two ids", countOf(result.withTwoIds)],
    ["contacts not announced as new exactly once", countOf(result.notNewOnce)],
    ["duplicates delivered (allowed)", result.duplicates],
  ];
}

export function isFaultless(result: Reconciliation): boolean {
  const { lost, outOfOrder, withTwoTenants, withTwoIds, notNewOnce } = result;
  return [lost, outOfOrder, withTwoTenants, withTwoIds, notNewOnce].every((faults) => faults.length === 0);
}

/** The number, and the first few where there should be none. */
function countOf(faults: readonly string[]): string {
  return faults.length === 0 ? "0" : `${faults.length} (${faults.slice(0, 3).join("; ")} …)`;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

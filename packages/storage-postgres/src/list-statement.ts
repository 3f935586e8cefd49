import type { Statement } from "./postgres-database.js";

export interface ListParts {
  readonly start: string;
  /** Conditions without their values, and the values; those that are not given count for nothing. */
  readonly filters: Readonly<Record<string, unknown>>;
  readonly end: string;
  /** Of the start and the end. */
  readonly values: readonly unknown[];
}

/** A list's statement with the conditions that were asked for and no others, so that each has a plan of its own. */
export function listStatement(
  name: string,
  { start, filters, end, values }: ListParts,
): { readonly statement: Statement; readonly values: readonly unknown[] } {
  const all = [...values];
  const conditions = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .map(([condition, value]) => `AND ${condition}($${all.push(value)})`);
  return {
    statement: {
      name: `list-${name} ${conditions.join(" ")}`.slice(0, 63),
      text: [start, ...conditions, end].join(" "),
    },
    values: all,
  };
}

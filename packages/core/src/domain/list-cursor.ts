import { BadCursorError } from "./errors.js";
import { shortHash } from "./short-hash.js";

/** What is asked of a list. Its cursors are good for this and for nothing else. */
export interface ListFilter {
  readonly kept: readonly (string | number | undefined)[];
  /** The names of the one it is about, where it is about one. More may be learnt between two pages. */
  readonly names?: readonly string[] | undefined;
}

/** Names the place behind which the next page begins. */
export function listCursor(place: string, filter: ListFilter): string {
  return `${markOf(filter, filter.names?.[0])}.${place}`;
}

/** The place that the cursor names; another list's, or what is none, is a `BadCursorError`. */
export function placeOfCursor(cursor: string, filter: ListFilter): string {
  const [, mark, place] = /^([0-9a-f]{16})\.(.+)$/.exec(cursor) ?? [];
  const names = filter.names ?? [undefined];
  if (place === undefined || !names.some((name) => mark === markOf(filter, name))) throw new BadCursorError();
  return place;
}

/** The number that the cursor names, where its list is numbered in the order of coming. */
export function numberOfCursor(cursor: string, filter: ListFilter): number {
  const place = placeOfCursor(cursor, filter);
  if (!/^[1-9][0-9]{0,14}$/.test(place)) throw new BadCursorError();
  return Number(place);
}

function markOf({ kept }: ListFilter, name: string | undefined): string {
  return shortHash(JSON.stringify([...kept, name].map((each) => each ?? null)));
}

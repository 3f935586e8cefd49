import type { ContactId } from "./contact-id.js";
import { BadCursorError } from "./errors.js";
import { listCursor, placeOfCursor } from "./list-cursor.js";
import type { ReplyRecord, ReplyState } from "./reply-record.js";
import type { TenantId } from "./tenant.js";

/** Which replies a list has; all of them where nothing is said. */
export interface ReplyFilter {
  /** Those in one of these states. */
  readonly states?: readonly ReplyState[];
  readonly tenantId?: TenantId;
  /** Those to one of these: all the names of one contact, since a record keeps the one it was opened under. */
  readonly contacts?: readonly ContactId[];
}

/** Where a reply stands in a list: by when it was queued, and among those of one moment by its id. */
export type ReplyPlace = readonly [queuedAtMs: number, id: string];

export function isAskedFor(
  { state, tenantId, contact }: ReplyRecord,
  { states, tenantId: wanted, contacts }: ReplyFilter,
): boolean {
  return (
    (states === undefined || states.includes(state)) &&
    (wanted === undefined || tenantId === wanted) &&
    (contacts === undefined || contacts.includes(contact))
  );
}

/** Names the reply behind which the next page of a list begins. */
export function replyCursor([queuedAtMs, id]: ReplyPlace, filter: ReplyFilter): string {
  return listCursor(`${queuedAtMs}.${id}`, listFilter(filter));
}

/** The place that the cursor names; another list's, or what is none, is a `BadCursorError`. */
export function placeOfReplyCursor(cursor: string, filter: ReplyFilter): ReplyPlace {
  const [, queuedAtMs, id] = /^([0-9]{1,15})\.(.+)$/.exec(placeOfCursor(cursor, listFilter(filter))) ?? [];
  if (id === undefined) throw new BadCursorError();
  return [Number(queuedAtMs), id];
}

function listFilter({ states, tenantId, contacts }: ReplyFilter) {
  return { kept: [states?.join(), tenantId], names: contacts };
}

import { listCursor, numberOfCursor } from "./list-cursor.js";

/** Which entries a list of the audit log has; all of them where nothing is said. */
export interface AuditFilter {
  readonly action?: string;
  readonly actor?: string;
  /** What was done to one of these: all the names of one contact, or one other subject. */
  readonly subjects?: readonly string[];
}

export function isEntryAskedFor(
  entry: { readonly action: string; readonly actor: string; readonly subject: string },
  { action, actor, subjects }: AuditFilter,
): boolean {
  return (
    (action === undefined || entry.action === action) &&
    (actor === undefined || entry.actor === actor) &&
    (subjects === undefined || subjects.includes(entry.subject))
  );
}

/** Names the entry behind which the next page of a list begins, by its number in the order of their coming. */
export function auditCursor(number: number, filter: AuditFilter): string {
  return listCursor(String(number), listFilter(filter));
}

/** The number that the cursor names; another list's, or what is none, is a `BadCursorError`. */
export function numberOfAuditCursor(cursor: string, filter: AuditFilter): number {
  return numberOfCursor(cursor, listFilter(filter));
}

function listFilter({ action, actor, subjects }: AuditFilter) {
  return { kept: [action, actor], names: subjects };
}

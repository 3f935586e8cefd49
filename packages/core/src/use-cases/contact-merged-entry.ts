import type { MappingMerge } from "../domain/mapping-merge.js";
import type { AuditEntry } from "../ports/audit-log.js";
import { auditedMapping } from "./audited.js";

/** What the audit log is told of two locks that turned out to be one contact's; nothing where none of them ended. */
export function contactMergedEntry(
  { alias, mapping, ended }: MappingMerge,
  atMs: number,
): AuditEntry | undefined {
  if (ended === undefined) return undefined;
  return {
    atMs,
    actor: "gateway",
    action: "contact.merged",
    subject: mapping.contact,
    details: { alias, kept: auditedMapping(mapping), ended: auditedMapping(ended) },
  };
}

import type { ReactElement, ReactNode } from "react";
import { Link } from "react-router";
import type { AuditEntry } from "../../api/types.js";
import { phoneText } from "../../ui/formats.js";
import { Table, type Column } from "../../ui/table.js";
import { Moment } from "../../ui/values.js";

const ACTIONS: Readonly<Record<string, string>> = {
  "console.signed_in": "signed in to the console",
  "console.signed_out": "signed out of the console",
  "contact.unlocked": "removed a contact from its tenant",
  "contact.reassigned": "gave a contact to a tenant",
  "contact.merged": "found two names to be one contact",
  "contact.exported": "exported a contact's data",
  "contact.erased": "erased a contact",
  "tenant.created": "added a tenant",
  "tenant.changed": "changed a tenant",
  "tenant.removed": "removed a tenant",
  "tenant.rotated": "made a tenant's new secret and token",
  "tenant.tested": "tested a handler",
  "key.added": "made an admin key",
  "key.removed": "removed an admin key",
  "delivery.replayed": "replayed a dead letter",
  "deliveries.replayed": "replayed a tenant's dead letters",
  "reply.dropped": "dropped a reply",
};

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: "When", cell: ({ at }) => <Moment at={at} /> },
  { title: "Who", cell: ({ actor }) => actor },
  {
    title: "What",
    cell: ({ action }) => (
      <>
        {ACTIONS[action] ?? action}{" "}
        {ACTIONS[action] === undefined ? null : <code className="quiet">{action}</code>}
      </>
    ),
  },
  { title: "To whom", cell: ({ subject }) => subjectLink(subject) },
  { title: "Details", cell: ({ details }) => <Details details={details} /> },
];

export function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }): ReactElement {
  // Two entries may be alike to the last word.
  return (
    <Table columns={COLUMNS} keyOf={(entry) => entries.indexOf(entry)} label="What was done" rows={entries} />
  );
}

function subjectLink(subject: string): ReactNode {
  const tenant = /^tenant (\d+)$/.exec(subject)?.[1];
  if (tenant !== undefined) return <Link to={`/tenants/${tenant}`}>{subject}</Link>;
  if (/^\d{7,15}$/.test(subject) || /^\d+@lid$/.test(subject)) {
    return <Link to={`/contacts?phone=${encodeURIComponent(subject)}`}>{phoneText(subject)}</Link>;
  }
  return subject;
}

const FIELDS: Readonly<Record<string, string>> = {
  tenant_id: "tenant",
  locked_at: "since",
  created_at: "made",
  overlap_until: "old ones good until",
  dead_letters: "dead letters",
  dropped_replies: "dropped replies",
};
/** What only programs read. */
const UNTOLD = new Set(["contact_id"]);
const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** What changed, of fields before and after; else each field as it is. */
function Details({ details }: { readonly details: Readonly<Record<string, unknown>> }): ReactElement {
  const { before, after, ...others } = details;
  const changes = changesBetween(before, after);
  const facts = Object.entries(others).filter(([, value]) => value !== null && value !== undefined);
  if (changes.length + facts.length === 0) return <span className="quiet">none</span>;
  return (
    <ul className="details">
      {changes.map(({ field, from, to }) => (
        <li key={field}>
          {FIELDS[field] ?? field}:{" "}
          {from === undefined ? null : (
            <>
              <s>{valueOf(from)}</s>{" "}
            </>
          )}
          {to === undefined ? "gone" : valueOf(to)}
        </li>
      ))}
      {facts.map(([field, value]) => (
        <li key={field}>
          {FIELDS[field] ?? field}: {valueOf(value)}
        </li>
      ))}
    </ul>
  );
}

interface Change {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

function changesBetween(before: unknown, after: unknown): readonly Change[] {
  const [old, young] = [before, after].map((each) => (isRecord(each) ? each : {})) as [Fields, Fields];
  const fields = [...new Set([...Object.keys(old), ...Object.keys(young)])].filter(
    (field) => !UNTOLD.has(field),
  );
  return fields.flatMap((field) => {
    const [from, to] = [old[field] ?? undefined, young[field] ?? undefined];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ field, from, to }];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueOf(value: unknown): ReactNode {
  if (typeof value === "string") return TIME.test(value) ? <Moment at={value} /> : value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  return JSON.stringify(value);
}

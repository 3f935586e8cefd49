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

/** What changed, of fields before and after; else each field as it is. */
function Details({ details }: { readonly details: Readonly<Record<string, unknown>> }): ReactElement {
  const { before, after, ...others } = details;
  const changes = changesBetween(before, after);
  const facts = Object.entries(others).filter(([, value]) => value !== null && value !== undefined);
  if (changes.length + facts.length === 0) return <span className="quiet">none</span>;
  return (
    <ul className="details">
      {changes.map(([field, from, to]) => (
        <li key={field}>
          {field}: {from === undefined ? null : <s>{from}</s>} {to ?? "gone"}
        </li>
      ))}
      {facts.map(([field, value]) => (
        <li key={field}>
          {field}: {textOf(value)}
        </li>
      ))}
    </ul>
  );
}

function changesBetween(
  before: unknown,
  after: unknown,
): readonly (readonly [string, string | undefined, string | undefined])[] {
  const [old, young] = [before, after].map((each) => (isRecord(each) ? each : {})) as [Fields, Fields];
  const fields = [...new Set([...Object.keys(old), ...Object.keys(young)])].filter(
    (field) => field !== "contact_id",
  );
  return fields.flatMap((field) => {
    const [from, to] = [old[field], young[field]].map((value) => (value == null ? undefined : textOf(value)));
    return from === to ? [] : [[field, from, to] as const];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

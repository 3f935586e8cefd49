import type { ReactElement } from "react";
import { useSearchParams } from "react-router";
import type { AuditEntry } from "../api/types.js";
import { TextField } from "../ui/fields.js";
import { Page } from "../ui/page.js";
import { Pager, usePages } from "../ui/pager.js";
import { EmptyState, Loaded } from "../ui/states.js";
import { AuditTable } from "./audit/audit-table.js";
import { useTyped } from "../ui/use-typed.js";

const FILTERS = [
  { name: "actor", label: "Who", placeholder: "first" },
  { name: "subject", label: "To whom", placeholder: "+971 50 123 4567, tenant 2" },
  { name: "action", label: "What", placeholder: "contact.reassigned" },
] as const;

export function AuditPage(): ReactElement {
  const [parameters, setParameters] = useSearchParams();
  const asked = Object.fromEntries(FILTERS.map(({ name }) => [name, parameters.get(name) ?? undefined]));
  const isAsked = Object.values(asked).some((each) => each !== undefined);
  const pages = usePages<AuditEntry>({ path: "/audit", query: asked });
  const change = (name: string, value: string): void => {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  return (
    <Page title="Audit">
      <div className="stack wide">
        <div className="filters">
          {FILTERS.map(({ name, ...field }) => (
            <Filter key={name} {...field} value={asked[name] ?? ""} onChange={(text) => change(name, text)} />
          ))}
        </div>
        <Loaded query={pages}>
          {({ items }) =>
            items.length === 0 && !pages.isPaged ? (
              <EmptyState title={isAsked ? "Nothing of that kind was done." : "Nothing was done yet."}>
                <p>
                  {isAsked
                    ? "Ask for less: who did it, or to whom it was done."
                    : "What admins do, and what the gateway does by itself, is kept here for a year."}
                </p>
              </EmptyState>
            ) : (
              <AuditTable entries={items} />
            )
          }
        </Loaded>
        <Pager label="what was done" pages={pages} />
      </div>
    </Page>
  );
}

interface FilterProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function Filter({ value, onChange, ...field }: FilterProps): ReactElement {
  const typed = useTyped(value, onChange);
  return <TextField {...field} maxLength={200} type="search" {...typed} />;
}

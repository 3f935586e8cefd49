import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useSearchParams } from "react-router";
import { api } from "../api/client.js";
import type { Stats, Tenant } from "../api/types.js";
import { useMayChange } from "../session/session-context.js";
import { Badge } from "../ui/badge.js";
import { Button, TextField } from "../ui/fields.js";
import { grouped } from "../ui/formats.js";
import { Page } from "../ui/page.js";
import { Pager, usePages } from "../ui/pager.js";
import { EmptyState, Loaded } from "../ui/states.js";
import { Table, type Column } from "../ui/table.js";
import { useTyped } from "../ui/use-typed.js";
import { TenantLink } from "../ui/values.js";
import { AddTenantDialog } from "./tenants/add-tenant-dialog.js";

export function TenantsPage(): ReactElement {
  const [parameters, setParameters] = useSearchParams();
  const search = parameters.get("q") ?? "";
  const isAdding = parameters.has("add");
  const mayChange = useMayChange();
  const pages = usePages<Tenant>({ path: "/tenants", query: search === "" ? {} : { q: search } });
  const contacts = useContactCounts();

  const change = (name: string, value: string | undefined): void => {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === undefined || value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  const columns: readonly Column<Tenant>[] = [
    { title: "Tenant", cell: ({ id, name }) => <TenantLink id={id} name={name} /> },
    {
      title: "Handler",
      cell: ({ url }) => (url === null ? <Badge tone="warning">none</Badge> : <code>{url}</code>),
    },
    {
      title: "State",
      cell: ({ active }) => <Badge tone={active ? "good" : "plain"}>{active ? "active" : "inactive"}</Badge>,
    },
    {
      title: "Contacts",
      isNumber: true,
      cell: ({ id }) => (contacts === undefined ? "…" : grouped(contacts[String(id)] ?? 0)),
    },
  ];
  return (
    <Page
      actions={
        <Button isDisabled={!mayChange} kind="primary" onPress={() => change("add", "1")}>
          {mayChange ? "Add tenant" : "Add tenant (read only)"}
        </Button>
      }
      title="Tenants"
    >
      <div className="stack wide">
        <SearchField value={search} onChange={(text) => change("q", text)} />
        <Loaded query={pages}>
          {({ items }) =>
            items.length === 0 ? (
              search === "" ? (
                <EmptyState title="There is no tenant yet.">
                  <p>
                    A tenant is a business that shares the number. It needs an id, and a handler that takes
                    its messages.
                  </p>
                  {mayChange ? (
                    <Button kind="primary" onPress={() => change("add", "1")}>
                      Add the first tenant
                    </Button>
                  ) : null}
                </EmptyState>
              ) : (
                <EmptyState
                  title={
                    pages.goOn === undefined ? `No tenant is found by “${search}”.` : "None on this page."
                  }
                >
                  <p>
                    {pages.goOn === undefined
                      ? "Look for a part of its name, or the beginning of its id."
                      : "Go on to the next page: there are more tenants to look through."}
                  </p>
                </EmptyState>
              )
            ) : (
              <Table columns={columns} keyOf={({ id }) => id} label="Tenants" rows={items} />
            )
          }
        </Loaded>
        <Pager label="tenants" pages={pages} />
      </div>
      {isAdding && mayChange ? <AddTenantDialog onClose={() => change("add", undefined)} /> : null}
    </Page>
  );
}

function SearchField(props: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}): ReactElement {
  const typed = useTyped(props.value, props.onChange);
  return (
    <TextField
      className="field search"
      label="Find a tenant"
      maxLength={200}
      placeholder="Name, or the beginning of the id"
      type="search"
      {...typed}
    />
  );
}

function useContactCounts(): Readonly<Record<string, number>> | undefined {
  const { data } = useQuery({ queryKey: ["stats"], queryFn: () => api.get<Stats>("/stats") });
  return data?.gateway_stats.users_per_tenant;
}

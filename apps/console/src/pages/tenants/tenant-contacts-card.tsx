import type { ReactElement } from "react";
import type { Tenant, TenantContact } from "../../api/types.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/page.js";
import { Pager, usePages } from "../../ui/pager.js";
import { EmptyState, Loaded } from "../../ui/states.js";
import { Table, type Column } from "../../ui/table.js";
import { Moment, Phone } from "../../ui/values.js";

const COLUMNS: readonly Column<TenantContact>[] = [
  {
    title: "Contact",
    cell: ({ phone_number: digits, opted_out: isOut }) => (
      <>
        <Phone digits={digits} isLink />
        {isOut ? <Badge tone="warning">wants no messages</Badge> : null}
      </>
    ),
  },
  { title: "Since", cell: ({ since }) => <Moment at={since} /> },
  { title: "Campaign", cell: ({ campaign }) => campaign ?? <span className="quiet">none</span> },
];

export function TenantContactsCard({ tenant }: { readonly tenant: Tenant }): ReactElement {
  const pages = usePages<TenantContact>({ path: `/tenants/${tenant.id}/contacts`, pageSize: 25 });
  return (
    <Card title="Contacts">
      <Loaded query={pages}>
        {({ items }) =>
          items.length === 0 && !pages.isPaged ? (
            <EmptyState title="No contact yet.">
              <p>Whoever opens the tenant's link and sends the message in it shows up here.</p>
            </EmptyState>
          ) : (
            <Table columns={COLUMNS} keyOf={(contact) => contact.contact_id} label="Contacts" rows={items} />
          )
        }
      </Loaded>
      <Pager label="contacts" pages={pages} />
    </Card>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement, type SyntheticEvent } from "react";
import { useSearchParams } from "react-router";
import { api, ApiError } from "../api/client.js";
import type { AuditEntry, Delivery, KnownContact } from "../api/types.js";
import { useMayChange } from "../session/session-context.js";
import { Badge } from "../ui/badge.js";
import { ErrorNote } from "../ui/error-note.js";
import { Button, TextField } from "../ui/fields.js";
import { phoneText } from "../ui/formats.js";
import { Card, Page } from "../ui/page.js";
import { Pager, usePages } from "../ui/pager.js";
import { EmptyState, Loaded, Skeleton } from "../ui/states.js";
import { Moment, Phone, TenantLink } from "../ui/values.js";
import { AuditTable } from "./audit/audit-table.js";
import { ContactDialogs, type ContactAction } from "./contacts/contact-dialogs.js";
import { DeliveryTable } from "./deliveries/delivery-table.js";

export function ContactsPage(): ReactElement {
  const [parameters, setParameters] = useSearchParams();
  const phone = parameters.get("phone") ?? "";
  return (
    <Page title="Contacts">
      <div className="stack wide">
        <FindForm
          key={`find ${phone}`}
          phone={phone}
          onFind={(text) => setParameters(text === "" ? {} : { phone: text })}
        />
        {phone === "" ? (
          <EmptyState title="Find a contact by its number.">
            <p>
              In any writing: +971 50 123 4567, 00971501234567, 971501234567, or 123456@lid where WhatsApp
              hides the number. A tenant's page lists all of its contacts.
            </p>
          </EmptyState>
        ) : (
          <FoundContact key={phone} phone={phone} />
        )}
      </div>
    </Page>
  );
}

function FindForm({
  phone,
  onFind,
}: {
  readonly phone: string;
  readonly onFind: (text: string) => void;
}): ReactElement {
  const [text, setText] = useState(phone);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    onFind(text.trim());
  };
  return (
    <form className="filters" role="search" onSubmit={submit}>
      <TextField
        inputMode="tel"
        label="Phone number"
        maxLength={64}
        placeholder="+971 50 123 4567"
        value={text}
        onChange={setText}
      />
      <Button kind="primary" type="submit">
        Find
      </Button>
    </form>
  );
}

function FoundContact({ phone }: { readonly phone: string }): ReactElement {
  const path = `/user/${encodeURIComponent(phone)}`;
  const contact = useQuery({ queryKey: ["contact", phone], queryFn: () => api.get<KnownContact>(path) });
  const error = contact.error instanceof ApiError ? contact.error : undefined;
  // What was found before is not what there is now, where it has gone.
  if (error?.code === "not_found") {
    return <UnmappedContact digits={digitsOf(error, phone)} />;
  }
  if (contact.data === undefined) {
    if (contact.error === null) return <Skeleton />;
    return (
      <ErrorNote
        error={contact.error}
        hint={
          error?.code === "invalid_phone_number"
            ? "Write it with its country code, and try again."
            : undefined
        }
        onRetry={error?.status === 400 ? undefined : () => void contact.refetch()}
      />
    );
  }
  return <MappedContact contact={contact.data} />;
}

function digitsOf(error: ApiError, phone: string): string {
  const digits = error.body["phone_number"];
  return typeof digits === "string" ? digits : phone;
}

function UnmappedContact({ digits }: { readonly digits: string }): ReactElement {
  const [action, setAction] = useState<ContactAction>();
  const mayChange = useMayChange();
  return (
    <>
      <Card title={phoneText(digits)}>
        <EmptyState title="No tenant has this contact.">
          <p>
            It gets one when it sends the message of a tenant's link. You can also give it to one by hand.
          </p>
          <Button isDisabled={!mayChange} onPress={() => setAction("reassign")}>
            Give it to a tenant
          </Button>
        </EmptyState>
        <div className="actions start">
          <Button isDisabled={!mayChange} isSmall onPress={() => setAction("erase")}>
            Erase what is known of it
          </Button>
        </div>
      </Card>
      <ContactDeliveries digits={digits} />
      <ContactHistory digits={digits} />
      <ContactDialogs
        action={action}
        digits={digits}
        holder={undefined}
        onClose={() => setAction(undefined)}
      />
    </>
  );
}

function MappedContact({ contact }: { readonly contact: KnownContact }): ReactElement {
  const [action, setAction] = useState<ContactAction>();
  const mayChange = useMayChange();
  const { phone_number: digits, tenant_id: holder } = contact;
  return (
    <>
      <Card
        actions={contact.opted_out ? <Badge tone="warning">wants no messages</Badge> : null}
        title={phoneText(digits)}
      >
        <dl className="facts">
          <dt>Number</dt>
          <dd>
            <Phone digits={digits} />
          </dd>
          {contact.other_names.length === 0 ? null : (
            <>
              <dt>Known as well as</dt>
              <dd>{contact.other_names.join(", ")}</dd>
            </>
          )}
          <dt>Belongs to</dt>
          <dd>
            <TenantLink id={holder} />
          </dd>
          <dt>Since</dt>
          <dd>
            <Moment at={contact.since} />{" "}
            <span className="quiet">
              (<Moment at={contact.since} isAgo />)
            </span>
          </dd>
          <dt>Campaign</dt>
          <dd>{contact.campaign ?? <span className="quiet">none</span>}</dd>
        </dl>
        <div className="actions start">
          <Button isDisabled={!mayChange} isSmall onPress={() => setAction("reassign")}>
            Give to another tenant
          </Button>
          <Button isDisabled={!mayChange} isSmall onPress={() => setAction("remove")}>
            Remove from its tenant
          </Button>
          <Button isDisabled={!mayChange} isSmall onPress={() => setAction("export")}>
            Export
          </Button>
          <Button isDisabled={!mayChange} isSmall onPress={() => setAction("erase")}>
            Erase
          </Button>
        </div>
        {mayChange ? null : (
          <p className="quiet">Your key may only read. To change anything, sign in with another.</p>
        )}
      </Card>
      <ContactDeliveries digits={digits} />
      <ContactHistory digits={digits} />
      <ContactDialogs action={action} digits={digits} holder={holder} onClose={() => setAction(undefined)} />
    </>
  );
}

function ContactDeliveries({ digits }: { readonly digits: string }): ReactElement {
  const query = { phone_number: digits };
  const waiting = usePages<Delivery>({
    path: "/deliveries",
    query: { ...query, state: "pending" },
    pageSize: 25,
  });
  const dead = usePages<Delivery>({ path: "/deliveries", query: { ...query, state: "dead" }, pageSize: 25 });
  return (
    <Card title="Messages that did not arrive yet">
      <Loaded query={waiting}>
        {({ items }) => (
          <Loaded query={dead}>
            {({ items: given }) =>
              items.length + given.length === 0 ? (
                <p className="quiet">Nothing of it waits or was given up.</p>
              ) : (
                <DeliveryTable
                  deliveries={[...items, ...given]}
                  hasContact={false}
                  label="Deliveries of the contact"
                />
              )
            }
          </Loaded>
        )}
      </Loaded>
      <Pager label="waiting deliveries" pages={waiting} />
      <Pager label="dead letters" pages={dead} />
    </Card>
  );
}

function ContactHistory({ digits }: { readonly digits: string }): ReactElement {
  const pages = usePages<AuditEntry>({ path: "/audit", query: { subject: digits }, pageSize: 25 });
  return (
    <Card title="What was done with it">
      <Loaded query={pages}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">Nobody has changed anything about it.</p>
          ) : (
            <AuditTable entries={items} />
          )
        }
      </Loaded>
      <Pager label="what was done" pages={pages} />
    </Card>
  );
}

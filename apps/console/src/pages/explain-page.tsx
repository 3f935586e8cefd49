import { useState, type ReactElement, type SyntheticEvent } from "react";
import { api } from "../api/client.js";
import type { Explanation, TenantStanding } from "../api/types.js";
import { Badge } from "../ui/badge.js";
import { ErrorNote } from "../ui/error-note.js";
import { Button, TextField } from "../ui/fields.js";
import { phoneText } from "../ui/formats.js";
import { Card, Page } from "../ui/page.js";
import { EmptyState } from "../ui/states.js";
import { Moment, Phone, TenantLink } from "../ui/values.js";
import { faultOfField } from "./tenants/field-faults.js";

const LONGEST_TEXT = 4_096;

export function ExplainPage(): ReactElement {
  const [phone, setPhone] = useState("");
  const [text, setText] = useState("");
  const [explanation, setExplanation] = useState<Explanation>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    setExplanation(undefined);
    try {
      setExplanation(await api.post<Explanation>("/explain", { body: { phone_number: phone.trim(), text } }));
    } catch (fault) {
      setError(fault);
    }
    setBusy(false);
  };
  const isOfField = ["phone_number", "text"].some((field) => faultOfField(error, field) !== undefined);
  return (
    <Page title="Explain">
      <div className="columns">
        <Card title="What if">
          <form className="stack" onSubmit={(event) => void submit(event)}>
            <p className="quiet">
              What would become of a message. Nothing becomes of this one: nothing is changed or sent.
            </p>
            <TextField
              isRequired
              error={faultOfField(error, "phone_number")}
              inputMode="tel"
              label="Number of the contact"
              maxLength={64}
              placeholder="+971 50 123 4567"
              value={phone}
              onChange={setPhone}
            />
            <TextField
              isLong
              error={faultOfField(error, "text")}
              label="What it writes"
              maxLength={LONGEST_TEXT}
              placeholder="start_realty_2"
              value={text}
              onChange={setText}
            />
            {error === undefined || isOfField ? null : <ErrorNote error={error} />}
            <div className="actions">
              <Button isPending={isBusy} kind="primary" type="submit">
                Explain
              </Button>
            </div>
          </form>
        </Card>
        <div aria-live="polite">
          {explanation === undefined ? (
            <EmptyState title="Ask first.">
              <p>Write a number and a text, and it says whose message that would be, and why.</p>
            </EmptyState>
          ) : (
            <Outcome explanation={explanation} />
          )}
        </div>
      </div>
    </Page>
  );
}

const STANDINGS: Readonly<Record<TenantStanding, string>> = {
  active: "is active",
  no_handler: "has no handler, so the message would wait",
  inactive: "is inactive",
  unknown: "is not there",
};

function Outcome({ explanation }: { readonly explanation: Explanation }): ReactElement {
  const { outcome, link_code: code, mapping, phone_number: digits } = explanation;
  return (
    <Card actions={<OutcomeBadge explanation={explanation} />} title="What would happen">
      <p className="verdict">{verdictOf(explanation)}</p>
      <dl className="facts">
        <dt>Contact</dt>
        <dd>
          <Phone digits={digits} isLink />
          {explanation.other_names.length === 0 ? null : (
            <span className="quiet"> also {explanation.other_names.map(phoneText).join(", ")}</span>
          )}
        </dd>
        <dt>Link code</dt>
        <dd>
          {code === null ? (
            "none in the text"
          ) : (
            <>
              of <TenantLink id={code.tenant_id} />
              {code.campaign === null ? "" : `, campaign ${code.campaign}`}; the tenant{" "}
              {STANDINGS[code.tenant]}
            </>
          )}
        </dd>
        <dt>Belongs to</dt>
        <dd>
          {mapping === null ? (
            "nobody yet"
          ) : (
            <>
              <TenantLink id={mapping.tenant_id} /> since <Moment at={mapping.locked_at} />
              {mapping.campaign === null ? "" : `, by the campaign ${mapping.campaign}`}
            </>
          )}
        </dd>
        {outcome.status === "routed" && outcome.tenant !== undefined && outcome.tenant !== "active" ? (
          <>
            <dt>Handler</dt>
            <dd>The tenant {STANDINGS[outcome.tenant]}: the message waits for it.</dd>
          </>
        ) : null}
        {explanation.opted_out || explanation.wish !== null ? (
          <>
            <dt>Wishes</dt>
            <dd>
              {explanation.wish === "opt_out"
                ? "By this text it asks for no more messages."
                : explanation.wish === "opt_in"
                  ? "By this text it wants messages again."
                  : "It asked for no more messages: no reply is sent to it."}
            </dd>
          </>
        ) : null}
      </dl>
    </Card>
  );
}

function OutcomeBadge({ explanation: { outcome } }: { readonly explanation: Explanation }): ReactElement {
  switch (outcome.status) {
    case "routed":
      return <Badge tone="good">{outcome.locks === true ? "locks, and is routed" : "routed"}</Badge>;
    case "unknown_tenant":
      return <Badge tone="warning">unknown tenant</Badge>;
    case "unmapped":
      return <Badge tone="warning">unmapped</Badge>;
  }
}

function verdictOf({ outcome, mapping, link_code: code }: Explanation): string {
  const { status, tenant_id: tenantId } = outcome;
  switch (status) {
    case "routed":
      if (outcome.locks === true) {
        return `The contact would belong to tenant ${String(tenantId)} from then on, and the message would go there.`;
      }
      return code !== null && code.tenant_id !== mapping?.tenant_id
        ? `The message would go to tenant ${String(tenantId)}, who has the contact already. Another tenant's link changes nothing about that.`
        : `The message would go to tenant ${String(tenantId)}, who has the contact.`;
    case "unknown_tenant":
      return `The text has the link code of tenant ${String(tenantId)}, who is not there or inactive: the contact would belong to nobody, and the message would go to nobody.`;
    case "unmapped":
      return "The contact belongs to nobody and the text has no link code: the message would go to nobody.";
  }
}

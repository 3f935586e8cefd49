import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { Link, useSearchParams } from "react-router";
import { api } from "../api/client.js";
import type { Delivery } from "../api/types.js";
import { useLive } from "../live/live-context.js";
import { useMayChange } from "../session/session-context.js";
import { Choice } from "../ui/choice.js";
import { ConfirmDialog } from "../ui/confirm-dialog.js";
import { Button, TextField } from "../ui/fields.js";
import { grouped } from "../ui/formats.js";
import { Page } from "../ui/page.js";
import { Pager, usePages } from "../ui/pager.js";
import { EmptyState, Loaded } from "../ui/states.js";
import { DeliveryTable } from "./deliveries/delivery-table.js";
import { ReplayChosen } from "./deliveries/replay-chosen.js";

const STATES = [
  { value: "pending", label: "Waiting" },
  { value: "dead", label: "Dead letters" },
] as const;
const DIRECTIONS = [
  { value: "in", label: "To tenants" },
  { value: "out", label: "To contacts" },
] as const;

export function DeliveriesPage(): ReactElement {
  const [parameters, setParameters] = useSearchParams();
  const state = parameters.get("state") === "dead" ? "dead" : "pending";
  const direction = parameters.get("direction") === "out" ? "out" : "in";
  const tenant = parameters.get("tenant_id") ?? "";
  const tenantId = /^[1-9]\d{0,15}$/.test(tenant) ? tenant : undefined;
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
  const pages = usePages<Delivery>({
    path: "/deliveries",
    query: { state, direction, tenant_id: tenantId },
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const mayChange = useMayChange();
  // Only what was to go to a tenant can be replayed.
  const isReplayable = state === "dead" && direction === "in";
  // While another list is read, what is still shown is of the one before.
  const replayable = (pages.data?.items ?? []).filter(
    (each) => each.state === "dead" && each.direction === "in",
  );
  return (
    <Page
      actions={isReplayable && tenantId !== undefined ? <ReplayAll tenantId={Number(tenantId)} /> : null}
      title="Deliveries"
    >
      <div className="stack wide">
        <div className="filters">
          <Choice choices={STATES} label="State" value={state} onChange={(value) => change("state", value)} />
          <Choice
            choices={DIRECTIONS}
            label="Direction"
            value={direction}
            onChange={(value) => change("direction", value)}
          />
          <TextField
            error={tenant === "" || tenantId !== undefined ? undefined : "It is a whole number from 1."}
            inputMode="numeric"
            label="Of tenant"
            placeholder="all of them"
            value={tenant}
            onChange={(text) => change("tenant_id", text.trim())}
          />
        </div>
        {isReplayable && tenantId === undefined ? (
          <p className="quiet">To replay all dead letters of a tenant at once, say which tenant.</p>
        ) : null}
        {isReplayable ? <ReplayChosen chosen={chosen} deliveries={replayable} onChoose={setChosen} /> : null}
        <Loaded query={pages}>
          {({ items }) =>
            items.length === 0 && !pages.isPaged ? (
              <NothingHere direction={direction} state={state} />
            ) : (
              <DeliveryTable
                choice={isReplayable && mayChange ? { chosen, onChoose: setChosen } : undefined}
                deliveries={items}
                label={state === "dead" ? "Dead letters" : "Waiting deliveries"}
              />
            )
          }
        </Loaded>
        <Pager label="deliveries" pages={pages} />
      </div>
    </Page>
  );
}

function NothingHere(props: {
  readonly state: "pending" | "dead";
  readonly direction: "in" | "out";
}): ReactElement {
  const { state, direction } = props;
  const { overview } = useLive();
  const elsewhere = direction === "in" ? overview?.replies : overview?.deliveries;
  const there = elsewhere?.[state] ?? 0;
  // The numbers that lead here are of both directions.
  const other =
    there === 0 ? null : (
      <p>
        <Link to={`/deliveries?state=${state}&direction=${direction === "in" ? "out" : "in"}`}>
          {grouped(there)} to {direction === "in" ? "contacts" : "tenants"}
        </Link>
      </p>
    );
  if (state === "dead") {
    return (
      <EmptyState title="No dead letters.">
        <p>
          {direction === "in"
            ? "What is given up shows up here, with the reason, and can be replayed for 30 days or as set."
            : "What is given up shows up here, with the reason, for 30 days or as set. Its tenant is told, and sends it again if it still matters."}
        </p>
        {other}
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing waits.">
      <p>
        {direction === "in"
          ? "Every message was taken by its tenant's handler."
          : "Every reply went out to its contact."}
      </p>
      {other}
    </EmptyState>
  );
}

interface ReplayedAll {
  readonly replayed: number;
  readonly without_holder: number;
}

function ReplayAll({ tenantId }: { readonly tenantId: number }): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const [result, setResult] = useState<ReplayedAll>();
  const mayChange = useMayChange();
  const queries = useQueryClient();
  return (
    <>
      <span aria-live="polite" className="quiet">
        {result === undefined
          ? ""
          : `${grouped(result.replayed)} replayed${result.without_holder === 0 ? "" : `, ${grouped(result.without_holder)} have no tenant to go to`}.`}
      </span>
      <Button isDisabled={!mayChange} kind="primary" onPress={() => setAsked(true)}>
        Replay all of tenant {tenantId}
      </Button>
      {isAsked ? (
        <ConfirmDialog
          confirmLabel="Replay all"
          title={`Replay all dead letters of tenant ${tenantId}?`}
          onClose={() => setAsked(false)}
          onConfirm={async () => {
            setResult(await api.post<ReplayedAll>("/deliveries/replay", { query: { tenant_id: tenantId } }));
            setAsked(false);
            await queries.invalidateQueries();
          }}
        >
          <ul>
            <li>Each goes to the end of its contact's line, to whichever tenant has the contact now.</li>
            <li>The handler is told that it is a replay, by the same webhook-id as before.</li>
            <li>What belongs to a contact without a tenant stays where it is.</li>
          </ul>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

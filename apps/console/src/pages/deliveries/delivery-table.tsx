import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement, type ReactNode } from "react";
import { api } from "../../api/client.js";
import type { Delivery } from "../../api/types.js";
import { useMayChange } from "../../session/session-context.js";
import { Badge } from "../../ui/badge.js";
import { CheckBox } from "../../ui/check-box.js";
import { ErrorNote } from "../../ui/error-note.js";
import { Button } from "../../ui/fields.js";
import { grouped, phoneText, timeText } from "../../ui/formats.js";
import { Table, type Column } from "../../ui/table.js";
import { Moment, Phone, TenantLink } from "../../ui/values.js";

const REASONS: Readonly<Record<string, string>> = {
  refused: "the handler refused it",
  attempts_exhausted: "it failed too often",
  expired: "it waited too long",
  opted_out: "the contact wants no messages",
  mapping_changed: "the contact was removed or given away",
  tenant_removed: "the tenant was removed",
};

const WAITS: Readonly<Record<string, string>> = {
  tenant_limit: "for the tenant's turn to send",
  number_limit: "for the number's turn to send",
  confirmation: "for WhatsApp to confirm an attempt",
  media: "for its file",
};

export interface DeliveryTableProps {
  readonly label: string;
  readonly deliveries: readonly Delivery[];
  /** Whether the contact is shown; left out, it is. */
  readonly hasContact?: boolean;
  /** Where several can be chosen. */
  readonly choice?:
    | { readonly chosen: ReadonlySet<string>; readonly onChoose: (ids: ReadonlySet<string>) => void }
    | undefined;
}

export function DeliveryTable(props: DeliveryTableProps): ReactElement {
  const { label, deliveries, hasContact = true, choice } = props;
  const columns: readonly Column<Delivery>[] = [
    ...(hasContact
      ? [
          {
            title: "Contact",
            cell: ({ id, phone_number: digits, enqueued_at: at }: Delivery): ReactNode => (
              <span className="pick">
                {choice === undefined ? null : (
                  <CheckBox
                    isChecked={choice.chosen.has(id)}
                    label={`Choose the one of ${phoneText(digits)} that was taken in ${timeText(at)}`}
                    onChange={(isChecked) => {
                      const chosen = new Set(choice.chosen);
                      if (isChecked) chosen.add(id);
                      else chosen.delete(id);
                      choice.onChoose(chosen);
                    }}
                  />
                )}
                <Phone digits={digits} isLink />
              </span>
            ),
          },
        ]
      : []),
    { title: "State", cell: (delivery) => <DeliveryState delivery={delivery} /> },
    { title: "Tenant", cell: ({ tenant_id: id }) => <TenantLink id={id} /> },
    {
      title: "Taken in",
      cell: ({ enqueued_at: at, replayed }) => (
        <>
          <Moment at={at} isAgo /> {replayed ? <Badge>replayed</Badge> : null}
        </>
      ),
    },
    { title: "Attempts", isNumber: true, cell: ({ attempts }) => grouped(attempts) },
    {
      title: "Last error",
      cell: ({ last_error: error }) =>
        error === null ? <span className="quiet">none</span> : <code>{error}</code>,
    },
    {
      title: "Do",
      cell: (delivery) =>
        delivery.state === "dead" && delivery.direction === "in" ? <ReplayButton id={delivery.id} /> : null,
    },
  ];
  const isReplayed = deliveries.some(({ state, direction }) => state === "dead" && direction === "in");
  return (
    <Table
      columns={isReplayed ? columns : columns.slice(0, -1)}
      keyOf={({ id, state }) => `${state} ${id}`}
      label={label}
      rows={deliveries}
    />
  );
}

function DeliveryState({ delivery }: { readonly delivery: Delivery }): ReactElement {
  const { state, reason, waiting_for: waitsFor, last_error: error, attempts } = delivery;
  if (state === "dead") {
    return (
      <>
        <Badge tone="bad">dead</Badge>{" "}
        <span className="quiet">{reason === undefined ? "" : (REASONS[reason] ?? reason)}</span>
      </>
    );
  }
  if (waitsFor !== null) {
    return (
      <>
        <Badge>waits</Badge> <span className="quiet">{WAITS[waitsFor] ?? waitsFor}</span>
      </>
    );
  }
  return error !== null && attempts > 0 ? <Badge tone="warning">is tried again</Badge> : <Badge>waits</Badge>;
}

function ReplayButton({ id }: { readonly id: string }): ReactElement {
  const mayChange = useMayChange();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const replay = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await api.post(`/deliveries/${encodeURIComponent(id)}/replay`);
      await queries.invalidateQueries();
    } catch (fault) {
      setError(fault);
    }
    setBusy(false);
  };
  return (
    <>
      <Button isDisabled={!mayChange} isPending={isBusy} isSmall onPress={() => void replay()}>
        Replay
      </Button>
      {error === undefined ? null : <ErrorNote error={error} />}
    </>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement, type SyntheticEvent } from "react";
import { api } from "../../api/client.js";
import type { RotatedCredentials, Tenant } from "../../api/types.js";
import { useMayChange } from "../../session/session-context.js";
import { Badge } from "../../ui/badge.js";
import { Choice } from "../../ui/choice.js";
import { ConfirmDialog } from "../../ui/confirm-dialog.js";
import { ErrorNote } from "../../ui/error-note.js";
import { Button, TextField } from "../../ui/fields.js";
import { timeText } from "../../ui/formats.js";
import { ModalDialog } from "../../ui/modal-dialog.js";
import { Card } from "../../ui/page.js";
import { CredentialsNote } from "./credentials-note.js";
import { faultOfField } from "./field-faults.js";

type Asked = "edit" | "activity" | "rotate" | undefined;

/** Who the tenant is, and what can be changed about that. */
export function TenantDetailsCard({ tenant }: { readonly tenant: Tenant }): ReactElement {
  const [asked, setAsked] = useState<Asked>();
  const mayChange = useMayChange();
  const close = (): void => setAsked(undefined);
  return (
    <Card
      actions={
        <Button isDisabled={!mayChange} isSmall onPress={() => setAsked("edit")}>
          Edit
        </Button>
      }
      title="Details"
    >
      <dl className="facts">
        <dt>Id</dt>
        <dd className="number">{tenant.id}</dd>
        <dt>Name</dt>
        <dd>{tenant.name ?? <span className="quiet">none</span>}</dd>
        <dt>Handler URL</dt>
        <dd>
          {tenant.url === null ? (
            <Badge tone="warning">none: messages wait</Badge>
          ) : (
            <code>{tenant.url}</code>
          )}
        </dd>
        {tenant.source === "template" ? (
          <>
            <dt>Known by</dt>
            <dd>the pattern TENANT_URL_TEMPLATE alone. Edit it to put it into the directory.</dd>
          </>
        ) : null}
      </dl>
      <div className="actions start">
        <Button isDisabled={!mayChange} isSmall onPress={() => setAsked("activity")}>
          {tenant.active ? "Deactivate" : "Activate"}
        </Button>
        <Button
          isDisabled={!mayChange || tenant.source === "template"}
          isSmall
          onPress={() => setAsked("rotate")}
        >
          New secret and token
        </Button>
      </div>
      {mayChange ? null : (
        <p className="quiet">Your key may only read. To change anything, sign in with another.</p>
      )}
      {asked === "edit" ? <EditDialog tenant={tenant} onClose={close} /> : null}
      {asked === "activity" ? <ActivityDialog tenant={tenant} onClose={close} /> : null}
      {asked === "rotate" ? <RotateDialog tenant={tenant} onClose={close} /> : null}
    </Card>
  );
}

interface DialogProps {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}

function EditDialog({ tenant, onClose }: DialogProps): ReactElement {
  const [name, setName] = useState(tenant.name ?? "");
  const [url, setUrl] = useState(tenant.url ?? "");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const queries = useQueryClient();
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.put(`/tenants/${tenant.id}`, {
        body: { name: orNull(name), ...(url.trim() === (tenant.url ?? "") ? {} : { url: orNull(url) }) },
      });
      await queries.invalidateQueries();
      onClose();
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  };
  const isOfField = ["name", "url"].some((field) => faultOfField(error, field) !== undefined);
  return (
    <ModalDialog isOpen title={`Edit tenant ${tenant.id}`} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <TextField
          autoFocus
          error={faultOfField(error, "name")}
          label="Name"
          maxLength={200}
          value={name}
          onChange={setName}
        />
        <TextField
          description="What waits is sent to the new one, too."
          error={faultOfField(error, "url")}
          inputMode="url"
          label="Handler URL"
          value={url}
          onChange={setUrl}
        />
        {error === undefined || isOfField ? null : <ErrorNote error={error} />}
        <div className="actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button isPending={isBusy} kind="primary" type="submit">
            Save
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}

function orNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}

function ActivityDialog({ tenant, onClose }: DialogProps): ReactElement {
  const queries = useQueryClient();
  const { id, active } = tenant;
  return (
    <ConfirmDialog
      confirmLabel={active ? "Deactivate" : "Activate"}
      isDangerous={active}
      title={active ? `Deactivate tenant ${id}?` : `Activate tenant ${id}?`}
      onClose={onClose}
      onConfirm={async () => {
        await api.put(`/tenants/${id}`, { body: { active: !active } });
        await queries.invalidateQueries();
        onClose();
      }}
    >
      {active ? (
        <ul>
          <li>Its link takes no new contacts.</li>
          <li>
            Its contacts stay its own. What they write waits, for 30 days at most, until it is active again.
          </li>
          <li>Its token is refused meanwhile.</li>
        </ul>
      ) : (
        <p>Its link takes contacts again, and what waits for it is sent to its handler now.</p>
      )}
    </ConfirmDialog>
  );
}

const OVERLAPS = [
  { value: "24", label: "24 hours" },
  { value: "168", label: "A week" },
  { value: "0", label: "None" },
] as const;

function RotateDialog({ tenant, onClose }: DialogProps): ReactElement {
  const [hours, setHours] = useState<"0" | "24" | "168">("24");
  const [made, setMade] = useState<RotatedCredentials>();
  if (made !== undefined) {
    return (
      <ModalDialog isOpen title={`New secret and token of tenant ${tenant.id}`}>
        <CredentialsNote credentials={made} />
        <p>
          {made.overlap_until === null
            ? "The old ones are good for nothing any more."
            : `The old ones are good until ${timeText(made.overlap_until)}.`}
        </p>
        <div className="actions">
          <Button kind="primary" onPress={onClose}>
            I have kept both
          </Button>
        </div>
      </ModalDialog>
    );
  }
  return (
    <ConfirmDialog
      confirmLabel="Make new ones"
      isDangerous={hours === "0"}
      title={`New secret and token for tenant ${tenant.id}?`}
      onClose={onClose}
      onConfirm={async () => {
        setMade(
          await api.post<RotatedCredentials>(`/tenants/${tenant.id}/rotate`, {
            body: { overlap_hours: Number(hours) },
          }),
        );
      }}
    >
      <p>How long the old ones are good beside the new:</p>
      <Choice choices={OVERLAPS} label="Overlap" value={hours} onChange={setHours} />
      <p>
        {hours === "0"
          ? "The old ones end at once: what the tenant sends, and what it is sent, is refused until its program has the new ones."
          : "Messages are signed with both meanwhile, and both tokens are taken: the tenant has so long to change."}
      </p>
    </ConfirmDialog>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement, type SyntheticEvent } from "react";
import { useNavigate } from "react-router";
import { api, ApiError } from "../../api/client.js";
import type { NewTenant } from "../../api/types.js";
import { ErrorNote } from "../../ui/error-note.js";
import { Button, TextField } from "../../ui/fields.js";
import { ModalDialog } from "../../ui/modal-dialog.js";
import { CredentialsNote } from "./credentials-note.js";
import { faultOfField } from "./field-faults.js";

export function AddTenantDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [id, setId] = useState("");
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [made, setMade] = useState<NewTenant>();
  const queries = useQueryClient();
  const navigate = useNavigate();

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setError(undefined);
    setBusy(true);
    try {
      setMade(
        await api.put<NewTenant>(`/tenants/${encodeURIComponent(id.trim())}`, {
          headers: { "If-None-Match": "*" },
          body: {
            ...(name.trim() === "" ? {} : { name: name.trim() }),
            ...(url.trim() === "" ? {} : { url: url.trim() }),
          },
        }),
      );
      void queries.invalidateQueries();
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  };
  if (made !== undefined) {
    return (
      <ModalDialog isOpen title={`Tenant ${made.id} is there`}>
        <CredentialsNote credentials={made} />
        <div className="actions">
          <Button kind="primary" onPress={() => void navigate(`/tenants/${made.id}`)}>
            I have kept both: to the tenant
          </Button>
        </div>
      </ModalDialog>
    );
  }
  return (
    <ModalDialog isOpen title="Add a tenant" onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <TextField
          autoFocus
          isRequired
          description="A whole number from 1. It stands in the tenant's link, and is never given again."
          error={faultOfField(error, "id")}
          inputMode="numeric"
          label="Id"
          value={id}
          onChange={setId}
        />
        <TextField
          error={faultOfField(error, "name")}
          label="Name"
          maxLength={200}
          value={name}
          onChange={setName}
        />
        <TextField
          description="Where its messages are sent. It can be left out for now; they wait until it is there."
          error={faultOfField(error, "url")}
          inputMode="url"
          label="Handler URL"
          placeholder="https://agent.example/messages"
          value={url}
          onChange={setUrl}
        />
        {error === undefined || hasFieldFaults(error) ? null : (
          <ErrorNote error={error} hint={hintFor(error)} />
        )}
        <div className="actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button isPending={isBusy} kind="primary" type="submit">
            Add tenant
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}

function hasFieldFaults(error: unknown): boolean {
  return ["id", "name", "url"].some((field) => faultOfField(error, field) !== undefined);
}

function hintFor(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === "tenant_exists" || error.code === "tenant_id_retired") return "Choose another id.";
  return undefined;
}

import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { api } from "../../api/client.js";
import type { ErasedContact, Reassigned } from "../../api/types.js";
import { ConfirmDialog } from "../../ui/confirm-dialog.js";
import { Button, TextField } from "../../ui/fields.js";
import { phoneText } from "../../ui/formats.js";
import { ModalDialog } from "../../ui/modal-dialog.js";
import { saveFile } from "../../ui/save-file.js";

export type ContactAction = "remove" | "reassign" | "export" | "erase";

export interface ContactDialogsProps {
  readonly action: ContactAction | undefined;
  readonly digits: string;
  /** Whose it is. */
  readonly holder: number | undefined;
  readonly onClose: () => void;
}

/** What can be done with a contact, each with what will happen by it. */
export function ContactDialogs({ action, ...props }: ContactDialogsProps): ReactElement | null {
  switch (action) {
    case "remove":
      return <RemoveDialog {...props} />;
    case "reassign":
      return <ReassignDialog {...props} />;
    case "export":
      return <ExportDialog {...props} />;
    case "erase":
      return <EraseDialog {...props} />;
    case undefined:
      return null;
  }
}

type DialogProps = Omit<ContactDialogsProps, "action">;

/** Both are read anew, the dialog being of what there was. */
function useDone(onClose: () => void): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    onClose();
    await queries.invalidateQueries();
  };
}

const LONGEST_REASON = 500;

function Reason({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}): ReactElement {
  return (
    <TextField
      isLong
      isRequired
      description="It is kept in the audit log, for who asks later."
      label="Reason"
      maxLength={LONGEST_REASON}
      value={value}
      onChange={onChange}
    />
  );
}

function RemoveDialog({ digits, holder, onClose }: DialogProps): ReactElement {
  const [reason, setReason] = useState("");
  const done = useDone(onClose);
  return (
    <ConfirmDialog
      isDangerous
      confirmLabel="Remove it from its tenant"
      isDisabled={reason.trim() === ""}
      title={`Remove ${phoneText(digits)} from tenant ${String(holder)}?`}
      onClose={onClose}
      onConfirm={async () => {
        await api.delete(`/user/${encodeURIComponent(digits)}/mapping`, { body: { reason: reason.trim() } });
        await done();
      }}
    >
      <ul>
        <li>
          The contact belongs to nobody, until it sends the message of a link again, which may be any
          tenant's.
        </li>
        <li>What still waits for tenant {holder} becomes dead letters. Replies on their way are dropped.</li>
        <li>The contact is told nothing, and neither is the tenant.</li>
      </ul>
      <Reason value={reason} onChange={setReason} />
    </ConfirmDialog>
  );
}

function ReassignDialog({ digits, holder, onClose }: DialogProps): ReactElement {
  const [tenant, setTenant] = useState("");
  const [reason, setReason] = useState("");
  const done = useDone(onClose);
  const id = Number(tenant.trim());
  const isId = /^[1-9]\d{0,15}$/.test(tenant.trim()) && Number.isSafeInteger(id);
  return (
    <ConfirmDialog
      confirmLabel="Give it to the tenant"
      isDisabled={!isId || reason.trim() === ""}
      title={`Give ${phoneText(digits)} to ${holder === undefined ? "a tenant" : "another tenant"}?`}
      onClose={onClose}
      onConfirm={async () => {
        await api.post<Reassigned>(`/user/${encodeURIComponent(digits)}/reassign`, {
          body: { tenant_id: id, reason: reason.trim() },
        });
        await done();
      }}
    >
      <TextField
        isRequired
        error={tenant.trim() === "" || isId ? undefined : "It is a whole number from 1."}
        inputMode="numeric"
        label="Id of the tenant"
        value={tenant}
        onChange={setTenant}
      />
      <ul>
        <li>From now on its messages go to that tenant, and it alone may write to the contact.</li>
        {holder === undefined ? null : (
          <li>
            What still waits for tenant {holder} becomes dead letters, which you may replay to the new one.
            Replies of tenant {holder} on their way are dropped.
          </li>
        )}
        <li>The contact is told nothing.</li>
      </ul>
      <Reason value={reason} onChange={setReason} />
    </ConfirmDialog>
  );
}

function ExportDialog({ digits, onClose }: DialogProps): ReactElement {
  return (
    <ConfirmDialog
      confirmLabel="Save the file"
      title={`Export what is known of ${phoneText(digits)}?`}
      onClose={onClose}
      onConfirm={async () => {
        const known = await api.get<object>(`/user/${encodeURIComponent(digits)}/export`);
        saveFile(`contact-${digits.replace(/\D/g, "")}.json`, JSON.stringify(known, null, 2));
        onClose();
      }}
    >
      <p>
        A file with all that the gateway knows of the contact is saved on this device: whose it is, what waits
        and what was given up with what it wrote, and what was done with it. What was delivered is with its
        tenant.
      </p>
      <p>It is entered in the audit log that you exported it.</p>
    </ConfirmDialog>
  );
}

function EraseDialog({ digits, holder, onClose }: DialogProps): ReactElement {
  const [typed, setTyped] = useState("");
  const [unreadable, setUnreadable] = useState<readonly string[]>([]);
  const done = useDone(onClose);
  if (unreadable.length > 0) {
    return (
      <ModalDialog isOpen title={`${phoneText(digits)} is erased, but for these`}>
        <p className="note error">
          These backups name the contact and can&apos;t be read. Look at them, and remove them or what they
          say of it.
        </p>
        <ul>
          {unreadable.map((path) => (
            <li key={path}>
              <code>{path}</code>
            </li>
          ))}
        </ul>
        <div className="actions">
          <Button kind="primary" onPress={() => void done()}>
            I have kept the list
          </Button>
        </div>
      </ModalDialog>
    );
  }
  return (
    <ConfirmDialog
      isDangerous
      confirmLabel="Erase it for good"
      isDisabled={typed.replace(/\D/g, "") !== digits.replace(/\D/g, "")}
      title={`Erase ${phoneText(digits)}?`}
      onClose={onClose}
      onConfirm={async () => {
        const erased = await api.delete<ErasedContact>(`/user/${encodeURIComponent(digits)}/data`);
        if (erased.unreadable_backups.length > 0) setUnreadable(erased.unreadable_backups);
        else await done();
      }}
    >
      <p className="note error">This can't be undone, and no backup brings it back.</p>
      <ul>
        <li>
          {holder === undefined ? "What" : `It does not belong to tenant ${holder} any more, and what`} waits
          or was given up of it is removed, files included.
        </li>
        <li>In the audit log a pseudonym stands in its place.</li>
        <li>What its tenant has kept stays with the tenant: tell it, too.</li>
        <li>Its wish to get no messages stays, without its number.</li>
      </ul>
      <TextField
        isRequired
        description="So that it is not the wrong one."
        inputMode="tel"
        label="Type the number to confirm"
        value={typed}
        onChange={setTyped}
      />
    </ConfirmDialog>
  );
}

import { useState, type ReactElement, type ReactNode } from "react";
import { ErrorNote } from "./error-note.js";
import { Button } from "./fields.js";
import { ModalDialog } from "./modal-dialog.js";

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  readonly confirmLabel: string;
  readonly isDangerous?: boolean;
  readonly isDisabled?: boolean;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** Says what will happen before it does, and what went wrong where it did not. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  const {
    title,
    children,
    confirmLabel,
    isDangerous = false,
    isDisabled = false,
    onConfirm,
    onClose,
  } = props;
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  };
  return (
    <ModalDialog isOpen role="alertdialog" title={title} onClose={onClose}>
      {children}
      {error === undefined ? null : <ErrorNote error={error} />}
      <div className="actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button
          isDisabled={isDisabled}
          isPending={isBusy}
          kind={isDangerous ? "danger" : "primary"}
          onPress={() => void confirm()}
        >
          {confirmLabel}
        </Button>
      </div>
    </ModalDialog>
  );
}

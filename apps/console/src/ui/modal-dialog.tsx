import type { ReactElement, ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "./fields.js";

export interface ModalDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** Left out, it can't be closed by itself. */
  readonly onClose?: (() => void) | undefined;
  readonly role?: "dialog" | "alertdialog";
}

export function ModalDialog(props: ModalDialogProps): ReactElement {
  const { isOpen, title, children, onClose, role = "dialog" } = props;
  return (
    <ModalOverlay
      className="overlay"
      isDismissable={false}
      isKeyboardDismissDisabled={onClose === undefined}
      isOpen={isOpen}
      onOpenChange={(isStillOpen) => {
        if (!isStillOpen) onClose?.();
      }}
    >
      <Modal className="modal">
        <Dialog className="dialog" role={role}>
          <header className="dialog-head">
            <Heading slot="title">{title}</Heading>
            {onClose === undefined ? null : (
              <Button aria-label="Close" kind="plain" isSmall onPress={onClose}>
                ✕
              </Button>
            )}
          </header>
          <div className="stack">{children}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

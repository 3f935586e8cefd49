import type { ReactElement } from "react";
import { Button } from "../ui/fields.js";
import { ModalDialog } from "../ui/modal-dialog.js";
import { useSession } from "./session-context.js";
import { SignInForm } from "./sign-in-form.js";

/** Stands over the page, which keeps what was typed into it. */
export function SessionOverDialog(): ReactElement {
  const { state, signOut } = useSession();
  const isOver = state.kind === "signed_in" && state.isOver;
  return (
    <ModalDialog isOpen={isOver} title="Sign in again">
      <p>Your session has ended. Sign in again, and the page goes on where you were.</p>
      <SignInForm label="Sign in and go on" />
      <Button kind="plain" onPress={() => void signOut()}>
        Leave the console
      </Button>
    </ModalDialog>
  );
}

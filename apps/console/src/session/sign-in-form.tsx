import { useState, type ReactElement, type SyntheticEvent } from "react";
import { useSession } from "./session-context.js";
import { ErrorNote } from "../ui/error-note.js";
import { Button, TextField } from "../ui/fields.js";

export function SignInForm({ label = "Sign in" }: { readonly label?: string }): ReactElement {
  const { signIn } = useSession();
  const [key, setKey] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn(key.trim());
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <TextField
        autoFocus
        isRequired
        autoComplete="current-password"
        description="The file admin-api-key in the gateway's data folder has it, or the setting ADMIN_API_KEY."
        label="Admin key"
        name="key"
        type="password"
        value={key}
        onChange={setKey}
      />
      {error === undefined ? null : (
        <ErrorNote
          error={error}
          hint={
            isWrongKey(error)
              ? "Look whether the key was copied whole, or ask who runs the gateway for one."
              : undefined
          }
        />
      )}
      <Button isPending={isBusy} kind="primary" type="submit">
        {label}
      </Button>
    </form>
  );
}

function isWrongKey(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "unauthorized";
}

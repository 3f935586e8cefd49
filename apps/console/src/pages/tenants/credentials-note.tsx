import type { ReactElement } from "react";
import type { Credentials } from "../../api/types.js";
import { CopyButton } from "../../ui/copy-button.js";

/** What is shown once. */
export function CredentialsNote({ credentials }: { readonly credentials: Credentials }): ReactElement {
  return (
    <>
      <p className="note warning">
        <strong>These are shown once.</strong> Copy both to where the tenant's program finds them.
      </p>
      <Secret
        label="Signing secret"
        text={credentials.secret}
        use="By it the handler knows that a message is the gateway's."
      />
      <Secret label="Token" text={credentials.token} use="The tenant's own requests carry it." />
    </>
  );
}

function Secret(props: {
  readonly label: string;
  readonly text: string;
  readonly use: string;
}): ReactElement {
  const { label, text, use } = props;
  return (
    <div className="secret">
      <strong>{label}</strong>
      <code>{text}</code>
      <CopyButton text={text} what={`the ${label.toLowerCase()}`} />
      <span className="quiet">{use}</span>
    </div>
  );
}

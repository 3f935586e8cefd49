import type { ReactElement } from "react";
import { ApiError } from "../api/client.js";
import { Button } from "./fields.js";

export interface ErrorNoteProps {
  readonly error: unknown;
  /** What to do next; left out, what fits the error. */
  readonly hint?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong, and what to do next. */
export function ErrorNote({ error, hint = hintFor(error), onRetry }: ErrorNoteProps): ReactElement {
  return (
    <div className="note error" role="alert">
      <p>
        <strong>{textOf(error)}</strong>
      </p>
      {hint === undefined ? null : <p>{hint}</p>}
      {onRetry === undefined ? null : (
        <Button isSmall onPress={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hintFor(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return "Reload the page. If it happens again, look at the gateway's log.";
  if (error.status === 0)
    return "What is shown comes by itself once the gateway answers. What you were doing, look whether it was done, and do it again.";
  if (error.status === 429) return "Wait a minute, and try again.";
  if (error.status === 503)
    return "Try again in a moment; npx gateway doctor says what is wrong if it stays so.";
  if (error.status >= 500) return "Look at the gateway's log, which has the whole of it.";
  if (error.code === "tenants_file_edited") {
    return "Somebody edited the tenants' file meanwhile. It was read anew: look at it, and do this again.";
  }
  return undefined;
}

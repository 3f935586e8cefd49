import { useEffect, useState, type ReactElement } from "react";
import { Button } from "./fields.js";

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for who can't see where the button stands. */
  readonly what: string;
  readonly label?: string;
  /** Where there is little room. */
  readonly isIcon?: boolean;
}

const TOLD_MS = 2_000;

/** Copies, and says so. Browsers give the clipboard to pages with https, or on localhost, only. */
export function CopyButton({ text, what, label = "Copy", isIcon = false }: CopyButtonProps): ReactElement {
  const [said, setSaid] = useState<"copied" | "refused">();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), TOLD_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("copied");
    } catch {
      setSaid("refused");
    }
  };
  return (
    <span className="copy">
      <Button aria-label={`Copy ${what}`} isSmall kind="plain" onPress={() => void copy()}>
        {said === "copied" ? isIcon ? <Icon path="m4 10 4 4 8-9" /> : "Copied" : null}
        {said === "refused" ? "Select it and press Ctrl+C" : null}
        {said === undefined ? isIcon ? <Icon path="M7 7V3h10v10h-4M3 7h10v10H3z" /> : label : null}
      </Button>
      <span className="only-read" role="status">
        {said === "copied"
          ? `${what} copied`
          : said === "refused"
            ? "The browser does not let it be copied"
            : ""}
      </span>
    </span>
  );
}

function Icon({ path }: { readonly path: string }): ReactElement {
  return (
    <svg aria-hidden="true" className="icon" viewBox="0 0 20 20">
      <path d={path} />
    </svg>
  );
}

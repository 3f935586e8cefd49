import type { ReactElement, ReactNode } from "react";

export type Tone = "good" | "warning" | "bad" | "plain";

/** A word for a state. The tone says nothing that the word does not. */
export function Badge({
  tone = "plain",
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}): ReactElement {
  return <span className={`badge ${tone}`}>{children}</span>;
}

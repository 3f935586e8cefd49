import type { ReactElement, ReactNode } from "react";
import { ErrorNote } from "./error-note.js";

/** Nothing is here, and what to do about it first. */
export function EmptyState({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

export interface LoadedProps<Data> {
  readonly query: {
    readonly data: Data | undefined;
    readonly error: unknown;
    readonly isPending: boolean;
    readonly refetch: () => unknown;
  };
  readonly children: (data: Data) => ReactNode;
}

/** What was read, or that it is being read, or why it was not. What was read before stays while that lasts. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Skeleton />;
  return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
}

export function Skeleton(): ReactElement {
  return (
    <div className="skeleton" role="status">
      <span className="only-read">Loading…</span>
      <i />
      <i />
      <i />
    </div>
  );
}

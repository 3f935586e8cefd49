import { useEffect, useRef, type ReactElement, type ReactNode } from "react";
import { useLocation } from "react-router";

export interface PageProps {
  readonly title: string;
  /** What can be done with all of it. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page by its heading, which is where the focus goes when it is come to. */
export function Page({ title, actions, children }: PageProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname, key } = useLocation();
  useEffect(() => {
    document.title = `${title} · Gateway console`;
  }, [title]);
  useEffect(() => {
    // Not where the browser opened it: then reading begins at the top.
    if (key !== "default") heading.current?.focus({ preventScroll: true });
  }, [pathname, key]);
  return (
    <>
      <header className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <div className="actions">{actions}</div>
      </header>
      {children}
    </>
  );
}

export function Card({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}): ReactElement {
  return (
    <section aria-label={title} className="card">
      <header className="card-head">
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}

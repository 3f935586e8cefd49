import type { ReactElement } from "react";
import { Link } from "react-router";
import { Page } from "../ui/page.js";
import { EmptyState } from "../ui/states.js";

export function NotFoundPage(): ReactElement {
  return (
    <Page title="Not found">
      <EmptyState title="There is no such page.">
        <Link to="/">To the overview</Link>
      </EmptyState>
    </Page>
  );
}

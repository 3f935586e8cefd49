import type { ReactElement } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { LiveProvider } from "./live/live-context.js";
import { AuditPage } from "./pages/audit-page.js";
import { ContactsPage } from "./pages/contacts-page.js";
import { DeliveriesPage } from "./pages/deliveries-page.js";
import { ExplainPage } from "./pages/explain-page.js";
import { NotFoundPage } from "./pages/not-found-page.js";
import { OverviewPage } from "./pages/overview-page.js";
import { TenantPage } from "./pages/tenant-page.js";
import { TenantsPage } from "./pages/tenants-page.js";
import { useSession } from "./session/session-context.js";
import { SignInPage } from "./session/sign-in-page.js";
import { Shell } from "./shell.js";
import { ErrorNote } from "./ui/error-note.js";
import { Skeleton } from "./ui/states.js";

export function App(): ReactElement {
  const { state, ask } = useSession();
  switch (state.kind) {
    case "asking":
      return <Skeleton />;
    case "unreachable":
      return (
        <main className="sign-in">
          <ErrorNote
            error={new Error(state.message)}
            hint="Start it, and try again."
            onRetry={() => void ask()}
          />
        </main>
      );
    case "signed_out":
      return <SignInPage />;
    case "signed_in":
      return (
        <LiveProvider>
          <BrowserRouter basename="/console">
            <Routes>
              <Route element={<Shell />}>
                <Route element={<OverviewPage />} index />
                <Route element={<TenantsPage />} path="tenants" />
                <Route element={<TenantPage />} path="tenants/:id" />
                <Route element={<ContactsPage />} path="contacts" />
                <Route element={<DeliveriesPage />} path="deliveries" />
                <Route element={<ExplainPage />} path="explain" />
                <Route element={<AuditPage />} path="audit" />
                <Route element={<NotFoundPage />} path="*" />
              </Route>
            </Routes>
          </BrowserRouter>
        </LiveProvider>
      );
  }
}

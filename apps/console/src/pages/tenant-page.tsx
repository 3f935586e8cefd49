import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, useParams } from "react-router";
import { api, ApiError } from "../api/client.js";
import type { Tenant } from "../api/types.js";
import { Badge } from "../ui/badge.js";
import { Page } from "../ui/page.js";
import { EmptyState, Loaded } from "../ui/states.js";
import { TenantContactsCard } from "./tenants/tenant-contacts-card.js";
import { TenantDetailsCard } from "./tenants/tenant-details-card.js";
import { TenantHandlerCard } from "./tenants/tenant-handler-card.js";
import { TenantLinkCard } from "./tenants/tenant-link-card.js";

export function TenantPage(): ReactElement {
  const { id = "" } = useParams();
  const path = `/tenants/${encodeURIComponent(id)}`;
  const tenant = useQuery({ queryKey: ["tenant", id], queryFn: () => api.get<Tenant>(path) });
  if (tenant.data === undefined && tenant.error instanceof ApiError && tenant.error.status < 500) {
    return (
      <Page title={`Tenant ${id}`}>
        <EmptyState title={tenant.error.message}>
          <Link to="/tenants">To the tenants</Link>
        </EmptyState>
      </Page>
    );
  }
  const known = tenant.data;
  return (
    <Page
      actions={
        known === undefined ? null : (
          <Badge tone={known.active ? "good" : "plain"}>{known.active ? "active" : "inactive"}</Badge>
        )
      }
      title={known?.name == null ? `Tenant ${id}` : `${known.name} (${known.id})`}
    >
      <Loaded query={tenant}>
        {(data) => (
          <div className="stack wide">
            <div className="columns">
              <div className="stack wide">
                <TenantDetailsCard key={data.id} tenant={data} />
                <TenantHandlerCard tenant={data} />
              </div>
              <TenantLinkCard tenant={data} />
            </div>
            <TenantContactsCard tenant={data} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

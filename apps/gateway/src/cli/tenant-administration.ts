import type { ManageTenants, TenantId } from "@gateway-router/core";
import { tokens } from "../composition/tokens.js";
import type { GatewayConfig } from "../config/gateway-config.js";
import { readAs } from "../http/read-as.dto.js";
import { putAnswer, removeAnswer, rotateAnswer, tenantBody } from "../http/tenant-answers.js";
import { PutTenantDto, RotateTenantDto } from "../http/tenants.dto.js";
import { administer, answered, COMMAND_LINE, listByApi, PAGE, type Answer } from "./administration.js";
import type { RunningGateway } from "./running-gateway.js";

export interface NewTenant {
  readonly name?: string;
  readonly url?: string;
  readonly active: boolean;
}

/** What the commands do with tenants; each answers what the admin API would, and rejects with its message. */
export interface TenantAdministration {
  list(): Promise<readonly Answer[]>;
  add(id: TenantId, tenant: NewTenant): Promise<Answer>;
  rotate(id: TenantId, overlapHours: number | undefined): Promise<Answer>;
  remove(id: TenantId, force: boolean): Promise<Answer>;
}

/** A tenant's contacts go free one by one. */
const REMOVAL_TIMEOUT_MS = 280_000;

/** Does the work through the gateway that runs on the data, or on the data itself where none does. */
export function administerTenants<Result>(
  config: GatewayConfig,
  work: (tenants: TenantAdministration) => Promise<Result>,
  options: { readonly isFirst?: boolean } = {},
): Promise<Result> {
  return administer(config, { byApi, onData, useCase: tokens.manageTenants }, work, options);
}

function byApi(gateway: RunningGateway): TenantAdministration {
  const path = (id: TenantId) => `/api/gateway/tenants/${id}`;
  return {
    list: () => listByApi(gateway, "/api/gateway/tenants"),
    add: (id, tenant) =>
      gateway.call({ method: "PUT", path: path(id), body: tenant, headers: { "If-None-Match": "*" } }),
    rotate: (id, overlapHours) =>
      gateway.call({
        method: "POST",
        path: `${path(id)}/rotate`,
        body: overlapHours === undefined ? {} : { overlap_hours: overlapHours },
      }),
    remove: (id, force) =>
      gateway.call({
        method: "DELETE",
        path: `${path(id)}${force ? "?force=true" : ""}`,
        timeoutMs: REMOVAL_TIMEOUT_MS,
      }),
  };
}

function onData(manage: ManageTenants): TenantAdministration {
  return {
    async list() {
      const items: Answer[] = [];
      let cursor: string | undefined;
      do {
        const page = await manage.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
        items.push(...page.items.map((tenant) => tenantBody({ tenant, source: "directory" })));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return items;
    },
    add: (id, tenant) =>
      answered(async () => {
        readAs(PutTenantDto, tenant);
        return putAnswer(await manage.put({ actor: COMMAND_LINE, id, change: tenant, onlyNew: true }));
      }),
    rotate: (id, overlapHours) =>
      answered(async () => {
        readAs(RotateTenantDto, overlapHours === undefined ? {} : { overlap_hours: overlapHours });
        return rotateAnswer(await manage.rotate(id, { actor: COMMAND_LINE, overlapHours }));
      }),
    remove: (id, force) =>
      answered(async () => removeAnswer(await manage.remove(id, { actor: COMMAND_LINE, force }))),
  };
}

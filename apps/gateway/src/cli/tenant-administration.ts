import { existsSync } from "node:fs";
import { GatewayError, type ManageTenants, type TenantId } from "@gateway-router/core";
import { openTenants } from "../composition/open-tenants.js";
import type { GatewayConfig } from "../config/gateway-config.js";
import { HttpError } from "../http/http-error.js";
import { readAs } from "../http/read-as.dto.js";
import {
  putAnswer,
  removeAnswer,
  rotateAnswer,
  tenantBody,
  type TenantAnswer,
} from "../http/tenant-answers.js";
import { PutTenantDto, RotateTenantDto } from "../http/tenants.dto.js";
import { createLogger } from "../logging/create-logger.js";
import { RunningGateway } from "./running-gateway.js";

export interface NewTenant {
  readonly name?: string;
  readonly url?: string;
  readonly active: boolean;
}

/** As the admin API answers it. */
export type Answer = Readonly<Record<string, unknown>>;

/** What the commands do with tenants; each answers what the admin API would, and rejects with its message. */
export interface TenantAdministration {
  list(): Promise<readonly Answer[]>;
  add(id: TenantId, tenant: NewTenant): Promise<Answer>;
  rotate(id: TenantId, overlapHours: number | undefined): Promise<Answer>;
  remove(id: TenantId, force: boolean): Promise<Answer>;
}

/** Who acts where no admin key is asked for. */
const COMMAND_LINE = "command line";
const PAGE = 500;
/** A tenant's contacts go free one by one. */
const REMOVAL_TIMEOUT_MS = 280_000;

/** Does the work through the gateway that runs on the data, or on the data itself where none does. */
export async function administerTenants<Result>(
  config: GatewayConfig,
  work: (tenants: TenantAdministration) => Promise<Result>,
  { isFirst = false }: { readonly isFirst?: boolean } = {},
): Promise<Result> {
  const gateway = await RunningGateway.find(config);
  if (gateway !== undefined) return work(byApi(gateway));
  // Nobody who mistyped a path is to find a new, empty store there.
  if (!isFirst && !existsSync(config.dataDir)) {
    throw new GatewayError("no_data", `There is no data in ${config.dataDir}: see DATA_DIR.`, {
      retryable: false,
    });
  }
  const opened = await openTenants(config, createLogger(config, process.stderr));
  try {
    return await work(onData(opened.manageTenants));
  } finally {
    await opened.close();
  }
}

function byApi(gateway: RunningGateway): TenantAdministration {
  const path = (id: TenantId) => `/api/gateway/tenants/${id}`;
  return {
    async list() {
      const items: Answer[] = [];
      let cursor = "";
      do {
        const from = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await gateway.call({ method: "GET", path: `/api/gateway/tenants?limit=${PAGE}${from}` });
        items.push(...(page["items"] as readonly Answer[]));
        cursor = (page["next_cursor"] as string | null) ?? "";
      } while (cursor !== "");
      return items;
    },
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

/** What the API would have refused is refused here in the same words. */
async function answered(work: () => Promise<TenantAnswer>): Promise<Answer> {
  try {
    return (await work()).body;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw new GatewayError(error.code, error.message, { retryable: false });
  }
}

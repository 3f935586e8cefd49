import { existsSync } from "node:fs";
import type { Logger, TenantRegistry } from "@gateway-router/core";
import { dataPlaceOf, type GatewayConfig } from "../config/gateway-config.js";

export interface TenantsAtStart {
  readonly config: Pick<GatewayConfig, "tenants" | "storage" | "dataDir">;
  readonly registry: Pick<TenantRegistry, "list">;
  readonly logger: Logger;
}

const EXAMPLE = "npx gateway tenants add 2 --url http://127.0.0.1:9002/messages";

/** Says at the start what would otherwise show when the first contact reaches nobody. */
export async function warnOfMissingTenants({ config, registry, logger }: TenantsAtStart): Promise<void> {
  const { file, isFileSet, urlTemplate } = config.tenants;
  const hasFile = config.storage.kind === "file";
  const place = hasFile ? file : dataPlaceOf(config);
  const isFileMissing = hasFile && isFileSet && !existsSync(file);
  const isNobodyThere = urlTemplate === undefined && (await registry.list({ limit: 1 })).items.length === 0;
  if (!isFileMissing && !isNobodyThere) return;
  const fault = isFileMissing ? "TENANTS_FILE names a file that is not there" : "There are no tenants";
  const otherWay = urlTemplate === undefined ? "; or set TENANT_URL_TEMPLATE" : "";
  logger.log("warn", `${fault}. Add one, for example: ${EXAMPLE}. They are kept in ${place}${otherWay}`, {
    event: "tenants.missing",
    path: place,
  });
}

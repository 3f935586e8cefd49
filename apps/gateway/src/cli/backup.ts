import { existsSync } from "node:fs";
import { GatewayError, randomIds, systemClock } from "@gateway-router/core";
import { backupMapping, recordsFileBeside } from "@gateway-router/storage-file";
import type { GatewayConfig } from "../config/gateway-config.js";
import { createLogger } from "../logging/create-logger.js";
import { requireFiles } from "./require-files.js";
import { usingPath } from "../unusable-path-error.js";

export interface WrittenBackup {
  /** The mapping. */
  readonly file: string;
  /** The rest but messages, tenants' secrets included. */
  readonly records: string;
}

/** Backs up what the gateway knows this moment, and answers where. A running gateway is not disturbed. */
export async function backup(config: GatewayConfig): Promise<WrittenBackup> {
  requireFiles(config, "backup");
  const { dataDir } = config;
  if (!existsSync(dataDir)) {
    throw new GatewayError("no_data", `There is no data in ${dataDir}: see DATA_DIR.`, { retryable: false });
  }
  const logger = createLogger(config, process.stderr);
  const tenantsFile = config.tenants.file;
  const file = await usingPath({ setting: "DATA_DIR", path: dataDir }, () =>
    backupMapping({ dataDir, tenantsFile, clock: systemClock, ids: randomIds, logger }),
  );
  return { file, records: recordsFileBeside(file)! };
}

export function backupText({ file, records }: WrittenBackup): string {
  return `Backup written: ${file}\nBeside it, with tenants' secrets: ${records}\n`;
}

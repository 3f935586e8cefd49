import { existsSync } from "node:fs";
import { GatewayError, randomIds, systemClock } from "@gateway-router/core";
import { backupMapping } from "@gateway-router/storage-file";
import type { GatewayConfig } from "../config/gateway-config.js";
import { createLogger } from "../logging/create-logger.js";

/** Backs the mapping up as the gateway knows it this moment, and answers where. A running gateway is not disturbed. */
export async function backup(config: GatewayConfig): Promise<{ readonly file: string }> {
  const { dataDir } = config;
  if (!existsSync(dataDir)) {
    throw new GatewayError("no_data", `There is no data in ${dataDir}: see DATA_DIR.`, { retryable: false });
  }
  const logger = createLogger(config, process.stderr);
  return { file: await backupMapping({ dataDir, clock: systemClock, ids: randomIds, logger }) };
}

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { GatewayError, randomIds, systemClock } from "@gateway-router/core";
import { restoreMapping, type RestoredMapping } from "@gateway-router/storage-file";
import type { GatewayConfig } from "../config/gateway-config.js";
import { createLogger } from "../logging/create-logger.js";

/** Makes the mapping what the file says. Changes nothing where the file is damaged or a gateway runs on the data. */
export async function restore(config: GatewayConfig, file: string): Promise<RestoredMapping> {
  const { dataDir } = config;
  const logger = createLogger(config, process.stderr);
  try {
    // On a new machine a backup may be all there is.
    await mkdir(dataDir, { recursive: true });
    return await restoreMapping({
      ...{ file: resolve(file), dataDir, logger },
      ...{ clock: systemClock, ids: randomIds },
    });
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined || error instanceof GatewayError) throw error;
    throw new GatewayError("unreadable_file", `${path} can't be used (${code}). Nothing was changed.`, {
      retryable: false,
      cause: error,
    });
  }
}

export function restoreText({
  mappings,
  added,
  removed,
  changed,
  backup,
  replacedFile,
}: RestoredMapping): string {
  const lines = [
    `Restored ${mappings} ${mappings === 1 ? "mapping" : "mappings"}: ${added} added, ${removed} removed, ${changed} changed.`,
    ...(backup === undefined ? [] : [`The mapping as it was: ${backup}`]),
    ...(replacedFile === undefined ? [] : [`The file as it was: ${replacedFile}`]),
  ];
  return `${lines.join("\n")}\n`;
}

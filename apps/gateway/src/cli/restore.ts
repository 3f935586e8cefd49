import { mkdir, open } from "node:fs/promises";
import { resolve } from "node:path";
import { GatewayError, randomIds, systemClock } from "@gateway-router/core";
import { restoreMapping, type RestoredMapping, type RestoredRecords } from "@gateway-router/storage-file";
import type { GatewayConfig } from "../config/gateway-config.js";
import { createLogger } from "../logging/create-logger.js";
import { requireFiles } from "./require-files.js";
import { usingPath } from "../unusable-path-error.js";

/** Makes the mapping what the file says. Changes nothing where the file is damaged or a gateway runs on the data. */
export async function restore(config: GatewayConfig, file: string): Promise<RestoredMapping> {
  requireFiles(config, "restore");
  const { dataDir } = config;
  const path = resolve(file);
  const logger = createLogger(config, process.stderr);
  await requireFile(path);
  return usingPath({ setting: "DATA_DIR", path: dataDir }, async () => {
    // On a new machine a backup may be all there is.
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return restoreMapping({
      ...{ file: path, dataDir, logger },
      ...{ clock: systemClock, ids: randomIds, tenantsFile: config.tenants.file },
    });
  });
}

/** Whoever names something else than a readable file slipped, and is told before anything is touched. */
async function requireFile(path: string): Promise<void> {
  try {
    const file = await open(path, "r");
    try {
      if ((await file.stat()).isDirectory()) throw notABackup(path, "is a folder, not a backup");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw notABackup(
      path,
      `can't be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
      error,
    );
  }
}

function notABackup(path: string, fault: string, cause?: unknown): GatewayError {
  return new GatewayError("unreadable_file", `${path} ${fault}. Nothing was changed.`, {
    retryable: false,
    cause,
  });
}

export function restoreText({
  mappings,
  added,
  removed,
  changed,
  resumed,
  backup,
  erased,
  replacedFile,
  records,
}: RestoredMapping): string {
  const lines = [
    `Restored ${mappings} ${mappings === 1 ? "mapping" : "mappings"}: ${added} added, ${removed} removed, ${changed} changed.`,
    ...(erased === 0
      ? []
      : [`${erased} of the backup's contacts ${erased === 1 ? "was" : "were"} erased since, and left out.`]),
    ...recordsLines(records, { resumed, begunAnew: added + changed - resumed }),
    ...(backup === undefined ? [] : [`The mapping as it was: ${backup}`]),
    ...(replacedFile === undefined ? [] : [`The file as it was: ${replacedFile}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function recordsLines(
  records: RestoredRecords,
  { resumed, begunAnew }: { readonly resumed: number; readonly begunAnew: number },
): string[] {
  const leftOut = "when and by which campaign contacts came, removals, tenants";
  const consequence = `${begunAnew} of the contacts have a new contact.id for their tenants.`;
  switch (records.kind) {
    case "used":
      return [
        `With the records in ${records.file}: ${resumed} of the contacts are the same for their tenants as before.`,
        ...(records.tenantsFile === undefined ? [] : [`The tenants are back in ${records.tenantsFile}`]),
      ];
    case "absent":
      return [`There are no records beside the backup. Left out: ${leftOut}. ${consequence}`];
    case "damaged":
      return [
        `The records in ${records.file} can't be used, ${records.fault}. Left out: ${leftOut}. ${consequence}`,
      ];
  }
}

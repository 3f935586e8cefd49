import type { Clock, IdSource, Logger } from "@gateway-router/core";
import { openFileStorage } from "@gateway-router/storage-file";
import { inspectPostgres, openPostgresStorage, PostgresSendBudget } from "@gateway-router/storage-postgres";
import type { GatewayConfig } from "../config/gateway-config.js";
import type { Storage } from "../storage.js";
import { usingPath } from "../unusable-path-error.js";

interface Runtime {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** The engine that STORAGE names. */
export function openStorage(config: GatewayConfig, runtime: Runtime): Promise<Storage> {
  switch (config.storage.kind) {
    case "file":
      return openFiles(config, runtime);
    case "postgres":
      return openPostgres(config, config.storage.url, runtime);
  }
}

function openFiles(config: GatewayConfig, runtime: Runtime): Promise<Storage> {
  const { dataDir, duplicateMemoryDays, backupKeepDays, tenants, media } = config;
  return usingPath({ setting: "DATA_DIR", path: dataDir }, () =>
    openFileStorage({
      ...{ ...runtime, dataDir, duplicateMemoryDays, backupKeepDays },
      tenantsFile: tenants.file,
      mediaLimits: media,
    }),
  );
}

async function openPostgres(
  config: GatewayConfig,
  url: string,
  { clock, logger }: Runtime,
): Promise<Storage> {
  const { duplicateMemoryDays, media, replies } = config;
  const storage = await openPostgresStorage({
    ...{ url, clock, logger, duplicateMemoryDays },
    mediaLimits: media,
  });
  const { database, tenants, adminKeys } = storage;
  await warnOfRisks(url, logger);
  return {
    ...storage,
    shared: {
      tenantRegistry: tenants,
      adminKeyStore: adminKeys,
      sendBudget: new PostgresSendBudget({ database, limits: replies }),
    },
  };
}

/** An engine that may lose what it said was written makes the gateway's word to WAHA worth nothing. */
async function warnOfRisks(url: string, logger: Logger): Promise<void> {
  const condition = await inspectPostgres({ url });
  if (condition.kind === "unreachable" || condition.risks.length === 0) return;
  logger.log(
    "warn",
    `PostgreSQL may lose what it said was written: ${condition.risks.join(", ")}. Set them back in postgresql.conf`,
    { event: "storage.unsafe", risks: condition.risks },
  );
}

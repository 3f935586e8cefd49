import type { Clock, IdSource, Logger } from "@gateway-router/core";
import { openFileStorage } from "@gateway-router/storage-file";
import { inspectPostgres, openPostgresStorage, PostgresSendBudget } from "@gateway-router/storage-postgres";
import { durabilityFindings, openRedisStorage, RedisSendBudget } from "@gateway-router/storage-redis";
import type { GatewayConfig } from "../config/gateway-config.js";
import type { Storage } from "../storage.js";
import { usingPath } from "../unusable-path-error.js";

interface Runtime {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** The engine that STORAGE names. */
export async function openStorage(config: GatewayConfig, runtime: Runtime): Promise<Storage> {
  const storage = await openEngine(config, runtime);
  await warnOfRisks(storage, runtime.logger);
  return storage;
}

function openEngine(config: GatewayConfig, runtime: Runtime): Promise<Storage> {
  switch (config.storage.kind) {
    case "file":
      return openFiles(config, runtime);
    case "postgres":
      return openPostgres(config, config.storage.url, runtime);
    case "redis":
      return openRedis(config, config.storage.url, runtime);
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
  return {
    ...storage,
    risks: async () => {
      const condition = await inspectPostgres({ url });
      if (condition.kind === "unreachable") return [];
      return condition.risks.map((risk) => `${risk}: set it back in postgresql.conf`);
    },
    shared: {
      tenantRegistry: tenants,
      adminKeyStore: adminKeys,
      sendBudget: new PostgresSendBudget({ database, limits: replies }),
    },
  };
}

async function openRedis(config: GatewayConfig, url: string, { clock, logger }: Runtime): Promise<Storage> {
  const { duplicateMemoryDays, media, replies } = config;
  const storage = await openRedisStorage({
    ...{ url, clock, logger, duplicateMemoryDays },
    mediaLimits: media,
  });
  const { database, tenants, adminKeys } = storage;
  return {
    ...storage,
    risks: async () => {
      const findings = await durabilityFindings(database);
      return findings.filter(({ severity }) => severity === "loses").map(({ message }) => message);
    },
    shared: {
      tenantRegistry: tenants,
      adminKeyStore: adminKeys,
      sendBudget: new RedisSendBudget({ database, limits: replies }),
    },
  };
}

/** An engine that may lose what it said was written makes the gateway's word to WAHA worth nothing. */
async function warnOfRisks({ risks }: Storage, logger: Logger): Promise<void> {
  for (const risk of (await risks?.()) ?? []) {
    logger.log("warn", `⚠️ Storage may lose what it said was written. ${risk}`, {
      event: "storage.unsafe",
      risk,
    });
  }
}

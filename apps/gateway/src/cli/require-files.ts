import { GatewayError } from "@gateway-router/core";
import { dataPlaceOf, type GatewayConfig } from "../config/gateway-config.js";

/** What an engine does by means of its own, and better, is said rather than done: whom to ask, with an example. */
const INSTEAD = {
  postgres: {
    backup: "pg_dump --format=custom --schema=gateway_router --file=FILE DATABASE_URL",
    restore:
      "pg_restore --clean --if-exists --single-transaction --dbname=DATABASE_URL FILE, with all gateways stopped",
  },
  redis: {
    backup: "redis-cli -u REDIS_URL --rdb FILE",
    restore:
      "with Redis and all gateways stopped, put FILE into its folder as dump.rdb and take appendonlydir away, start it with --appendonly no, then CONFIG SET appendonly yes",
  },
};

/** Throws where the data is not in files. */
export function requireFiles(
  config: Pick<GatewayConfig, "storage" | "dataDir">,
  what: "backup" | "restore",
): void {
  const { kind } = config.storage;
  if (kind === "file") return;
  throw new GatewayError(
    "not_by_this_command",
    `The data is in ${dataPlaceOf(config)}, and this command is for files. Nothing was done. For ${kind === "redis" ? "Redis" : "PostgreSQL"}: ${INSTEAD[kind][what]} (docs/operations.md).`,
    { retryable: false },
  );
}

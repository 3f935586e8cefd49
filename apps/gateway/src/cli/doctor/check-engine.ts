import { inspectPostgres } from "@gateway-router/storage-postgres";
import { inspectRedis } from "@gateway-router/storage-redis";
import { dataPlaceOf, type GatewayConfig } from "../../config/gateway-config.js";
import { broken, fine, warning, type Finding } from "./finding.js";

/** Whether the engine that keeps the data is there, fit for it, and loses nothing. */
export async function checkEngine(
  config: Pick<GatewayConfig, "storage" | "dataDir">,
): Promise<readonly Finding[]> {
  const place = dataPlaceOf(config);
  switch (config.storage.kind) {
    case "file":
      return [];
    case "postgres":
      return checkPostgres(config.storage.url, place);
    case "redis":
      return checkRedis(config.storage.url, place);
  }
}

async function checkPostgres(url: string, place: string): Promise<readonly Finding[]> {
  const condition = await inspectPostgres({ url });
  if (condition.kind === "unreachable") {
    return [
      broken(
        "engine",
        `PostgreSQL at ${place} can't be asked (${condition.fault})`,
        "start it, or correct DATABASE_URL",
      ),
    ];
  }
  const { version, isNewEnough, isWritable, migration = 0, knownMigration, risks } = condition;
  const name = `PostgreSQL ${version} at ${place}`;
  if (!isNewEnough)
    return [broken("engine", `${name} is too old`, "the gateway needs PostgreSQL 15 or newer")];
  if (!isWritable) {
    return [broken("engine", `${name} is a standby and takes no writes`, "set DATABASE_URL to the primary")];
  }
  if (migration > knownMigration) {
    return [
      broken(
        "engine",
        `the tables at ${place} were made by a newer version (migration ${migration}, and this one knows ${knownMigration})`,
        "start that version",
      ),
    ];
  }
  if (risks.length > 0) {
    return [
      warning(
        "engine",
        `${name} may lose what it said was written: ${risks.join(", ")}`,
        `set them back in postgresql.conf and reload`,
      ),
    ];
  }
  return [fine("engine", migration === 0 ? `${name}; the first start makes the tables` : name)];
}

async function checkRedis(url: string, place: string): Promise<readonly Finding[]> {
  const condition = await inspectRedis({ url });
  if (condition.kind === "unreachable") {
    const fault = `Redis at ${place} can't be asked (${condition.fault})`;
    return [broken("engine", fault, "start it, or correct REDIS_URL")];
  }
  const { version, isNewEnough, isWritable, layout = 0, knownLayout, findings } = condition;
  const name = `Redis ${version} at ${place}`;
  if (!isNewEnough) {
    return [broken("engine", `${name} is too old`, "the gateway needs Redis 7 or newer, or Valkey")];
  }
  if (!isWritable) {
    return [broken("engine", `${name} is a replica and takes no writes`, "set REDIS_URL to the primary")];
  }
  if (layout > knownLayout) {
    return [
      broken(
        "engine",
        `the keys at ${place} were made by a newer version (layout ${layout}, and this one knows ${knownLayout})`,
        "start that version",
      ),
    ];
  }
  if (findings.length === 0) {
    return [fine("engine", layout === 0 ? `${name}; the first start makes the keys` : name)];
  }
  return findings.map(({ message, setting }) => warning("engine", `${name}: ${message}`, setting));
}

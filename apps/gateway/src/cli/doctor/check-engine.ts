import { inspectPostgres } from "@gateway-router/storage-postgres";
import { dataPlaceOf, type GatewayConfig } from "../../config/gateway-config.js";
import { broken, fine, warning, type Finding } from "./finding.js";

/** Whether the engine that keeps the data is there, fit for it, and loses nothing. */
export async function checkEngine(
  config: Pick<GatewayConfig, "storage" | "dataDir">,
): Promise<readonly Finding[]> {
  if (config.storage.kind === "file") return [];
  const place = dataPlaceOf(config);
  const condition = await inspectPostgres({ url: config.storage.url });
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

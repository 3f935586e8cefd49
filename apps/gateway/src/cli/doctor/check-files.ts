import { dataDirLayout, type DataDirCondition, type FileCondition } from "@gateway-router/storage-file";
import type { GatewayConfig } from "../../config/gateway-config.js";
import { broken, fine, warning, type CheckName, type Finding } from "./finding.js";

export interface FilesToCheck {
  readonly config: Pick<GatewayConfig, "dataDir" | "tenants">;
  readonly condition: DataDirCondition;
  readonly nowMs: number;
}

const HOUR_MS = 3_600_000;
const OLD_BACKUP_MS = 48 * HOUR_MS;

export function checkFiles(files: FilesToCheck): readonly Finding[] {
  return [checkMappingFile(files), checkTenantsFile(files), checkRecordsFile(files), checkBackup(files)];
}

function checkMappingFile({ config, condition }: FilesToCheck): Finding {
  const { mapping, newestBackup } = condition;
  const path = dataDirLayout(config.dataDir).mapping;
  const remedy =
    newestBackup === undefined
      ? "correct it, or restore a backup of your own: npx gateway restore FILE"
      : `correct it, or stop the gateway and bring back the newest good backup (${mappingsText(newestBackup.mappings)}): npx gateway restore ${newestBackup.path}`;
  if (mapping.kind === "sound") {
    return fine("mapping_file", `${path} has ${mappingsText(mapping.content.mappings)}`);
  }
  if (mapping.kind !== "absent") return unusable("mapping_file", path, mapping, remedy);
  // Where all mappings were removed, the file says so.
  return (newestBackup?.mappings ?? 0) > 0
    ? broken("mapping_file", `${path} is missing, though there were mappings`, remedy)
    : fine("mapping_file", "none yet: the first contact makes it");
}

function checkTenantsFile({ config, condition }: FilesToCheck): Finding {
  const { file, isFileSet, urlTemplate } = config.tenants;
  const { tenants } = condition;
  const add = "npx gateway tenants add 2 --url http://127.0.0.1:9002/messages";
  if (tenants.kind === "sound" || tenants.kind === "absent") {
    const count =
      tenants.kind === "sound" ? tenants.content.filter(({ removed }) => removed !== true).length : 0;
    if (tenants.kind === "absent" && isFileSet)
      return warning("tenants_file", `TENANTS_FILE names ${file}, which is not there`, add);
    if (count > 0) return fine("tenants_file", `${file} has ${count} ${count === 1 ? "tenant" : "tenants"}`);
    return urlTemplate === undefined
      ? warning("tenants_file", "there are no tenants", `${add}, or set TENANT_URL_TEMPLATE`)
      : fine("tenants_file", "no tenants of their own: TENANT_URL_TEMPLATE says who they are");
  }
  return unusable(
    "tenants_file",
    file,
    tenants,
    "correct it: the gateway goes on with the tenants as it read them last, and does not start without",
  );
}

function checkRecordsFile({ config, condition: { records } }: FilesToCheck): Finding {
  const path = dataDirLayout(config.dataDir).environment;
  switch (records.kind) {
    case "sound":
      return fine("records_file", `${path} looks whole from outside`);
    case "absent":
      return fine("records_file", "none yet: the first start makes it");
    case "damaged":
    case "unreadable":
      return unusable(
        "records_file",
        path,
        records,
        "start the gateway: it refuses, changes nothing, and says how to go on from the newest backup",
      );
  }
}

function checkBackup({ condition, nowMs }: FilesToCheck): Finding {
  const { mapping, newestBackup } = condition;
  const mappings = mapping.kind === "sound" ? mapping.content.mappings : 0;
  const mend =
    "npx gateway backup; a gateway that runs makes one a day, and logs backup.failed where it can't";
  if (newestBackup === undefined) {
    return mappings === 0
      ? fine("backup", "none yet, and no mapping to be lost")
      : warning("backup", "there is no good backup", mend);
  }
  const { path, writtenAtMs } = newestBackup;
  const hours = Math.max(0, Math.floor((nowMs - writtenAtMs) / HOUR_MS));
  const text = `the newest good one is ${hours} h old: ${path}`;
  return nowMs - writtenAtMs > OLD_BACKUP_MS && mappings > 0
    ? warning("backup", text, mend)
    : fine("backup", text);
}

function unusable(
  check: CheckName,
  path: string,
  condition: Extract<FileCondition<unknown>, { readonly fault: string }>,
  mend: string,
): Finding {
  return condition.kind === "damaged"
    ? broken(check, `${path} is damaged, ${condition.fault}`, mend)
    : broken(check, `${path} can't be read (${condition.fault})`, "give the file to the gateway's user");
}

function mappingsText(count: number): string {
  return count === 1 ? "1 mapping" : `${count} mappings`;
}

import { join } from "node:path";

/** Where things are in DATA_DIR. */
export function dataDirLayout(dataDir: string) {
  return {
    /** All records. */
    environment: join(dataDir, "gateway.mdb"),
    /** The mapping as people read it. */
    mapping: join(dataDir, "user_tenant_mapping.json"),
    backups: join(dataDir, "backups"),
  };
}

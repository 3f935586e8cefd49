import { join } from "node:path";

/** Where things are in DATA_DIR. */
export function dataDirLayout(dataDir: string) {
  return {
    /** All records. */
    environment: join(dataDir, "gateway.mdb"),
    /** The mapping as people read it. */
    mapping: join(dataDir, "user_tenant_mapping.json"),
    backups: join(dataDir, "backups"),
    /** The tenants, unless a setting says they are elsewhere. */
    tenants: join(dataDir, "tenants.json"),
  };
}

/** What sets the records of the queues in the environment apart. */
export const QUEUE_NAMES = { deliveries: "in", replies: "out" } as const;

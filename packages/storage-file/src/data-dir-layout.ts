import { join } from "node:path";

/** Where things are in DATA_DIR. */
export interface DataDirLayout {
  /** All records. */
  readonly environment: string;
  /** The mapping as people read it. */
  readonly mapping: string;
  readonly backups: string;
  /** Contacts' files. */
  readonly media: string;
  /** The tenants, unless a setting says they are elsewhere. */
  readonly tenants: string;
  /** The admin keys beside the first one. */
  readonly adminKeys: string;
}

export function dataDirLayout(dataDir: string): DataDirLayout {
  return {
    environment: join(dataDir, "gateway.mdb"),
    mapping: join(dataDir, "user_tenant_mapping.json"),
    backups: join(dataDir, "backups"),
    media: join(dataDir, "media"),
    tenants: join(dataDir, "tenants.json"),
    adminKeys: join(dataDir, "admin-keys.json"),
  };
}

/** What sets the records of the queues in the environment apart. */
export const QUEUE_NAMES = { deliveries: "in", replies: "out", mediaJobs: "media" } as const;

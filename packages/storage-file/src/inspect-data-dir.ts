import { readFile, stat } from "node:fs/promises";
import { dataDirLayout } from "./data-dir-layout.js";
import { errorCode, errorMessage, isMissing } from "./error-code.js";
import { faultOfLmdbFile } from "./lmdb-file.js";
import { parseMappingFile } from "./mapping-file.js";
import { newestGoodBackup, type GoodBackup } from "./newest-good-backup.js";
import { parseTenantsFile, type TenantEntry } from "./tenants-file.js";

/** What was found of a file. */
export type FileCondition<Content> =
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly fault: string }
  | { readonly kind: "damaged"; readonly fault: string }
  | { readonly kind: "sound"; readonly content: Content };

export interface DataDirCondition {
  readonly mapping: FileCondition<{ readonly mappings: number }>;
  readonly tenants: FileCondition<readonly TenantEntry[]>;
  /** The file of all records. Judged by its outside only: what is deep inside is known when it is opened. */
  readonly records: FileCondition<undefined>;
  /** The newest one that could be restored. */
  readonly newestBackup: GoodBackup | undefined;
}

/**
 * Looks at the files in a data directory as a start would, and changes, locks and opens nothing, so that a gateway
 * may be at work on them meanwhile. Rejects where the folder of the backups can't be listed.
 */
export async function inspectDataDir(options: {
  readonly dataDir: string;
  /** Wherever it is. */
  readonly tenantsFile: string;
}): Promise<DataDirCondition> {
  const layout = dataDirLayout(options.dataDir);
  return {
    mapping: await conditionOf(layout.mapping, async (path) => {
      const result = parseMappingFile(await readFile(path));
      if (result.kind === "parsed") return sound({ mappings: result.mapping.size });
      const { line, column, reason } = result.fault;
      return { kind: "damaged", fault: `line ${line}, column ${column}: ${reason}` };
    }),
    tenants: await conditionOf(options.tenantsFile, async (path) => {
      const result = parseTenantsFile(await readFile(path, "utf8"));
      return result.kind === "parsed"
        ? sound(result.entries)
        : { kind: "damaged", fault: result.faults.join("; ") };
    }),
    records: await conditionOf(layout.environment, async (path) => {
      await stat(path);
      const fault = faultOfLmdbFile(path);
      return fault === undefined ? sound(undefined) : { kind: "damaged", fault };
    }),
    newestBackup: await newestGoodBackup(layout.backups),
  };
}

function sound<Content>(content: Content): FileCondition<Content> {
  return { kind: "sound", content };
}

async function conditionOf<Content>(
  path: string,
  look: (path: string) => Promise<FileCondition<Content>>,
): Promise<FileCondition<Content>> {
  try {
    return await look(path);
  } catch (error) {
    if (isMissing(error)) return { kind: "absent" };
    const code = errorCode(error);
    return { kind: "unreadable", fault: typeof code === "string" ? code : errorMessage(error) };
  }
}

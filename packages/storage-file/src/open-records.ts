import { DamagedFileError } from "./damaged-file-error.js";
import type { DataDirLayout } from "./data-dir-layout.js";
import { LmdbEnvironment } from "./lmdb-environment.js";
import { faultOfLmdbFile } from "./lmdb-file.js";
import { newestGoodBackup } from "./newest-good-backup.js";
import { shellQuoted } from "./shell-quoted.js";

/** Opens the environment of a data directory. Throws `DamagedFileError`, with the ways on, where its file is damaged. */
export async function openRecords(layout: DataDirLayout): Promise<LmdbEnvironment> {
  const { environment: path } = layout;
  const fault = faultOfLmdbFile(path);
  if (fault === undefined) return LmdbEnvironment.open({ path });
  throw new DamagedFileError(
    path,
    [
      `${path} is damaged: ${fault}. Nothing was changed. It holds all records; the messages that wait in it can't be read, and are lost unless you have a copy of the file.`,
      `To go on, move it away: mv ${shellQuoted(path)} ${shellQuoted(`${path}.damaged`)}`,
      `Then start the gateway, which takes ${layout.mapping} over as new, or ${await restoreAdvice(layout.backups)}`,
    ].join("\n"),
  );
}

async function restoreAdvice(folder: string): Promise<string> {
  const good = await newestGoodBackup(folder);
  return good === undefined
    ? `first restore a backup of your own (there is no good one in ${folder}): npx gateway restore FILE`
    : `first bring back the newest good backup, ${good.path} (${good.mappings} mappings): npx gateway restore ${shellQuoted(good.path)}`;
}

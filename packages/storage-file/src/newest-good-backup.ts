import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "./error-code.js";
import { parseMappingFile } from "./mapping-file.js";

export interface GoodBackup {
  readonly path: string;
  readonly mappings: number;
  readonly writtenAtMs: number;
}

const MAPPING_BACKUP = /^mapping_[0-9]{8}(?:_[0-9]{6}(?:-[0-9]+)?)?[_a-z-]*\.json$/;
/** Backups looked into for a good one. */
const SEARCHED = 100;

/**
 * The newest backup in the folder that could be restored: by the time it was written, since the day's backup has
 * no time of day in its name. What can't be read is not good.
 */
export async function newestGoodBackup(folder: string): Promise<GoodBackup | undefined> {
  const names = (await namesIn(folder)).filter((name) => MAPPING_BACKUP.test(name));
  const backups = await Promise.all(names.map((name) => ageOf(join(folder, name))));
  backups.sort((a, b) => b.writtenAtMs - a.writtenAtMs || (a.path < b.path ? 1 : -1));
  for (const { path, writtenAtMs } of backups.slice(0, SEARCHED)) {
    const bytes = await readFile(path).catch(() => undefined);
    const result = bytes && parseMappingFile(bytes);
    if (result?.kind === "parsed") return { path, mappings: result.mapping.size, writtenAtMs };
  }
  return undefined;
}

/** What the folder holds; nothing where it is not there yet. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function ageOf(path: string): Promise<{ readonly path: string; readonly writtenAtMs: number }> {
  // One that was removed since its name was read will not be readable either.
  const writtenAtMs = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  return { path, writtenAtMs };
}

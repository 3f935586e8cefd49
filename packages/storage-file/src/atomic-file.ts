import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export interface AtomicWriteOptions {
  readonly path: string;
  /** The contents, piece by piece. */
  readonly chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
  /** Called when the new contents are on disk under a temporary name. What it throws leaves the old file in place. */
  readonly beforeRename?: () => Promise<void> | void;
  /** Called as soon as the new contents are in place; a crash of the system may still undo that. */
  readonly afterRename?: () => void;
}

/** Contacts' phone numbers and tenants' secrets are nobody's but the gateway's. */
export const PRIVATE_FILE_MODE = 0o600;
export const PRIVATE_FOLDER_MODE = 0o700;

/**
 * Writes the file beside its place, flushes it, and puts it in place with its name flushed too: whatever
 * happens, the old contents are there or the new, whole. One writer at a time per path.
 */
export async function writeFileAtomically(options: AtomicWriteOptions): Promise<void> {
  const temporary = `${options.path}.tmp`;
  try {
    const file = await open(temporary, "w", PRIVATE_FILE_MODE);
    try {
      // A temporary file that a crash left behind keeps its own permissions otherwise.
      await file.chmod(PRIVATE_FILE_MODE);
      for await (const chunk of options.chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await options.beforeRename?.();
    await rename(temporary, options.path);
    options.afterRename?.();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(options.path));
}

/** Makes the names in the folder durable. */
export async function syncDirectory(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

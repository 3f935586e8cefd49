import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export interface AtomicWriteOptions {
  readonly path: string;
  /** The contents, piece by piece. */
  readonly chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
  /** Permissions of the file; 0666 less the process's umask where not given. */
  readonly mode?: number;
  /** Called when the new contents are on disk under a temporary name. What it throws leaves the old file in place. */
  readonly beforeRename?: () => Promise<void> | void;
}

/**
 * Writes the file beside its place, flushes it, and puts it in place with its name flushed too: whatever
 * happens, the old contents are there or the new, whole. One writer at a time per path.
 */
export async function writeFileAtomically(options: AtomicWriteOptions): Promise<void> {
  const temporary = `${options.path}.tmp`;
  try {
    const file = await open(temporary, "w", options.mode);
    try {
      for await (const chunk of options.chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await options.beforeRename?.();
    await rename(temporary, options.path);
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

import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { GatewayError } from "@gateway-router/core";

export interface KeptSecretOptions {
  readonly path: string;
  /** Makes the secret where the file is not there. */
  readonly make: () => string;
  readonly isValid: (secret: string) => boolean;
}

const OWNER_ONLY = 0o600;

/**
 * The secret in the file, which is made, for its owner's eyes only, where it is not there yet. Whole or absent,
 * whatever happens meanwhile. For one process at a time: who calls this holds the data folder.
 */
export async function keptSecret({ path, make, isValid }: KeptSecretOptions): Promise<string> {
  const kept = await readIfThere(path);
  if (kept === undefined) {
    const secret = make();
    await writeNew(path, `${secret}\n`);
    return secret;
  }
  const secret = kept.trim();
  if (!isValid(secret)) {
    throw new GatewayError(
      "damaged_file",
      `${path} does not hold a usable secret. Put the right one back, or remove the file to have a new one made.`,
      { retryable: false },
    );
  }
  return secret;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await rm(temporary, { force: true });
    const file = await open(temporary, "wx", OWNER_ONLY);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The name is durable only when its folder is.
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

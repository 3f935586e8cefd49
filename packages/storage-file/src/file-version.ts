import { createHash } from "node:crypto";
import { open, realpath } from "node:fs/promises";
import { isMissing } from "./error-code.js";

/** A file that people edit too, as it was found. */
export interface FileVersion {
  /** Differs whenever the file was written or replaced, but for edits too quick for its time; `undefined` where there is none. */
  readonly stamp: string | undefined;
  readonly text: string | undefined;
  /** Of the text. */
  readonly digest: string | undefined;
}

export const NO_FILE: FileVersion = { stamp: undefined, text: undefined, digest: undefined };

export async function readVersion(path: string): Promise<FileVersion>;
export async function readVersion(
  path: string,
  knownStamp: string | undefined,
): Promise<FileVersion | "same">;
export async function readVersion(path: string, knownStamp?: string): Promise<FileVersion | "same"> {
  try {
    const file = await open(path, "r");
    try {
      // Taken before the contents: a write in between shows at the next look.
      const { mtimeNs, size, ino } = await file.stat({ bigint: true });
      const stamp = `${mtimeNs} ${size} ${ino}`;
      if (stamp === knownStamp) return "same";
      const text = await file.readFile("utf8");
      return { stamp, text, digest: digestOf(text) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return NO_FILE;
    throw error;
  }
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** What is renamed over a link would take the link's place and leave what it points to as it was. */
export async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}

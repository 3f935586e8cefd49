import { createReadStream } from "node:fs";
import { readFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { ContactId, ErasedBackups } from "@gateway-router/core";
import { writeFileAtomically } from "./atomic-file.js";
import { isMissing } from "./error-code.js";
import { formatMapping, parseMappingFile } from "./mapping-file.js";
import { namesIn } from "./newest-good-backup.js";

/** An entry of a mapping or of records, as the gateway lays them out: one a line. */
const ENTRY_LINE = /^(?: {2}"[0-9]{1,32}(?:@lid)?": [0-9]+| {4}\{.*\}),?$/;
const DIFFERENCE_LINE = /^[0-9]{1,32}(?:@lid)?: /;

/**
 * Takes the contact out of every file in the folder. A file is replaced whole, keeps its age, and is left as it is
 * where the contact is not in it. One that names the contact where it can't be taken out is told.
 */
export async function eraseFromBackups(folder: string, names: readonly ContactId[]): Promise<ErasedBackups> {
  let changed = 0;
  const unreadable: string[] = [];
  for (const name of (await namesIn(folder)).sort()) {
    const path = join(folder, name);
    const result = await eraseFromFile(path, names);
    if (result === "changed") changed += 1;
    if (result === "unreadable") unreadable.push(path);
  }
  return { changed, unreadable };
}

type FileErasure = "changed" | "unchanged" | "unreadable";

async function eraseFromFile(path: string, names: readonly ContactId[]): Promise<FileErasure> {
  const found = await mentionsIn(path, names);
  if (found === "none") return "unchanged";
  if (found === "in_entries") {
    await replaceKeepingAge(path, linesWithout(linesOf(path), names));
    return "changed";
  }
  // Laid out by hand: read as a whole, as a start would.
  const parsed = parseMappingFile(await readFile(path));
  if (parsed.kind === "damaged") return "unreadable";
  for (const name of names) parsed.mapping.delete(name);
  await replaceKeepingAge(path, formatMapping(parsed.mapping));
  return "changed";
}

async function mentionsIn(
  path: string,
  names: readonly ContactId[],
): Promise<"none" | "in_entries" | "elsewhere"> {
  let isFound = false;
  try {
    for await (const line of linesOf(path)) {
      if (!mentions(line, names)) continue;
      if (!isEntryOf(line, names)) return "elsewhere";
      isFound = true;
    }
  } catch (error) {
    // Removed since the folder was read.
    if (isMissing(error)) return "none";
    throw error;
  }
  return isFound ? "in_entries" : "none";
}

/** A number that is a value, such as a time, is nobody's. */
function mentions(line: string, names: readonly ContactId[]): boolean {
  return names.some(
    (name) => line.includes(name) && new RegExp(`(?<![0-9]|: ?)${name}(?![0-9@])`).test(line),
  );
}

/** Whether the line can go as a whole. */
function isEntryOf(line: string, names: readonly ContactId[]): boolean {
  if (DIFFERENCE_LINE.test(line)) return names.some((name) => line.startsWith(`${name}: `));
  return ENTRY_LINE.test(line) && names.some((name) => line.includes(`"${name}"`));
}

/** The text without the contact's entries, and without the comma that the last entry of a list would end with. */
async function* linesWithout(
  lines: AsyncIterable<string>,
  names: readonly ContactId[],
): AsyncGenerator<string> {
  let held: string | undefined;
  for await (const line of lines) {
    if (mentions(line, names)) {
      if (!line.endsWith(",")) held = held?.replace(/,$/, "");
      continue;
    }
    if (held !== undefined) yield `${held}\n`;
    held = line;
  }
  if (held !== undefined) yield held;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, "utf8") as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  yield rest;
}

/** Which backup is the newest is told by when it was written. */
async function replaceKeepingAge(
  path: string,
  chunks: AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  const { atime, mtime } = await stat(path);
  await writeFileAtomically({ path, chunks });
  await utimes(path, atime, mtime);
}

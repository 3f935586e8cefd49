import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { StorageUnavailableError } from "@gateway-router/core";
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE, syncDirectory, writeFileAtomically } from "./atomic-file.js";
import { errorMessage, isMissing } from "./error-code.js";
import { mediaRecordText, readMediaRecord, type MediaRecord } from "./media-record.js";

const CONTENT = /^[0-9a-f]{64}$/;
const RECORD = /^([0-9a-f]{64})\.json$/;
const TEMPORARY = /^[0-9a-f]{64}\..*tmp$/;

export type MediaCrashPoint = "media:writing" | "media:content-placed";

export interface MediaFolderOptions {
  readonly folder: string;
  readonly crashPoint?: ((name: MediaCrashPoint) => void) | undefined;
}

/** What was in the folder when it was opened. */
export interface FoundInFolder {
  /** Names with a record. */
  readonly recorded: readonly string[];
  /** Names with content. */
  readonly contents: ReadonlySet<string>;
  /** Files whose writing did not come to its end. */
  readonly temporaries: readonly string[];
}

/**
 * The files of a folder of contacts' files: for each name its content and a record beside it, as JSON. Everything is
 * durable when its promise resolves, and what the disk refuses is a `StorageUnavailableError`.
 */
export class MediaFolder {
  private made = 0;

  constructor(private readonly options: MediaFolderOptions) {}

  /** Makes the folder where it is not there, and says what is in it. What has other names is nobody's here. */
  async open(): Promise<FoundInFolder> {
    const { folder } = this.options;
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    const files = await readdir(folder);
    return {
      recorded: files.flatMap((file) => RECORD.exec(file)?.[1] ?? []),
      contents: new Set(files.filter((file) => CONTENT.test(file))),
      temporaries: files.filter((file) => TEMPORARY.test(file)),
    };
  }

  /** A file for content that has no record yet; not made before it is written. */
  temporaryOf(name: string): string {
    this.made += 1;
    return `${name}.${this.made}.tmp`;
  }

  /** Writes the content into a new file. Answers its size; nothing where it, or what is `announced`, passes the limit. */
  async receive(
    file: string,
    content: AsyncIterable<Uint8Array>,
    { announcedBytes = 0, maxBytes }: { readonly announcedBytes?: number; readonly maxBytes: number },
  ): Promise<number | undefined> {
    const create = (): Promise<FileHandle> => onDisk(() => open(this.pathOf(file), "wx", PRIVATE_FILE_MODE));
    let handle: FileHandle | undefined;
    let sizeBytes = 0;
    try {
      // All that can fail is inside the loop: leaving it ends the content.
      for await (const chunk of content) {
        sizeBytes += chunk.byteLength;
        if (Math.max(sizeBytes, announcedBytes) > maxBytes) return undefined;
        const target = (handle ??= await create());
        await onDisk(async () => {
          this.options.crashPoint?.("media:writing");
          await target.writeFile(chunk);
        });
      }
      const whole = (handle ??= await create());
      await onDisk(() => whole.sync());
      return sizeBytes;
    } finally {
      await handle?.close();
    }
  }

  /** Makes a temporary file the content of the name, with its record: both, or neither. */
  async place(temporary: string, name: string, record: MediaRecord): Promise<void> {
    try {
      await onDisk(async () => {
        await rename(this.pathOf(temporary), this.pathOf(name));
        await syncDirectory(this.options.folder);
        this.options.crashPoint?.("media:content-placed");
      });
      await this.writeRecord(name, record);
    } catch (error) {
      // Without its record it would take room until the next start.
      await this.removeFile(name);
      throw error;
    }
  }

  writeRecord(name: string, record: MediaRecord): Promise<void> {
    const path = this.pathOf(recordOf(name));
    return onDisk(() => writeFileAtomically({ path, chunks: [mediaRecordText(record)] }));
  }

  /** The name's record; `undefined` where there is none that can be used. */
  async readRecord(name: string): Promise<MediaRecord | undefined> {
    const text = await onDisk(() => whereItIs(readFile(this.pathOf(recordOf(name)), "utf8")));
    return text === undefined ? undefined : readMediaRecord(text);
  }

  openContent(name: string): Promise<FileHandle | undefined> {
    return onDisk(() => whereItIs(open(this.pathOf(name), "r")));
  }

  /** The record first: content without one is nothing, and goes at the next start if a crash falls in between. */
  async remove(name: string): Promise<void> {
    await this.removeFile(recordOf(name));
    await this.removeFile(name);
  }

  removeFile(file: string): Promise<void> {
    return onDisk(() => rm(this.pathOf(file), { force: true }));
  }

  private pathOf(file: string): string {
    return join(this.options.folder, file);
  }
}

/** No id can name another file than its own, whatever it is made of and whichever letters the disk tells apart. */
export function mediaNameOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

function recordOf(name: string): string {
  return `${name}.json`;
}

async function whereItIs<Found>(finding: Promise<Found>): Promise<Found | undefined> {
  try {
    return await finding;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function onDisk<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new StorageUnavailableError(`The disk did not do its part for a file: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

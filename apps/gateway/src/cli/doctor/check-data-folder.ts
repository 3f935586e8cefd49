import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { askHolder } from "@gateway-router/storage-file";
import { usingPath } from "../../unusable-path-error.js";
import { broken, fine, warning, type Finding } from "./finding.js";
import type { Machine } from "./machine.js";

const GIBIBYTE = 2 ** 30;
const MEBIBYTE = 2 ** 20;
const LITTLE_ROOM_BYTES = GIBIBYTE;
const NO_ROOM_BYTES = 100 * MEBIBYTE;

/** File systems on which a flush does not do what the gateway needs of it, by Linux's numbers for them. */
const UNFIT: ReadonlyMap<number, string> = new Map([
  [0x01021994, "memory (tmpfs): all is gone after a restart of the machine"],
  [0x858458f6, "memory (ramfs): all is gone after a restart of the machine"],
  [0x6969, "a network file system (NFS): gateways on two machines would not see each other there"],
  [0xff534d42, "a network file system (CIFS): gateways on two machines would not see each other there"],
  [0xfe534d42, "a network file system (SMB): gateways on two machines would not see each other there"],
]);

/** Whether the folder can be worked in. */
export async function checkDataFolder(dataDir: string, machine: Machine): Promise<Finding> {
  const elsewhere = "or set DATA_DIR to another folder";
  switch (await kindOf(dataDir)) {
    case "absent": {
      const parent = await nearestFolder(dirname(dataDir));
      const fault = await refusalOf(() => machine.mayUseFolder(parent));
      return fault === undefined
        ? warning(
            "data_folder",
            `${dataDir} is not there`,
            "nothing, if no gateway was started yet: the first start makes it; else set DATA_DIR to where the data is",
          )
        : broken(
            "data_folder",
            `${dataDir} is not there, and this user can't make it in ${parent} (${fault})`,
            `make it and give it to the gateway's user, ${elsewhere}`,
          );
    }
    case "no_folder":
      return broken("data_folder", `${dataDir} is no folder`, `move it away, ${elsewhere}`);
    case "folder": {
      const fault = await refusalOf(() => machine.mayUseFolder(dataDir));
      return fault === undefined
        ? fine("data_folder", `${dataDir} is there and can be written to`)
        : broken(
            "data_folder",
            `this user can't read and write in ${dataDir} (${fault})`,
            `run this as the gateway's user, give that user the folder (chown), ${elsewhere}`,
          );
    }
  }
}

export async function checkHolder(dataDir: string): Promise<Finding> {
  const holder = await usingPath({ setting: "DATA_DIR", path: dataDir }, () => askHolder(dataDir));
  if (holder === undefined) return fine("holder", "nobody holds the data");
  const name = `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
  return holder.url === undefined
    ? warning(
        "holder",
        `${name}, holds the data and takes no requests`,
        "wait, if a gateway is starting or stopping, or another command is at work; else look at its log",
      )
    : fine("holder", `the gateway at ${holder.url} holds the data: ${name}`);
}

export async function checkDiskRoom(dataDir: string, machine: Machine): Promise<Finding> {
  const { freeBytes } = await usingPath({ setting: "DATA_DIR", path: dataDir }, () =>
    machine.fileSystemOf(dataDir),
  );
  const room = `${sizeText(freeBytes)} free for ${dataDir}`;
  const mend = "make room on the disk, or lower MEDIA_MAX_TOTAL_MB, MEDIA_KEEP_DAYS or BACKUP_KEEP_DAYS";
  if (freeBytes < NO_ROOM_BYTES) return broken("disk_room", `only ${room}`, mend);
  return freeBytes < LITTLE_ROOM_BYTES ? warning("disk_room", `only ${room}`, mend) : fine("disk_room", room);
}

/** Whether what is written there stays, as far as the system says so: the gateway answers WAHA on its word. */
export async function checkFlush(dataDir: string, machine: Machine): Promise<Finding> {
  const { clock } = machine;
  const startMs = clock.nowMs();
  const fault = await refusalOf(() => machine.flushInto(dataDir));
  if (fault !== undefined) {
    return broken(
      "flush",
      `a file in ${dataDir} can't be written and flushed (${fault})`,
      "look at the disk and its file system: where nothing can be made durable, each webhook is answered 503",
    );
  }
  const tookMs = Math.max(0, clock.nowMs() - startMs);
  const { type } = await machine.fileSystemOf(dataDir);
  const unfit = UNFIT.get(type);
  return unfit === undefined
    ? fine("flush", `a file was written and flushed within ${tookMs} ms`)
    : warning("flush", `${dataDir} is in ${unfit}`, "set DATA_DIR to a folder on a disk of this machine");
}

async function kindOf(path: string): Promise<"absent" | "folder" | "no_folder"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "no_folder";
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return "absent";
    if (code === "ENOTDIR") return "no_folder";
    // It is there, and whoever may not look into its parents is told so next.
    if (code !== undefined) return "folder";
    throw error;
  }
}

async function nearestFolder(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((await kindOf(folder)) !== "absent" || folder === dirname(folder)) return folder;
  }
}

/** The system's name for why it did not let it be done. */
async function refusalOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return code;
  }
}

function codeOf(error: unknown): string | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? code : undefined;
}

function sizeText(bytes: number): string {
  return bytes >= GIBIBYTE ? `${(bytes / GIBIBYTE).toFixed(1)} GiB` : `${Math.floor(bytes / MEBIBYTE)} MiB`;
}

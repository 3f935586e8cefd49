import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { systemClock, type Clock } from "@gateway-router/core";

/** What the checks ask of the machine they run on. */
export interface Machine {
  readonly clock: Clock;
  /** `20.19.4` */
  readonly nodeVersion: string;
  /** Rejects with the system's error where this user may not list, read and write the folder. */
  mayUseFolder(path: string): Promise<void>;
  fileSystemOf(path: string): Promise<FileSystem>;
  /** Writes a file into the folder, flushes both, and removes the file. Rejects with the system's error. */
  flushInto(folder: string): Promise<void>;
}

export interface FileSystem {
  /** What this user may still write. */
  readonly freeBytes: number;
  /** The system's number for its kind. */
  readonly type: number;
}

export const THIS_MACHINE: Machine = {
  clock: systemClock,
  nodeVersion: process.versions.node,
  mayUseFolder: (path) => access(path, constants.R_OK | constants.W_OK | constants.X_OK),
  async fileSystemOf(path) {
    const { bavail, bsize, type } = await statfs(path);
    return { freeBytes: bavail * bsize, type };
  },
  async flushInto(folder) {
    const path = join(folder, `doctor-${randomBytes(8).toString("hex")}.tmp`);
    try {
      const file = await open(path, "wx", 0o600);
      try {
        await file.writeFile("gateway doctor\n");
        await file.sync();
      } finally {
        await file.close();
      }
      const names = await open(folder, "r");
      try {
        await names.sync();
      } finally {
        await names.close();
      }
    } finally {
      await rm(path, { force: true });
    }
  },
};

import { open } from "node:fs/promises";
import type { Clock, Logger, Tenant, TenantDirectory, TenantId } from "@gateway-router/core";
import { DamagedFileError } from "./damaged-file-error.js";
import { errorMessage, isMissing } from "./error-code.js";
import { parseTenantsFile, type TenantsFileResult } from "./tenants-file.js";

export interface FileTenantDirectoryOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The file is looked at when it is asked for and that long has passed: watching files is not dependable. */
const LOOK_EVERY_MS = 1_000;

interface Version {
  /** Differs whenever the file was written or replaced; `undefined` where there is none. */
  readonly stamp: string | undefined;
  readonly result: TenantsFileResult;
}

const NO_FILE: Version = { stamp: undefined, result: { kind: "parsed", tenants: new Map() } };

/**
 * The tenants in one JSON file, read again when it changes. An edit that can't be read, or that removes the
 * file, is logged once and changes nothing: the tenants stay as they were last.
 */
export class FileTenantDirectory implements TenantDirectory {
  private tenants: ReadonlyMap<TenantId, Tenant> = new Map();
  private seenStamp: string | undefined;
  private lookedAtMs = 0;
  private looking: Promise<void> | undefined;

  private constructor(private readonly options: FileTenantDirectoryOptions) {}

  /** No file is no tenants. Throws `DamagedFileError` where there is one that can't be used. */
  static async open(options: FileTenantDirectoryOptions): Promise<FileTenantDirectory> {
    const directory = new FileTenantDirectory(options);
    const { stamp, result } = await readVersion(options.path);
    if (result.kind === "damaged") {
      throw new DamagedFileError(
        options.path,
        `${options.path} can't be used: ${result.faults.join("; ")}. Nothing was changed. Correct the file, or move it away to start without tenants.`,
      );
    }
    directory.adopt(stamp, result.tenants);
    return directory;
  }

  async find(id: TenantId): Promise<Tenant | undefined> {
    await this.lookAgain();
    return this.tenants.get(id);
  }

  /** All tenants, in the order of the file. */
  async list(): Promise<readonly Tenant[]> {
    await this.lookAgain();
    return [...this.tenants.values()];
  }

  private async lookAgain(): Promise<void> {
    const { clock, path, logger } = this.options;
    const sinceMs = clock.nowMs() - this.lookedAtMs;
    if (this.looking === undefined && sinceMs >= 0 && sinceMs < LOOK_EVERY_MS) return;
    this.looking ??= this.look()
      .catch((error: unknown) => {
        this.lookedAtMs = clock.nowMs();
        logger.log("error", `${path} can't be read (${errorMessage(error)}); the tenants stay as they were`, {
          event: "tenants_file.unreadable",
          path,
        });
      })
      .finally(() => (this.looking = undefined));
    await this.looking;
  }

  private async look(): Promise<void> {
    const { path, logger, clock } = this.options;
    const version = await readVersion(path, this.seenStamp);
    this.lookedAtMs = clock.nowMs();
    if (version === "same") return;
    const { stamp, result } = version;
    if (stamp === this.seenStamp) return;
    if (stamp !== undefined && result.kind === "parsed") {
      this.adopt(stamp, result.tenants);
      logger.log("info", `${path} was read again: ${result.tenants.size} tenants`, {
        event: "tenants_file.read",
        path,
        tenants: result.tenants.size,
      });
      return;
    }
    this.seenStamp = stamp;
    const fault = result.kind === "damaged" ? `can't be used: ${result.faults.join("; ")}` : "is gone";
    logger.log("error", `${path} ${fault}. The tenants stay as they were`, {
      event: "tenants_file.damaged",
      path,
    });
  }

  private adopt(stamp: string | undefined, tenants: ReadonlyMap<TenantId, Tenant>): void {
    this.seenStamp = stamp;
    this.tenants = tenants;
    this.lookedAtMs = this.options.clock.nowMs();
  }
}

async function readVersion(path: string): Promise<Version>;
async function readVersion(path: string, knownStamp: string | undefined): Promise<Version | "same">;
async function readVersion(path: string, knownStamp?: string): Promise<Version | "same"> {
  try {
    const file = await open(path, "r");
    try {
      // Taken before the contents: a write in between shows at the next look.
      const { mtimeNs, size, ino } = await file.stat({ bigint: true });
      const stamp = `${mtimeNs} ${size} ${ino}`;
      if (stamp === knownStamp) return "same";
      return { stamp, result: parseTenantsFile(await file.readFile("utf8")) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return NO_FILE;
    throw error;
  }
}

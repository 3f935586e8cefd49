import {
  BadCursorError,
  parseTenantId,
  StorageUnavailableError,
  TenantRegistryEditedError,
  type Clock,
  type Logger,
  type Page,
  type PutTenantOutcome,
  type PutTenantRequest,
  type RotateTenantRequest,
  type Tenant,
  type TenantId,
  type TenantPageRequest,
  type TenantRegistry,
} from "@gateway-router/core";
import { writeFileAtomically } from "./atomic-file.js";
import { DamagedFileError } from "./damaged-file-error.js";
import { errorMessage } from "./error-code.js";
import { digestOf, NO_FILE, readVersion, targetOf, type FileVersion } from "./file-version.js";
import {
  changedEntry,
  hashOf,
  newEntry,
  removedEntry,
  rotatedEntry,
  TenantEntries,
  tenantOf,
} from "./tenant-entries.js";
import { parseTenantsFile, type TenantEntry } from "./tenants-file.js";
import { formatJsonListFile } from "./json-list-file.js";

export interface FileTenantRegistryOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The file is looked at when it is asked for and that long has passed: watching files is not dependable. */
const LOOK_EVERY_MS = 1_000;
const MOST_WAITING_WRITES = 256;

/**
 * The tenants in one JSON file that people edit too. It is read again when it changes; an edit that can't be
 * read, or that removes the file, is logged once and changes nothing: the tenants stay as they were last.
 *
 * Writes go one at a time, each over exactly what was read last. Where somebody edited the file since, nothing
 * is written and the edit is read instead; a file that can't be read is never written over. A known edge: an edit
 * that is saved in the instant between the last look and the renaming is lost.
 */
export class FileTenantRegistry implements TenantRegistry {
  private entries = TenantEntries.none;
  /** The version that was looked at last, whatever came of it. */
  private seen: Pick<FileVersion, "stamp" | "digest"> = NO_FILE;
  /** What is wrong with that version. */
  private damage: string | undefined;
  private lookedAtMs = 0;
  private looking: Promise<void> | undefined;
  private writing: Promise<unknown> = Promise.resolve();
  private waitingWrites = 0;
  /** Of what is just being put in place: nobody else's edit. */
  private digestInWriting: string | undefined;

  private constructor(private readonly options: FileTenantRegistryOptions) {}

  /** No file is no tenants. Throws `DamagedFileError` where there is one that can't be used. */
  static async open(options: FileTenantRegistryOptions): Promise<FileTenantRegistry> {
    const { path } = options;
    const registry = new FileTenantRegistry(options);
    const version = await readVersion(path);
    const result = parseTenantsFile(version.text ?? "[]");
    if (result.kind === "damaged") {
      throw new DamagedFileError(
        path,
        `${path} can't be used: ${result.faults.join("; ")}. Nothing was changed. Correct the file, or move it away to start without tenants.`,
      );
    }
    registry.adopt(version, new TenantEntries(result.entries));
    return registry;
  }

  async find(id: TenantId): Promise<Tenant | undefined> {
    await this.lookAgain();
    return this.tenant(this.entries.find(id));
  }

  async findByToken(token: string): Promise<Tenant | undefined> {
    await this.lookAgain();
    return this.tenant(this.entries.findByTokenHash(hashOf(token), this.options.clock.nowMs()));
  }

  async isRetired(id: TenantId): Promise<boolean> {
    await this.lookAgain();
    return this.entries.isRemoved(id);
  }

  async list({ limit, cursor }: TenantPageRequest): Promise<Page<Tenant>> {
    const after = cursor === undefined ? 0 : parseTenantId(cursor);
    if (after === undefined) throw new BadCursorError();
    await this.lookAgain();
    const following = this.entries.following(after, limit + 1);
    const items = following.slice(0, limit).map((entry) => tenantOf(entry, this.options.clock.nowMs()));
    return { items, nextCursor: following.length > limit ? String(items.at(-1)!.id) : undefined };
  }

  /** In turn, for what a write of its own has just put in place is no edit. */
  confirmUnedited(): Promise<void> {
    return this.inTurn(async () => undefined);
  }

  put(request: PutTenantRequest): Promise<PutTenantOutcome> {
    const { id, change, onlyNew } = request;
    return this.inTurn(async () => {
      if (this.entries.isRemoved(id)) return { kind: "retired" };
      const known = this.entries.find(id);
      if (known !== undefined && onlyNew) return { kind: "exists" };
      const entry = known === undefined ? newEntry(request) : changedEntry(known, change);
      await this.write(entry);
      return { kind: known === undefined ? "created" : "changed", tenant: this.tenant(entry) };
    });
  }

  rotate(request: RotateTenantRequest): Promise<Tenant | undefined> {
    return this.inTurn(async () => {
      const known = this.entries.find(request.id);
      if (known === undefined) return undefined;
      const entry = rotatedEntry(known, request);
      await this.write(entry);
      return this.tenant(entry);
    });
  }

  async remove(id: TenantId): Promise<void> {
    await this.inTurn(async () => {
      if (!this.entries.isRemoved(id)) await this.write(removedEntry(id));
    });
  }

  private tenant(entry: TenantEntry): Tenant;
  private tenant(entry: TenantEntry | undefined): Tenant | undefined;
  private tenant(entry: TenantEntry | undefined): Tenant | undefined {
    return entry && tenantOf(entry, this.options.clock.nowMs());
  }

  /** Does the work when all writes before it are done, on what is in the file at that time. */
  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.waitingWrites >= MOST_WAITING_WRITES) {
      throw new StorageUnavailableError("Too many changes of tenants wait for the disk");
    }
    this.waitingWrites += 1;
    const turn = this.writing.then(async () => {
      await this.requireSeen();
      return work();
    });
    this.writing = turn.catch(() => undefined).finally(() => (this.waitingWrites -= 1));
    return turn;
  }

  private async write(entry: TenantEntry): Promise<void> {
    const { path, clock } = this.options;
    const entries = this.entries.with(entry, clock.nowMs());
    const text = formatJsonListFile(entries.entries);
    this.digestInWriting = digestOf(text);
    try {
      await writeFileAtomically({
        path: await targetOf(path),
        chunks: [text],
        beforeRename: () => this.requireSeen(),
        // Its stamp is not known: by the time it could be asked for, the file may be somebody else's.
        afterRename: () => this.adopt({ stamp: undefined, digest: digestOf(text) }, entries),
      });
    } catch (error) {
      if (error instanceof TenantRegistryEditedError) throw error;
      throw new StorageUnavailableError(`${path} can't be written: ${errorMessage(error)}`, { cause: error });
    } finally {
      this.digestInWriting = undefined;
    }
  }

  /** Throws where the file is not what was read last, after it was read, and where it can't be read. */
  private async requireSeen(): Promise<void> {
    const { path } = this.options;
    const version = await readVersion(path).catch((error: unknown) => {
      throw new StorageUnavailableError(`${path} can't be read: ${errorMessage(error)}`, { cause: error });
    });
    const isEdited = version.digest !== this.seen.digest;
    if (isEdited) this.take(version);
    if (this.damage !== undefined) {
      throw new TenantRegistryEditedError(
        "tenants_file_damaged",
        `Nothing was changed: the tenants' file was edited and can't be used, ${this.damage}. Correct it first.`,
      );
    }
    if (isEdited) {
      throw new TenantRegistryEditedError(
        "tenants_file_edited",
        "Nothing was changed: the tenants' file was edited by hand since it was last read. It has been read now; try again.",
      );
    }
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
    const version = await readVersion(this.options.path, this.seen.stamp);
    this.lookedAtMs = this.options.clock.nowMs();
    if (version !== "same") this.take(version);
  }

  /** Makes what stands in the file the tenants, if it can be used, and says what came of it. */
  private take(version: FileVersion): void {
    const { path, logger } = this.options;
    if (version.digest === this.digestInWriting && version.digest !== undefined) return;
    const isSame = version.digest === this.seen.digest;
    this.seen = { stamp: version.stamp, digest: version.digest };
    if (isSame) return;
    const result = version.text === undefined ? undefined : parseTenantsFile(version.text);
    if (result?.kind === "parsed") {
      this.adopt(version, new TenantEntries(result.entries));
      logger.log("info", `${path} was read again: ${this.entries.size} tenants`, {
        event: "tenants_file.read",
        path,
        tenants: this.entries.size,
      });
      return;
    }
    // A file that is gone is in nobody's way: the next change puts it back, with the tenants as they are.
    this.damage = result?.faults.join("; ");
    const fault = this.damage === undefined ? "is gone" : `can't be used: ${this.damage}`;
    logger.log("error", `${path} ${fault}. The tenants stay as they were`, {
      event: "tenants_file.damaged",
      path,
    });
  }

  private adopt(version: Pick<FileVersion, "stamp" | "digest">, entries: TenantEntries): void {
    this.seen = { stamp: version.stamp, digest: version.digest };
    this.damage = undefined;
    this.entries = entries;
    this.lookedAtMs = this.options.clock.nowMs();
  }
}

import { createHash, timingSafeEqual } from "node:crypto";
import {
  AdminKeysEditedError,
  StorageUnavailableError,
  type AddAdminKeyOutcome,
  type AddAdminKeyRequest,
  type AdminKey,
  type AdminKeyStore,
  type Logger,
} from "@gateway-router/core";
import { parseAdminKeysFile, type AdminKeyEntry } from "./admin-keys-file.js";
import { formatJsonListFile } from "./json-list-file.js";
import { writeFileAtomically } from "./atomic-file.js";
import { DamagedFileError } from "./damaged-file-error.js";
import { errorMessage } from "./error-code.js";
import { digestOf, readVersion, targetOf, type FileVersion } from "./file-version.js";

export interface FileAdminKeyStoreOptions {
  readonly path: string;
  readonly logger: Logger;
}

interface KnownKey {
  readonly key: AdminKey;
  readonly hash: Buffer;
}

const MOST_WAITING_WRITES = 256;

/**
 * The admin keys in one JSON file, which is read at the start and not again: who edits it by hand does that while
 * the gateway is stopped.
 *
 * Writes go one at a time, each over exactly what was read or written last. Where somebody edited the file since,
 * nothing is written and the edit is read instead; a file that can't be read is never written over. A file that is
 * gone is one without keys, as at the start: what somebody took away must not come back. A known edge: an edit that
 * is saved in the instant between the last look and the renaming is lost.
 */
export class FileAdminKeyStore implements AdminKeyStore {
  private entries: readonly AdminKeyEntry[] = [];
  private known: readonly KnownKey[] = [];
  /** Of the version that was read or written last, whatever came of it. */
  private seenDigest: string | undefined;
  /** What is wrong with that version. */
  private damage: string | undefined;
  private writing: Promise<unknown> = Promise.resolve();
  private waitingWrites = 0;

  private constructor(private readonly options: FileAdminKeyStoreOptions) {}

  /** No file is no keys. Throws `DamagedFileError` where there is one that can't be used. */
  static async open(options: FileAdminKeyStoreOptions): Promise<FileAdminKeyStore> {
    const { path } = options;
    const store = new FileAdminKeyStore(options);
    const { text, digest } = await readVersion(path);
    const result = parseAdminKeysFile(text ?? "[]");
    if (result.kind === "damaged") {
      throw new DamagedFileError(
        path,
        `${path} can't be used: ${result.faults.join("; ")}. Nothing was changed. Correct the file, or move it away to start with the first admin key alone.`,
      );
    }
    store.adopt(digest, result.entries);
    return store;
  }

  async findByKey(key: string): Promise<AdminKey | undefined> {
    const hash = hashOf(key);
    let found: AdminKey | undefined;
    // To the last of them, whichever it is.
    for (const known of this.known) {
      if (timingSafeEqual(known.hash, hash)) found = known.key;
    }
    return found;
  }

  async list(): Promise<readonly AdminKey[]> {
    return this.known
      .map(({ key }) => key)
      .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  add({ name, role, createdAtMs, key, most }: AddAdminKeyRequest): Promise<AddAdminKeyOutcome> {
    return this.inTurn(async () => {
      if (this.entries.some((entry) => entry.name === name)) return "exists";
      if (this.entries.length >= most) return "full";
      const created_at = new Date(createdAtMs).toISOString();
      await this.write([...this.entries, { name, role, created_at, key_hash: hashOf(key).toString("hex") }]);
      return "added";
    });
  }

  remove(name: string): Promise<AdminKey | undefined> {
    return this.inTurn(async () => {
      const removed = this.known.find(({ key }) => key.name === name)?.key;
      if (removed !== undefined) await this.write(this.entries.filter((entry) => entry.name !== name));
      return removed;
    });
  }

  /** Does the work when all writes before it are done, on what is in the file at that time. */
  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.waitingWrites >= MOST_WAITING_WRITES) {
      throw new StorageUnavailableError("Too many changes of admin keys wait for the disk");
    }
    this.waitingWrites += 1;
    const turn = this.writing.then(async () => {
      await this.requireSeen();
      return work();
    });
    this.writing = turn.catch(() => undefined).finally(() => (this.waitingWrites -= 1));
    return turn;
  }

  private async write(entries: readonly AdminKeyEntry[]): Promise<void> {
    const { path } = this.options;
    const text = formatJsonListFile(entries);
    try {
      await writeFileAtomically({
        path: await targetOf(path),
        chunks: [text],
        beforeRename: () => this.requireSeen(),
        afterRename: () => this.adopt(digestOf(text), entries),
      });
    } catch (error) {
      if (error instanceof AdminKeysEditedError) throw error;
      throw new StorageUnavailableError(`${path} can't be written: ${errorMessage(error)}`, { cause: error });
    }
  }

  /** Throws where the file is not what was read or written last, after it was read, and where it can't be read. */
  private async requireSeen(): Promise<void> {
    const { path } = this.options;
    const version = await readVersion(path).catch((error: unknown) => {
      throw new StorageUnavailableError(`${path} can't be read: ${errorMessage(error)}`, { cause: error });
    });
    const isEdited = version.digest !== this.seenDigest;
    if (isEdited) this.take(version);
    if (this.damage !== undefined) {
      throw new AdminKeysEditedError(
        "keys_file_damaged",
        `Nothing was changed: the admin keys' file was edited and can't be used, ${this.damage}. Correct it first.`,
      );
    }
    if (isEdited) {
      throw new AdminKeysEditedError(
        "keys_file_edited",
        "Nothing was changed: the admin keys' file was edited by hand since it was last read. It has been read now; try again.",
      );
    }
  }

  /** Makes what stands in the file the keys, if it can be used, and says what came of it. */
  private take({ text, digest }: FileVersion): void {
    const { path, logger } = this.options;
    const result = parseAdminKeysFile(text ?? "[]");
    if (result.kind === "parsed") {
      this.adopt(digest, result.entries);
      logger.log("warn", `${path} was edited by hand and read again: ${result.entries.length} admin keys`, {
        event: "keys_file.read",
        path,
        keys: result.entries.length,
      });
      return;
    }
    this.seenDigest = digest;
    this.damage = result.faults.join("; ");
    logger.log("error", `${path} can't be used: ${this.damage}. The admin keys stay as they were`, {
      event: "keys_file.damaged",
      path,
    });
  }

  private adopt(digest: string | undefined, entries: readonly AdminKeyEntry[]): void {
    this.seenDigest = digest;
    this.damage = undefined;
    this.entries = entries;
    this.known = entries.map(({ name, role, created_at, key_hash }) => ({
      key: { name, role, createdAtMs: Date.parse(created_at) },
      hash: Buffer.from(key_hash, "hex"),
    }));
  }
}

function hashOf(key: string): Buffer {
  return createHash("sha256").update(key, "utf8").digest();
}

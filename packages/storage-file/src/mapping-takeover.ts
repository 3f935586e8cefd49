import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { AuditEntry, Clock, ContactId, IdSource, Logger, TenantId } from "@gateway-router/core";
import { syncDirectory } from "./atomic-file.js";
import { canonicalMapping } from "./canonical-mapping.js";
import { DamagedFileError } from "./damaged-file-error.js";
import { isMissing } from "./error-code.js";
import { LmdbAuditLog } from "./lmdb-audit-log.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";
import type { MappingBackups } from "./mapping-backups.js";
import { newestGoodBackup } from "./newest-good-backup.js";
import { shellQuoted } from "./shell-quoted.js";
import { parseMappingFile, type MappingFileFault } from "./mapping-file.js";
import type { MappingLock, MappingRecords, TakeoverChange } from "./mapping-records.js";

export interface MappingTakeoverOptions {
  /** The mapping file. */
  readonly path: string;
  readonly environment: LmdbEnvironment;
  readonly records: MappingRecords;
  readonly backups: MappingBackups;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, "generation">;
  readonly logger: Logger;
}

/** What a takeover changed. */
export interface Takeover {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Mappings made or removed since the file was last written, which whoever edited it can't have seen: they stay. */
  readonly unseen: number;
  /** Of those added and changed, how many go on under the generation they had before. */
  readonly resumed: number;
  /** Where the mapping is kept as it was before. */
  readonly backup: string | undefined;
  /** Where the whole list of differences is, when there are too many to be logged. */
  readonly differences: string | undefined;
}

/** Differences that are logged one by one. */
const LISTED = 1000;

/**
 * Compares the mapping file with the records at the start, and takes over what was changed by hand.
 *
 * A file whose hash is known is the gateway's own, if perhaps a few seconds old. Any other was put there by
 * somebody: what it says that the last written file did not say is an order. What it leaves as that file had
 * it is none, so that a lock made between that file and a crash survives an edit that never saw it.
 */
export class MappingTakeover {
  private readonly audit: LmdbAuditLog;

  constructor(private readonly options: MappingTakeoverOptions) {
    this.audit = new LmdbAuditLog(options);
  }

  /** Answers what was taken over, or nothing where the file is the gateway's own or none is needed yet. */
  async run(): Promise<Takeover | undefined> {
    const { path, environment, records } = this.options;
    const bytes = await readIfThere(path);
    if (bytes === undefined) {
      if (records.contacts > 0) throw await this.missing();
      return undefined;
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const { current, next } = records.fileVersions();
    if (sha256 === current?.sha256) return undefined;
    if (sha256 === next?.sha256) {
      // It may have been put in place a moment before a crash, and must not vanish once it is the only one known.
      await syncDirectory(dirname(path));
      await environment.write(() => records.putFileVersions({ current: next }));
      return undefined;
    }
    const result = parseMappingFile(bytes);
    if (result.kind === "damaged") throw await this.damaged(result.fault);
    const knownFiles = this.knownFiles();
    // A name that became an alias after the file was written, and that nobody touched, says nothing about its contact.
    const touched = [...result.mapping].filter(
      ([name, tenantId]) =>
        records.canonical(name) === name || !knownFiles.some((file) => file.get(name) === tenantId),
    );
    const inFile = canonicalMapping({ inFile: new Map(touched), records });
    if (inFile.kind === "contradictory") throw await this.contradictory(inFile.names);
    const comparison = compare(inFile.mapping, records.allTenants(), knownFiles);
    const backup = await this.saveReplaced(comparison);
    return this.takeOver({ comparison, sha256, backup, reason: "edited" });
  }

  /**
   * Makes the mapping exactly what the file in place says, whatever happened since it was written. Contacts that
   * get a tenant by it are locked anew, but for those whose lock is known.
   */
  async obey(options: {
    readonly mapping: ReadonlyMap<ContactId, TenantId>;
    readonly sha256: string;
    readonly backup: string | undefined;
    readonly knownLocks: ReadonlyMap<ContactId, MappingLock>;
  }): Promise<Takeover> {
    const { records } = this.options;
    const { mapping, knownLocks: locksInFile } = options;
    // A backup may be older than the day on which two names turned out to be one contact's: as then, the first lock wins.
    const lockedAtMs = (name: ContactId) => locksInFile.get(name)?.lockedAtMs ?? Number.POSITIVE_INFINITY;
    const inFile = canonicalMapping({
      inFile: mapping,
      records,
      choose: (one, other) => {
        if (lockedAtMs(one) !== lockedAtMs(other)) return lockedAtMs(one) < lockedAtMs(other) ? one : other;
        return records.canonical(other) === other ? other : one;
      },
    });
    if (inFile.kind === "contradictory") throw await this.contradictory(inFile.names);
    const comparison = compare(inFile.mapping, records.allTenants(), []);
    const knownLocks = new Map<ContactId, MappingLock>();
    for (const [contact, names] of inFile.writtenAs) {
      const [lock, ...others] = names.flatMap((name) => locksInFile.get(name) ?? []);
      if (lock !== undefined) knownLocks.set(contact, withMerged(lock, others));
    }
    return this.takeOver({ ...options, knownLocks, comparison, reason: "restored" });
  }

  /**
   * What the files that an edit may have started from said about contacts changed since. After a crash
   * between the hash and the rename there are two such files.
   */
  private knownFiles(): ReadonlyMap<ContactId, TenantId | null>[] {
    const { current, next } = this.options.records.fileVersions();
    return [current, next]
      .filter((version) => version !== undefined)
      .map(({ revision }) => this.options.records.tenantsAt(revision));
  }

  private async saveReplaced({ changes }: Comparison): Promise<string | undefined> {
    const { records, backups } = this.options;
    return changes.length > 0 && records.contacts > 0 ? backups.createBackup("before-takeover") : undefined;
  }

  private async takeOver(order: TakeoverOrder): Promise<Takeover> {
    const { environment, records, backups, ids, clock } = this.options;
    const { changes, unseen } = order.comparison;
    const { knownLocks } = order;
    const nowMs = clock.nowMs();
    const differences =
      changes.length > LISTED
        ? await backups.keepText(changes.map((change) => `${describe(change)}\n`).join(""), "differences")
        : undefined;
    const resumed = changes.filter(
      ({ contact, after }) => after !== undefined && knownLocks?.has(contact) === true,
    ).length;
    const takeover = {
      ...countOf(changes),
      unseen: unseen.length,
      resumed,
      backup: order.backup,
      differences,
    };
    this.report(takeover, changes, order.reason);
    await environment.write(() => {
      records.takeOver({
        changes,
        unseen,
        sha256: order.sha256,
        lockOf: (contact) => knownLocks?.get(contact) ?? { generation: ids.generation(), lockedAtMs: nowMs },
        nowMs,
      });
      if (changes.length > 0) this.audit.appendInTransaction(takeoverEntry(takeover, order.reason, nowMs));
    });
    return takeover;
  }

  private report(takeover: Takeover, changes: readonly TakeoverChange[], reason: TakeoverReason): void {
    const { logger, path } = this.options;
    const { added, removed, changed, unseen, backup, differences } = takeover;
    const parts = [
      `✍️ ${path} ${IN_WORDS[reason]} and is taken over: ${added} added, ${removed} removed, ${changed} changed`,
      ...(unseen > 0 ? [`${unseen} newer than the edited file stay as they are`] : []),
      ...(backup === undefined ? [] : [`the mapping before it is kept in ${backup}`]),
      ...(differences === undefined ? [] : [`all differences are listed in ${differences}`]),
    ];
    logger.log(changes.length > 0 ? "warn" : "info", parts.join("; "), {
      event: "mapping_file.taken_over",
      ...takeover,
    });
    for (const change of changes.slice(0, LISTED)) {
      const { contact, before, after } = change;
      logger.log("info", `✍️ ${describe(change)}`, {
        event: "mapping_file.difference",
        phone_number: contact,
        previous_tenant_id: before,
        tenant_id: after,
      });
    }
  }

  private async damaged({ line, column, reason }: MappingFileFault): Promise<DamagedFileError> {
    const { path } = this.options;
    const remedy = await this.remedy();
    return new DamagedFileError(
      path,
      `${path} is damaged, line ${line}, column ${column}: ${reason}. Nothing was changed. Correct the file, or ${remedy}`,
    );
  }

  private async contradictory([one, other]: readonly [ContactId, ContactId]): Promise<DamagedFileError> {
    const { path } = this.options;
    const remedy = await this.remedy();
    return new DamagedFileError(
      path,
      `${path} is contradictory: "${one}" and "${other}" are one contact, and have two tenants there. Nothing was changed. Remove one of them, or ${remedy}`,
    );
  }

  private async missing(): Promise<DamagedFileError> {
    const { path, records } = this.options;
    const remedy = await this.remedy();
    return new DamagedFileError(
      path,
      `${path} is missing, though ${records.contacts} mappings are known. Nothing was changed. Put it back, or ${remedy}\nTo drop all mappings on purpose, write {} to the file.`,
    );
  }

  private async remedy(): Promise<string> {
    const { backups, records } = this.options;
    const good = await newestGoodBackup(backups.folder);
    const restore =
      good === undefined
        ? `restore a backup of your own (there is no good one in ${backups.folder}): npx gateway restore FILE`
        : `bring back the newest good backup, ${good.path} (${good.mappings} mappings): npx gateway restore ${shellQuoted(good.path)}`;
    if (records.contacts === 0) return restore;
    const known = `what the gateway itself knows (${records.contacts} mappings): npx gateway backup writes it to a file to restore`;
    return `${restore}\nOr go on with ${known}`;
  }
}

type TakeoverReason = "edited" | "restored";

/** What is the matter with the file, for the log. */
const IN_WORDS: Readonly<Record<TakeoverReason, string>> = {
  edited: "is not as the gateway wrote it",
  restored: "was restored",
};

interface TakeoverOrder {
  readonly comparison: Comparison;
  readonly sha256: string;
  readonly backup: string | undefined;
  readonly knownLocks?: ReadonlyMap<ContactId, MappingLock>;
  /** How the file came to say something else. */
  readonly reason: TakeoverReason;
}

interface Comparison {
  readonly changes: readonly TakeoverChange[];
  readonly unseen: readonly { readonly contact: ContactId; readonly inFile: TenantId | undefined }[];
}

/** It names no contact: what was before is in the backup, and whose file it was nobody knows. */
function takeoverEntry(
  { added, removed, changed, backup }: Takeover,
  reason: TakeoverReason,
  atMs: number,
): AuditEntry {
  const before = backup === undefined ? null : basename(backup);
  return {
    ...{ atMs, actor: "gateway", action: `mapping.${reason}`, subject: "mapping" },
    details: { added, removed, changed, before },
  };
}

/** What was queued under locks that turn out to be the same contact's is its tenant's still. */
function withMerged(lock: MappingLock, others: readonly MappingLock[]): MappingLock {
  if (others.length === 0) return lock;
  const ended = others.flatMap((other) => [other.generation, ...(other.mergedGenerations ?? [])]);
  return { ...lock, mergedGenerations: [...(lock.mergedGenerations ?? []), ...ended] };
}

function compare(
  inFile: ReadonlyMap<ContactId, TenantId>,
  known: ReadonlyMap<ContactId, TenantId>,
  knownFiles: readonly ReadonlyMap<ContactId, TenantId | null>[],
): Comparison {
  const changes: TakeoverChange[] = [];
  const unseen: { contact: ContactId; inFile: TenantId | undefined }[] = [];
  const judge = (contact: ContactId, after: TenantId | undefined) => {
    const before = known.get(contact);
    if (before === after) return;
    const wasSo = knownFiles.some((file) => file.has(contact) && (file.get(contact) ?? undefined) === after);
    if (wasSo) unseen.push({ contact, inFile: after });
    else changes.push({ contact, before, after });
  };
  for (const [contact, tenantId] of inFile) judge(contact, tenantId);
  for (const contact of known.keys()) if (!inFile.has(contact)) judge(contact, undefined);
  return { changes, unseen };
}

function countOf(changes: readonly TakeoverChange[]): { added: number; removed: number; changed: number } {
  const added = changes.filter(({ before }) => before === undefined).length;
  const removed = changes.filter(({ after }) => after === undefined).length;
  return { added, removed, changed: changes.length - added - removed };
}

function describe({ contact, before, after }: TakeoverChange): string {
  if (before === undefined) return `${contact}: added, tenant ${after}`;
  if (after === undefined) return `${contact}: removed, was tenant ${before}`;
  return `${contact}: tenant ${before} → ${after}`;
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

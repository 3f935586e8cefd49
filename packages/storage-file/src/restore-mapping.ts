import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Clock, ContactId, IdSource, Logger, TenantId } from "@gateway-router/core";
import { writeFileAtomically } from "./atomic-file.js";
import { DamagedFileError } from "./damaged-file-error.js";
import { DataDirLock } from "./data-dir-lock.js";
import { dataDirLayout } from "./data-dir-layout.js";
import { mappingWithoutErased, stateWithoutErased } from "./erased-in-backup.js";
import { MappingBackups } from "./mapping-backups.js";
import { formatMapping, parseMappingFile } from "./mapping-file.js";
import { MappingRecords, type MappingLock } from "./mapping-records.js";
import { MappingTakeover, type Takeover } from "./mapping-takeover.js";
import { openRecords } from "./open-records.js";
import { readRecordedState, type RecordedState } from "./recorded-state.js";
import { RecordsBackup, recordsFileBeside } from "./records-backup.js";

export interface StoppedGatewayOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, "generation">;
  readonly logger: Logger;
  /** The tenants' file; `tenants.json` in the directory where not given. */
  readonly tenantsFile?: string;
}

/** What became of the records beside a restored backup. */
export type RestoredRecords =
  | {
      readonly kind: "used";
      readonly file: string;
      /** The tenants' file, where there was none and it was put back. */
      readonly tenantsFile: string | undefined;
    }
  /** None are beside it. */
  | { readonly kind: "absent" }
  /** They can't be used, and all that they say was left out. */
  | { readonly kind: "damaged"; readonly file: string; readonly fault: string };

export interface RestoredMapping extends Takeover {
  /** Mappings there are now. */
  readonly mappings: number;
  /** Contacts in the backup that were erased since, and left out. */
  readonly erased: number;
  readonly records: RestoredRecords;
  /** Where the mapping file is kept that was replaced, if it was not as the gateway wrote it. */
  readonly replacedFile: string | undefined;
}

/**
 * Makes the mapping exactly what a backup says, on a stopped gateway, after a copy of what it replaces.
 *
 * The backup is checked before anything is touched: throws `DamagedFileError` where it is damaged, and
 * `DataDirHeldError` while a gateway runs on the data.
 *
 * With the records beside it, contacts that come back to the tenant they had are the same for it as before.
 * Records that are missing or damaged are no reason to go without the mapping: then these contacts are locked
 * anew, and the answer says so.
 */
export async function restoreMapping(
  options: StoppedGatewayOptions & { readonly file: string },
): Promise<RestoredMapping> {
  const { file, dataDir, clock } = options;
  const inFile = await readBackup(file);
  const readingInFile = await readRecordsBeside(file, inFile);
  const lock = await DataDirLock.acquire({ dataDir, clock });
  try {
    return await withMappingRecords(options, async (parts) => {
      const { path, records, backups, takeover } = parts;
      const replacedFile = await keepForeignFile(parts);
      const backup = records.contacts > 0 ? await backups.createBackup("before-restore") : undefined;
      const { mapping, reading } = await leaveOutErased(parts, inFile, readingInFile);
      const restoredRecords = await restoreRecords(parts, reading);
      const text = [...formatMapping(mapping)].join("");
      // Should it end here, the next start takes the file over as it would any that was put there by hand.
      await writeFileAtomically({ path, chunks: [text] });
      const sha256 = createHash("sha256").update(text).digest("hex");
      const knownLocks = reading.kind === "read" ? reading.state.locks : new Map<ContactId, MappingLock>();
      const taken = await takeover.obey({ mapping, sha256, backup, knownLocks });
      return {
        ...taken,
        mappings: mapping.size,
        erased: inFile.size - mapping.size,
        replacedFile,
        records: restoredRecords,
      };
    });
  } finally {
    await lock.release();
  }
}

/**
 * Writes what the gateway knows to a backup, whatever state the mapping file is in, and answers the backup's
 * path. Changes nothing else, and may be called while a gateway runs.
 */
export async function backupMapping(options: StoppedGatewayOptions): Promise<string> {
  return withMappingRecords(options, ({ backups }) => backups.createBackup());
}

interface MappingParts {
  readonly path: string;
  readonly tenantsFile: string;
  readonly recordsBackup: RecordsBackup;
  readonly records: MappingRecords;
  readonly backups: MappingBackups;
  readonly takeover: MappingTakeover;
}

async function withMappingRecords<Result>(
  options: StoppedGatewayOptions,
  use: (parts: MappingParts) => Promise<Result>,
): Promise<Result> {
  const layout = dataDirLayout(options.dataDir);
  const environment = await openRecords(layout);
  try {
    const records = new MappingRecords(environment);
    const tenantsFile = options.tenantsFile ?? layout.tenants;
    const common = { ...options, path: layout.mapping, environment, records, tenantsFile };
    const recordsBackup = new RecordsBackup(common);
    const backups = new MappingBackups({ ...common, folder: layout.backups, recordsBackup });
    const takeover = new MappingTakeover({ ...common, backups });
    return await use({ ...common, recordsBackup, backups, takeover });
  } finally {
    await environment.close();
  }
}

async function readBackup(file: string): Promise<Map<ContactId, TenantId>> {
  const result = parseMappingFile(await readFile(file));
  if (result.kind === "parsed") return result.mapping;
  const { line, column, reason } = result.fault;
  throw new DamagedFileError(
    file,
    `${file} can't be restored, line ${line}, column ${column}: ${reason}. Nothing was changed.`,
  );
}

type RecordsReading =
  | { readonly kind: "read"; readonly file: string; readonly state: RecordedState }
  | Exclude<RestoredRecords, { readonly kind: "used" }>;

async function readRecordsBeside(
  mappingBackup: string,
  mapping: ReadonlyMap<ContactId, TenantId>,
): Promise<RecordsReading> {
  const file = recordsFileBeside(mappingBackup);
  const result = file === undefined ? undefined : await readRecordedState(file, mapping);
  if (file === undefined || result === undefined || result.kind === "absent") return { kind: "absent" };
  return { ...result, file };
}

/** An erasure that the backup knows of counts as well as one that is known here. */
async function leaveOutErased(
  { records, recordsBackup }: MappingParts,
  inFile: ReadonlyMap<ContactId, TenantId>,
  reading: RecordsReading,
): Promise<{ readonly mapping: Map<ContactId, TenantId>; readonly reading: RecordsReading }> {
  if (reading.kind !== "read") return { mapping: mappingWithoutErased(inFile, undefined, records), reading };
  await recordsBackup.restoreErasures(reading.state);
  const mapping = mappingWithoutErased(inFile, reading.state.locks, records);
  return { mapping, reading: { ...reading, state: stateWithoutErased(reading.state, mapping, records) } };
}

async function restoreRecords(
  { recordsBackup, tenantsFile }: MappingParts,
  reading: RecordsReading,
): Promise<RestoredRecords> {
  if (reading.kind !== "read") return reading;
  const { file, state } = reading;
  await recordsBackup.restore(state);
  const isPutBack = await recordsBackup.restoreTenants(state);
  return { kind: "used", file, tenantsFile: isPutBack ? tenantsFile : undefined };
}

/** A file edited by hand, or a damaged one, may be all there is of somebody's work. */
async function keepForeignFile({ path, records, backups }: MappingParts): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const sha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  const { current, next } = records.fileVersions();
  if (sha256 === current?.sha256 || sha256 === next?.sha256) return undefined;
  return backups.keepFile(path, "replaced");
}

import { mkdir } from "node:fs/promises";
import type { Clock, IdSource, Logger, MediaJob, ReplyContent } from "@gateway-router/core";
import { PRIVATE_FOLDER_MODE } from "./atomic-file.js";
import { dataDirLayout, QUEUE_NAMES } from "./data-dir-layout.js";
import { DataDirLock } from "./data-dir-lock.js";
import { FolderMediaStore, type MediaLimits } from "./folder-media-store.js";
import { JsonFileMappingStore } from "./json-file-mapping-store.js";
import { LmdbAuditLog } from "./lmdb-audit-log.js";
import { LmdbConsoleSessions } from "./lmdb-console-sessions.js";
import { LmdbContestedContacts } from "./lmdb-contested-contacts.js";
import { LmdbDeliveryQueue } from "./lmdb-delivery-queue.js";
import { LmdbContactHashes } from "./lmdb-contact-hashes.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";
import { LmdbFirstWordsStore } from "./lmdb-first-words-store.js";
import { LmdbIdempotencyKeys } from "./lmdb-idempotency-keys.js";
import { LmdbMessageIntake, type IntakeCrashPoint } from "./lmdb-message-intake.js";
import { LmdbOptOuts } from "./lmdb-opt-outs.js";
import { LmdbReplyJournal } from "./lmdb-reply-journal.js";
import { LmdbStateStore } from "./lmdb-state-store.js";
import { LmdbUnmappedMarks } from "./lmdb-unmapped-marks.js";
import { MappingBackups } from "./mapping-backups.js";
import type { MappingFileCrashPoint } from "./mapping-file-writer.js";
import { MappingRecords } from "./mapping-records.js";
import { openRecords } from "./open-records.js";
import { RecordsBackup } from "./records-backup.js";

export interface FileStorageOptions {
  /** Made where it is not there. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** How long message identities are remembered. */
  readonly duplicateMemoryDays: number;
  readonly backupKeepDays: number;
  /** The tenants' file, to be backed up with the rest; `tenants.json` in the directory where not given. */
  readonly tenantsFile?: string;
  /** How much of contacts' files is kept; see `DEFAULT_MEDIA_LIMITS`. */
  readonly mediaLimits?: Partial<MediaLimits>;
  /** For tests: called where a crash would fall between two steps. */
  readonly crashPoint?: ((name: MappingFileCrashPoint | IntakeCrashPoint) => void) | undefined;
}

const DAY_MS = 24 * 3_600_000;

/** The embedded storage: everything in one directory, for one process. */
export interface FileStorage {
  /** The right to the directory; tell it the gateway's URL once there is one. */
  readonly lock: DataDirLock;
  readonly environment: LmdbEnvironment;
  readonly mappings: JsonFileMappingStore;
  readonly backups: MappingBackups;
  /** Messages on their way to tenants. */
  readonly deliveries: LmdbDeliveryQueue;
  /** What tenants answer, on its way to contacts. */
  readonly replies: LmdbDeliveryQueue<ReplyContent>;
  readonly replyJournal: LmdbReplyJournal;
  readonly firstWords: LmdbFirstWordsStore;
  readonly unmappedMarks: LmdbUnmappedMarks;
  readonly idempotencyKeys: LmdbIdempotencyKeys;
  readonly optOuts: LmdbOptOuts;
  /** Contacts' files. */
  readonly media: FolderMediaStore;
  /** Those that are still to be fetched. */
  readonly mediaJobs: LmdbDeliveryQueue<MediaJob>;
  readonly audit: LmdbAuditLog;
  /** Contacts that used another tenant's link. */
  readonly contested: LmdbContestedContacts;
  /** Who is signed in to the console. */
  readonly consoleSessions: LmdbConsoleSessions;
  /** What the gateway remembers across restarts. */
  readonly state: LmdbStateStore;
  /** Takes a message in by one transaction over all of these. */
  readonly intake: LmdbMessageIntake;
  /** Brings files up to date, closes everything and gives the directory free. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the embedded storage. Throws `DataDirHeldError` where another process has the directory, and
 * `DamagedFileError` where the records' file or the mapping file can't be used; nothing is left open then.
 */
export async function openFileStorage(options: FileStorageOptions): Promise<FileStorage> {
  const { dataDir, clock, ids, logger, crashPoint } = options;
  const layout = dataDirLayout(dataDir);
  await mkdir(dataDir, { recursive: true, mode: PRIVATE_FOLDER_MODE });

  // What was opened, to be closed in the opposite order.
  const opened: { close(): Promise<void> }[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll(opened));
  try {
    const lock = await DataDirLock.acquire({ dataDir, clock });
    opened.push({ close: () => lock.release() });
    const environment = await openRecords(layout);
    opened.push(environment);
    const records = new MappingRecords(environment);
    const tenantsFile = options.tenantsFile ?? layout.tenants;
    const backups = new MappingBackups({
      folder: layout.backups,
      environment,
      records,
      recordsBackup: new RecordsBackup({ environment, records, tenantsFile, clock, logger }),
      clock,
      logger,
      keepDays: options.backupKeepDays,
    });
    opened.push(backups);
    const mappings = await JsonFileMappingStore.open({
      path: layout.mapping,
      environment,
      records,
      backups,
      clock,
      ids,
      logger,
      crashPoint,
    });
    opened.push(mappings);
    backups.start();
    const duplicateMemoryMs = options.duplicateMemoryDays * DAY_MS;
    const deliveries = new LmdbDeliveryQueue({
      environment,
      name: QUEUE_NAMES.deliveries,
      clock,
      duplicateMemoryMs,
    });
    const replies = new LmdbDeliveryQueue<ReplyContent>({
      environment,
      name: QUEUE_NAMES.replies,
      clock,
      duplicateMemoryMs,
    });
    const mediaJobs = new LmdbDeliveryQueue<MediaJob>({
      environment,
      name: QUEUE_NAMES.mediaJobs,
      clock,
      duplicateMemoryMs,
      // Each file has a line of its own.
      remembersGenerations: false,
    });
    opened.push(deliveries, replies, mediaJobs);
    const media = await FolderMediaStore.open({
      folder: layout.media,
      clock,
      logger,
      limits: options.mediaLimits,
    });
    opened.push(media);
    const replyJournal = new LmdbReplyJournal({ environment, clock });
    const firstWords = new LmdbFirstWordsStore({ environment, clock });
    const unmappedMarks = new LmdbUnmappedMarks({ environment, clock });
    const idempotencyKeys = new LmdbIdempotencyKeys({ environment, clock });
    const optOuts = new LmdbOptOuts({ environment, hashes: new LmdbContactHashes(environment) });
    const audit = new LmdbAuditLog({ environment, clock });
    const contested = new LmdbContestedContacts({ environment, clock });
    const consoleSessions = new LmdbConsoleSessions({ environment, clock });
    const state = new LmdbStateStore(environment);
    const intake = new LmdbMessageIntake({
      environment,
      mappings,
      queue: deliveries,
      replies,
      audit,
      contested,
      clock,
      firstWords,
      optOuts,
      mediaJobs,
      crashPoint,
    });
    return {
      lock,
      environment,
      mappings,
      backups,
      deliveries,
      replies,
      replyJournal,
      firstWords,
      unmappedMarks,
      idempotencyKeys,
      optOuts,
      media,
      mediaJobs,
      audit,
      contested,
      consoleSessions,
      state,
      intake,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Closes them all, last first, whatever becomes of each; throws the first failure at the end. */
async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  const failures: unknown[] = [];
  for (const each of opened.toReversed()) {
    await each.close().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

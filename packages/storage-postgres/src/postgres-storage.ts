import type { Clock, Logger, MediaJob, ReplyContent } from "@gateway-router/core";
import { PostgresAdminKeyStore } from "./postgres-admin-key-store.js";
import { PostgresAuditLog } from "./postgres-audit-log.js";
import { PostgresContestedContacts } from "./postgres-contested-contacts.js";
import { PostgresDatabase } from "./postgres-database.js";
import { PostgresDeliveryQueue } from "./postgres-delivery-queue.js";
import { PostgresFirstWordsStore } from "./postgres-first-words-store.js";
import { PostgresConsoleSessions } from "./postgres-console-sessions.js";
import { PostgresIdempotencyKeys } from "./postgres-idempotency-keys.js";
import { PostgresLeaderLease } from "./postgres-leader-lease.js";
import { PostgresMappingStore } from "./postgres-mapping-store.js";
import { PostgresMediaStore, type PostgresMediaLimits } from "./postgres-media-store.js";
import { PostgresMessageIntake, type IntakeCrashPoint } from "./postgres-message-intake.js";
import { PostgresOptOuts } from "./postgres-opt-outs.js";
import { PostgresReplyJournal } from "./postgres-reply-journal.js";
import { PostgresStateStore } from "./postgres-state-store.js";
import { PostgresTenantRegistry } from "./postgres-tenant-registry.js";
import { PostgresUnmappedMarks } from "./postgres-unmapped-marks.js";

export interface PostgresStorageOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Where all tables stand; `DEFAULT_SCHEMA` where not given. */
  readonly schema?: string;
  readonly maxConnections?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long message identities are remembered. */
  readonly duplicateMemoryDays: number;
  readonly mediaLimits?: Partial<PostgresMediaLimits>;
  /** For tests: called where a crash would fall between two steps. */
  readonly crashPoint?: ((name: IntakeCrashPoint) => void | Promise<void>) | undefined;
}

/** Everything in one PostgreSQL schema, for any number of processes. */
export interface PostgresStorage {
  readonly database: PostgresDatabase;
  readonly mappings: PostgresMappingStore;
  readonly tenants: PostgresTenantRegistry;
  /** Messages on their way to tenants. */
  readonly deliveries: PostgresDeliveryQueue;
  /** What tenants answer, on its way to contacts. */
  readonly replies: PostgresDeliveryQueue<ReplyContent>;
  readonly replyJournal: PostgresReplyJournal;
  readonly firstWords: PostgresFirstWordsStore;
  readonly unmappedMarks: PostgresUnmappedMarks;
  readonly consoleSessions: PostgresConsoleSessions;
  readonly idempotencyKeys: PostgresIdempotencyKeys;
  readonly optOuts: PostgresOptOuts;
  readonly adminKeys: PostgresAdminKeyStore;
  /** Contacts that used another tenant's link. */
  readonly contested: PostgresContestedContacts;
  /** By which one of the instances leads. */
  readonly lease: PostgresLeaderLease;
  /** Contacts' files. */
  readonly media: PostgresMediaStore;
  /** Contacts' files that are still to be fetched. */
  readonly mediaJobs: PostgresDeliveryQueue<MediaJob>;
  readonly audit: PostgresAuditLog;
  /** What the gateway remembers across restarts. */
  readonly state: PostgresStateStore;
  /** Takes a message in by one transaction over all of these. */
  readonly intake: PostgresMessageIntake;
  /** Gives the claims of this instance back and ends its connections. Idempotent. */
  close(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;

/** Opens the storage, with its tables brought up to date. Rejects with `StorageUnavailableError` where the engine is away. */
export async function openPostgresStorage(options: PostgresStorageOptions): Promise<PostgresStorage> {
  const { duplicateMemoryDays, clock, crashPoint } = options;
  const database = await PostgresDatabase.open(options);
  const duplicateMemoryMs = duplicateMemoryDays * DAY_MS;
  const mappings = new PostgresMappingStore(database);
  const deliveries = new PostgresDeliveryQueue({ database, name: "in", duplicateMemoryMs });
  const replies = new PostgresDeliveryQueue<ReplyContent>({ database, name: "out", duplicateMemoryMs });
  const mediaJobs = new PostgresDeliveryQueue<MediaJob>({
    ...{ database, name: "media", duplicateMemoryMs },
    // Each file has a line of its own.
    remembersGenerations: false,
  });
  const firstWords = new PostgresFirstWordsStore(database);
  const audit = new PostgresAuditLog(database);
  const optOuts = new PostgresOptOuts(database);
  const contested = new PostgresContestedContacts(database);
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    for (const queue of [deliveries, replies, mediaJobs]) await queue.close();
    await database.close();
  };
  return {
    ...{ database, mappings, deliveries, replies, mediaJobs, firstWords, audit, optOuts, contested },
    adminKeys: new PostgresAdminKeyStore(database),
    lease: new PostgresLeaderLease(database),
    media: new PostgresMediaStore({ database, logger: options.logger, limits: options.mediaLimits }),
    tenants: new PostgresTenantRegistry(database),
    replyJournal: new PostgresReplyJournal(database),
    unmappedMarks: new PostgresUnmappedMarks(database),
    consoleSessions: new PostgresConsoleSessions(database),
    idempotencyKeys: new PostgresIdempotencyKeys(database),
    state: new PostgresStateStore(database),
    intake: new PostgresMessageIntake({
      ...{ database, mappings, queue: deliveries, replies, firstWords, mediaJobs, audit, clock, crashPoint },
      ...{ optOuts, contested },
    }),
    close: () => (closing ??= closeAll()),
  };
}

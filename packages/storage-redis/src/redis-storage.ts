import type { Clock, Logger, MediaJob, ReplyContent } from "@gateway-router/core";
import { RedisAdminKeyStore } from "./redis-admin-key-store.js";
import { RedisAuditLog } from "./redis-audit-log.js";
import { RedisConsoleSessions } from "./redis-console-sessions.js";
import { RedisContactHashes } from "./redis-contact-hashes.js";
import { RedisContestedContacts } from "./redis-contested-contacts.js";
import { RedisDatabase, type RedisDatabaseOptions } from "./redis-database.js";
import { RedisDeliveryQueue } from "./redis-delivery-queue.js";
import { RedisFirstWordsStore } from "./redis-first-words-store.js";
import { RedisIdempotencyKeys } from "./redis-idempotency-keys.js";
import { RedisLeaderLease } from "./redis-leader-lease.js";
import { RedisMappingStore } from "./redis-mapping-store.js";
import { RedisMediaStore, type RedisMediaLimits } from "./redis-media-store.js";
import { RedisMessageIntake } from "./redis-message-intake.js";
import { RedisOptOuts } from "./redis-opt-outs.js";
import { RedisReplyJournal } from "./redis-reply-journal.js";
import { RedisStateStore } from "./redis-state-store.js";
import { RedisTenantRegistry } from "./redis-tenant-registry.js";
import { RedisUnmappedMarks } from "./redis-unmapped-marks.js";

export interface RedisStorageOptions extends RedisDatabaseOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long message identities are remembered. */
  readonly duplicateMemoryDays: number;
  /** How much of contacts' files is kept; all of them together have a quarter of the engine's memory at most. */
  readonly mediaLimits?: Partial<RedisMediaLimits>;
}

/** Everything under one prefix of a Redis, for any number of processes. */
export interface RedisStorage {
  readonly database: RedisDatabase;
  readonly mappings: RedisMappingStore;
  readonly tenants: RedisTenantRegistry;
  readonly adminKeys: RedisAdminKeyStore;
  readonly consoleSessions: RedisConsoleSessions;
  /** Messages on their way to tenants. */
  readonly deliveries: RedisDeliveryQueue;
  /** What tenants answer, on its way to contacts. */
  readonly replies: RedisDeliveryQueue<ReplyContent>;
  readonly replyJournal: RedisReplyJournal;
  readonly firstWords: RedisFirstWordsStore;
  readonly unmappedMarks: RedisUnmappedMarks;
  readonly idempotencyKeys: RedisIdempotencyKeys;
  readonly optOuts: RedisOptOuts;
  /** Contacts' files. */
  readonly media: RedisMediaStore;
  /** Those that are still to be fetched. */
  readonly mediaJobs: RedisDeliveryQueue<MediaJob>;
  readonly audit: RedisAuditLog;
  /** Contacts that used another tenant's link. */
  readonly contested: RedisContestedContacts;
  /** By which one of the instances leads. */
  readonly lease: RedisLeaderLease;
  /** What the gateway remembers across restarts. */
  readonly state: RedisStateStore;
  /** Takes a message in by one script over all of these. */
  readonly intake: RedisMessageIntake;
  /** Gives the claims of this instance back and ends its connections. Idempotent. */
  close(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;

/** Opens the storage. Rejects with `StorageUnavailableError` where the engine is away. */
export async function openRedisStorage(options: RedisStorageOptions): Promise<RedisStorage> {
  const { duplicateMemoryDays, clock, logger } = options;
  const database = await RedisDatabase.open(options);
  const mediaLimits = await mediaLimitsOf(database, options);
  const duplicateMemoryMs = duplicateMemoryDays * DAY_MS;
  const hashes = new RedisContactHashes(database);
  const deliveries = new RedisDeliveryQueue({ database, name: "in", duplicateMemoryMs });
  const replies = new RedisDeliveryQueue<ReplyContent>({
    ...{ database, name: "out", duplicateMemoryMs },
    // Nobody asks which reply was a mapping's first.
    remembersGenerations: false,
  });
  const mediaJobs = new RedisDeliveryQueue<MediaJob>({
    ...{ database, name: "media", duplicateMemoryMs },
    // Each file has a line of its own.
    remembersGenerations: false,
  });
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    for (const queue of [deliveries, replies, mediaJobs]) await queue.close();
    await database.close();
  };
  return {
    ...{ database, deliveries, replies, mediaJobs },
    mappings: new RedisMappingStore({ database, hashes }),
    tenants: new RedisTenantRegistry(database),
    adminKeys: new RedisAdminKeyStore(database),
    consoleSessions: new RedisConsoleSessions(database),
    media: new RedisMediaStore({ database, logger, limits: mediaLimits }),
    replyJournal: new RedisReplyJournal(database),
    firstWords: new RedisFirstWordsStore(database),
    unmappedMarks: new RedisUnmappedMarks(database),
    idempotencyKeys: new RedisIdempotencyKeys(database),
    optOuts: new RedisOptOuts(hashes),
    audit: new RedisAuditLog(database),
    contested: new RedisContestedContacts(database),
    lease: new RedisLeaderLease(database),
    state: new RedisStateStore(database),
    intake: new RedisMessageIntake({ database, hashes, queue: deliveries, replies, mediaJobs, clock }),
    close: () => (closing ??= closeAll()),
  };
}

/** Where the engine has no limit, or does not tell it. */
const MEDIA_WITHOUT_LIMIT_BYTES = 512 * 2 ** 20;
const MEDIA_SHARE = 1 / 4;

/** Files in memory must not take the room of messages. */
async function mediaLimitsOf(
  database: RedisDatabase,
  { mediaLimits = {} }: RedisStorageOptions,
): Promise<Partial<RedisMediaLimits>> {
  const told = await database.call(["CONFIG", "GET", "maxmemory"]).then(
    (reply) => (reply as readonly string[])[1],
    () => undefined,
  );
  const memoryBytes = Number(told ?? 0);
  const roomBytes = memoryBytes > 0 ? Math.floor(memoryBytes * MEDIA_SHARE) : MEDIA_WITHOUT_LIMIT_BYTES;
  return { ...mediaLimits, maxTotalBytes: Math.min(mediaLimits.maxTotalBytes ?? Infinity, roomBytes) };
}

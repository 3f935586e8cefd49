import type { AdminRole } from "../domain/admin-key.js";
import type { Alias } from "../domain/alias.js";
import type { ContactId } from "../domain/contact-id.js";
import type { DeadLetter, QueuedDelivery } from "../domain/delivery.js";
import type { Generation, Mapping } from "../domain/mapping.js";
import type { MediaOutcome } from "../domain/media.js";
import type { ReplyRecord } from "../domain/reply-record.js";
import type { TenantId } from "../domain/tenant.js";
import type { AuditEntry } from "./audit-log.js";
import type { ContestedContact } from "./contested-contacts.js";
import type { HeldWords } from "./first-words-store.js";
import type { IdempotentUse } from "./idempotency-keys.js";
import type { SentWish } from "./opt-outs.js";

/** Messages to tenants, replies to contacts, files to fetch. */
export const MIGRATED_QUEUES = ["in", "out", "media"] as const;
export type MigratedQueue = (typeof MIGRATED_QUEUES)[number];

interface OfQueue {
  readonly queue: MigratedQueue;
}

interface MigratedRecords {
  /** By which contacts' names are hashed, in base64. */
  contact_hash_key: { readonly key: string };
  tenant: MigratedTenant;
  admin_key: {
    readonly name: string;
    readonly role: AdminRole;
    readonly createdAtMs: number;
    /** SHA-256 in hexadecimal. */
    readonly keyHash: string;
  };
  alias: Alias & { readonly name: ContactId };
  mapping: Mapping;
  removal: { readonly contact: ContactId; readonly removedAtMs: number };
  erasure: { readonly contactHash: string; readonly erasedAtMs: number };
  erased_generation: { readonly generation: Generation };
  opt_out: SentWish & { readonly contactHash: string };
  unmapped_mark: { readonly contact: ContactId; readonly markedAtMs: number };
  first_words: HeldWords & { readonly heldAtMs: number };
  media: {
    readonly id: string;
    readonly contact: ContactId;
    readonly keptAtMs: number;
    readonly outcome: MediaOutcome;
    readonly tenantId?: TenantId;
    /** Of its content, where it has any, in hexadecimal. */
    readonly sha256?: string;
  };
  begun_generation: OfQueue & { readonly generation: Generation };
  /** In the order of its line. */
  delivery: OfQueue & { readonly delivery: QueuedDelivery<unknown> };
  dead_letter: OfQueue & { readonly letter: DeadLetter<unknown> };
  line_order: OfQueue & {
    readonly tenantId: TenantId;
    readonly line: Generation;
    readonly behind: Generation;
  };
  /** A time in which the tenant was held; without an end, it is held now. */
  hold: OfQueue & { readonly tenantId: TenantId; readonly fromMs: number; readonly toMs?: number };
  reply: ReplyRecord;
  contested: ContestedContact;
  audit: AuditEntry;
  idempotency_key: IdempotentUse & {
    readonly tenantId: TenantId;
    readonly key: string;
    readonly usedAtMs: number;
  };
  state: { readonly name: string; readonly value: string };
  /** Which message went to which tenant. Behind all deliveries: where it is known, its delivery was carried. */
  identity: OfQueue & { readonly identity: string; readonly tenantId: TenantId; readonly atMs: number };
}

export interface MigratedTenant {
  readonly id: TenantId;
  /** It is no more, and has nothing but its id. */
  readonly removed?: true;
  readonly name?: string;
  readonly url?: string;
  readonly active: boolean;
  readonly secret?: string;
  readonly tokenHash?: string;
  readonly previousSecret?: string;
  readonly previousTokenHash?: string;
  readonly overlapUntilMs?: number;
}

export type MigrationKind = keyof MigratedRecords;
/** One thing that an engine keeps, as all engines understand it. */
export type MigrationRecord<Kind extends MigrationKind = MigrationKind> = {
  [Each in Kind]: { readonly kind: Each } & MigratedRecords[Each];
}[Kind];

/** In the order in which they are carried. */
export const MIGRATION_KINDS = [
  ...(["contact_hash_key", "tenant", "admin_key", "alias", "mapping", "removal"] as const),
  ...(["erasure", "erased_generation", "opt_out", "unmapped_mark", "first_words", "media"] as const),
  ...(["begun_generation", "delivery", "dead_letter", "line_order", "hold", "reply"] as const),
  ...(["contested", "audit", "idempotency_key", "state", "identity"] as const),
] as const satisfies readonly MigrationKind[];

/** What is held under a record's key: another record or the same, nothing, or what was carried and has gone its way since. */
export type FoundRecord = MigrationRecord | "passed" | undefined;

/** An engine's data while nobody works with it, to be carried to another engine. */
export interface Migratable {
  /** All records of the kind, in batches, so that memory stays bounded; those with an order in their order. */
  records(kind: MigrationKind): AsyncIterable<readonly MigrationRecord[]>;
  /** For each of them, all of one kind, what is held under its key. A contact is looked for by all its names. */
  find(records: readonly MigrationRecord[]): Promise<readonly FoundRecord[]>;
  /** Keeps the records, all of one kind and none of them held: all, or none. Durable when its promise resolves. */
  take(records: readonly MigrationRecord[]): Promise<void>;
  /** The content of a file. */
  content(file: MigrationRecord<"media">): AsyncIterable<Uint8Array>;
  /** Keeps a file that is not held. */
  takeFile(file: MigrationRecord<"media">, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Rejects where somebody else works with the data by now. */
  confirmAlone(): Promise<void>;
  /** Brings what follows the records up to date, and lets the data go. Idempotent. */
  close(): Promise<void>;
}

import type {
  AdminKeyStore,
  AuditLog,
  Backups,
  ConsoleSessionStore,
  ContestedContacts,
  DeliveryQueue,
  FirstWordsStore,
  IdempotencyKeys,
  LeaderLease,
  MappingStore,
  MediaJob,
  MediaStore,
  MessageIntake,
  OptOuts,
  ReplyContent,
  ReplyJournal,
  SendBudget,
  StateStore,
  TenantRegistry,
  UnmappedMarks,
} from "@gateway-router/core";

/** All that one engine keeps, opened and closed together. */
export interface Storage {
  readonly mappings: MappingStore;
  readonly deliveries: DeliveryQueue;
  readonly replies: DeliveryQueue<ReplyContent>;
  readonly replyJournal: ReplyJournal;
  readonly firstWords: FirstWordsStore;
  readonly unmappedMarks: UnmappedMarks;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly optOuts: OptOuts;
  readonly media: MediaStore;
  readonly mediaJobs: DeliveryQueue<MediaJob>;
  readonly intake: MessageIntake;
  readonly audit: AuditLog;
  readonly contested: ContestedContacts;
  readonly state: StateStore;
  /** Who is signed in to the console; where the engine does not keep it, each process remembers its own. */
  readonly consoleSessions?: ConsoleSessionStore;
  /** Where the engine makes copies of what it keeps. */
  readonly backups?: Backups;
  /** Where several instances share the engine: what else they share by it. */
  readonly shared?: SharedRecords;
  /** Where the engine has settings of its own: by which of them it may lose what it said was written, for people. */
  readonly risks?: () => Promise<readonly string[]>;
  /** Where several instances share the engine: by which of them one leads. */
  readonly lease?: LeaderLease;
  /** Where the engine tells others who holds the data: what they are told of this gateway. */
  readonly lock?: { describe(holder: { readonly url: string }): void };
  close(): Promise<void>;
}

/** What a single instance keeps in files of its own, or in memory. */
export interface SharedRecords {
  readonly tenantRegistry: TenantRegistry;
  readonly adminKeyStore: AdminKeyStore;
  readonly sendBudget: SendBudget;
}

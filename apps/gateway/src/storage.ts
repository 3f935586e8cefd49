import type {
  AuditLog,
  Backups,
  ConsoleSessionStore,
  ContestedContacts,
  DeliveryQueue,
  FirstWordsStore,
  IdempotencyKeys,
  MappingStore,
  MediaJob,
  MediaStore,
  MessageIntake,
  OptOuts,
  ReplyContent,
  ReplyJournal,
  StateStore,
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
  /** Where the engine tells others who holds the data: what they are told of this gateway. */
  readonly lock?: { describe(holder: { readonly url: string }): void };
  close(): Promise<void>;
}

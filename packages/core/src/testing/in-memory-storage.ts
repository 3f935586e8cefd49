import type { MediaJob } from "../domain/media.js";
import type { ReplyContent } from "../domain/reply.js";
import type { Clock } from "../ports/runtime.js";
import { SequentialMessageIntake } from "../use-cases/sequential-message-intake.js";
import { InMemoryAuditLog } from "./in-memory-audit-log.js";
import { InMemoryContestedContacts } from "./in-memory-contested-contacts.js";
import { InMemoryDeliveryQueue } from "./in-memory-delivery-queue.js";
import { InMemoryFirstWordsStore } from "./in-memory-first-words-store.js";
import { InMemoryIdempotencyKeys } from "./in-memory-idempotency-keys.js";
import { InMemoryOptOuts } from "./in-memory-opt-outs.js";
import { InMemoryMediaStore } from "./in-memory-media-store.js";
import { InMemoryStateStore } from "./in-memory-state-store.js";
import { InMemoryReplyJournal } from "./in-memory-reply-journal.js";
import { InMemoryUnmappedMarks } from "./in-memory-unmapped-marks.js";
import { InMemoryMappingStore } from "./in-memory-mapping-store.js";

const WEEK_MS = 7 * 24 * 3_600_000;

/** All of storage in memory, wired together. */
export class InMemoryStorage {
  readonly mappings: InMemoryMappingStore;
  readonly deliveries: InMemoryDeliveryQueue;
  readonly replies: InMemoryDeliveryQueue<ReplyContent>;
  readonly replyJournal: InMemoryReplyJournal;
  readonly firstWords: InMemoryFirstWordsStore;
  readonly unmappedMarks: InMemoryUnmappedMarks;
  readonly idempotencyKeys: InMemoryIdempotencyKeys;
  readonly optOuts = new InMemoryOptOuts();
  readonly media: InMemoryMediaStore;
  readonly mediaJobs: InMemoryDeliveryQueue<MediaJob>;
  readonly audit: InMemoryAuditLog;
  readonly contested: InMemoryContestedContacts;
  readonly state = new InMemoryStateStore();
  readonly intake: SequentialMessageIntake;

  constructor({
    clock,
    duplicateMemoryMs = WEEK_MS,
  }: {
    readonly clock: Clock;
    readonly duplicateMemoryMs?: number;
  }) {
    this.mappings = new InMemoryMappingStore({ clock });
    this.deliveries = new InMemoryDeliveryQueue({ clock, duplicateMemoryMs });
    this.replies = new InMemoryDeliveryQueue<ReplyContent>({ clock, duplicateMemoryMs });
    this.replyJournal = new InMemoryReplyJournal({ clock });
    this.firstWords = new InMemoryFirstWordsStore({ clock });
    this.unmappedMarks = new InMemoryUnmappedMarks({ clock });
    this.idempotencyKeys = new InMemoryIdempotencyKeys({ clock });
    this.media = new InMemoryMediaStore({ clock });
    this.mediaJobs = new InMemoryDeliveryQueue<MediaJob>({ clock, duplicateMemoryMs });
    this.audit = new InMemoryAuditLog({ clock });
    this.contested = new InMemoryContestedContacts({ clock });
    this.intake = new SequentialMessageIntake({
      mappings: this.mappings,
      queue: this.deliveries,
      replies: this.replies,
      firstWords: this.firstWords,
      optOuts: this.optOuts,
      mediaJobs: this.mediaJobs,
      audit: this.audit,
      contested: this.contested,
      clock,
    });
  }
}

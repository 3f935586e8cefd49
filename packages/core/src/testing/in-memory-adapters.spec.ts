import { auditLogContract } from "./audit-log-contract.js";
import { deliveryQueueContract } from "./delivery-queue-contract.js";
import { InMemoryAuditLog } from "./in-memory-audit-log.js";
import { InMemoryDeliveryQueue } from "./in-memory-delivery-queue.js";
import { InMemoryMappingStore } from "./in-memory-mapping-store.js";
import { InMemoryMediaStore } from "./in-memory-media-store.js";
import { InMemoryReplyJournal } from "./in-memory-reply-journal.js";
import { InMemoryStorage } from "./in-memory-storage.js";
import { InMemoryTenantRegistry } from "./in-memory-tenant-registry.js";
import { InMemoryUnmappedMarks } from "./in-memory-unmapped-marks.js";
import { ManualClock } from "./manual-clock.js";
import { mappingStoreContract } from "./mapping-store-contract.js";
import { mediaStoreContract } from "./media-store-contract.js";
import { messageIntakeContract } from "./message-intake-contract.js";
import { replyJournalContract } from "./reply-journal-contract.js";
import { tenantRegistryContract } from "./tenant-registry-contract.js";
import { idempotencyKeysContract } from "./idempotency-keys-contract.js";
import { InMemoryIdempotencyKeys } from "./in-memory-idempotency-keys.js";
import { unmappedMarksContract } from "./unmapped-marks-contract.js";

function manualTime() {
  const clock = new ManualClock();
  return { clock, nowMs: () => clock.nowMs(), advance: (byMs: number) => clock.advance(byMs) };
}

describe("InMemoryMappingStore", () => {
  mappingStoreContract({
    test: it,
    async openStores(instances) {
      const time = manualTime();
      const store = new InMemoryMappingStore(time);
      return { ...time, stores: Array.from({ length: instances }, () => store), close: () => store.close() };
    },
  });
});

describe("InMemoryDeliveryQueue", () => {
  deliveryQueueContract({
    test: it,
    async open({ duplicateMemoryMs }) {
      const time = manualTime();
      const queue = new InMemoryDeliveryQueue({ clock: time.clock, duplicateMemoryMs });
      return { ...time, queue, close: () => queue.close() };
    },
  });
});

describe("InMemoryUnmappedMarks", () => {
  unmappedMarksContract({
    test: it,
    async open() {
      const time = manualTime();
      return { ...time, marks: new InMemoryUnmappedMarks(time), close: () => Promise.resolve() };
    },
  });
});

describe("InMemoryIdempotencyKeys", () => {
  idempotencyKeysContract({
    test: it,
    async open() {
      const time = manualTime();
      return { ...time, keys: new InMemoryIdempotencyKeys(time), close: () => Promise.resolve() };
    },
  });
});

describe("InMemoryMediaStore", () => {
  mediaStoreContract({
    test: it,
    async open(limits) {
      const time = manualTime();
      return {
        ...time,
        store: new InMemoryMediaStore({ ...time, ...limits }),
        close: () => Promise.resolve(),
      };
    },
  });
});

describe("InMemoryReplyJournal", () => {
  replyJournalContract({
    test: it,
    async open() {
      const time = manualTime();
      return { ...time, journal: new InMemoryReplyJournal(time), close: () => Promise.resolve() };
    },
  });
});

describe("InMemoryAuditLog", () => {
  auditLogContract({
    test: it,
    async open() {
      const time = manualTime();
      return { ...time, audit: new InMemoryAuditLog(time), close: () => Promise.resolve() };
    },
  });
});

describe("InMemoryTenantRegistry", () => {
  tenantRegistryContract({
    test: it,
    async open() {
      const time = manualTime();
      return { ...time, registry: new InMemoryTenantRegistry(time), close: () => Promise.resolve() };
    },
  });
});

describe("SequentialMessageIntake on memory", () => {
  messageIntakeContract({
    test: it,
    async open() {
      const time = manualTime();
      const storage = new InMemoryStorage(time);
      const { intake, mappings, deliveries, firstWords, mediaJobs } = storage;
      return {
        ...time,
        intake,
        mappings,
        deliveries,
        firstWords,
        mediaJobs,
        close: () => deliveries.close(),
      };
    },
  });
});

import { auditLogContract } from "./audit-log-contract.js";
import { deliveryQueueContract } from "./delivery-queue-contract.js";
import { InMemoryAuditLog } from "./in-memory-audit-log.js";
import { adminKeyStoreContract } from "./admin-key-store-contract.js";
import { InMemoryAdminKeyStore } from "./in-memory-admin-key-store.js";
import { contestedContactsContract } from "./contested-contacts-contract.js";
import { InMemoryContestedContacts } from "./in-memory-contested-contacts.js";
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
import { InMemoryOptOuts } from "./in-memory-opt-outs.js";
import { optOutsContract } from "./opt-outs-contract.js";
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

describe("InMemoryContestedContacts", () => {
  contestedContactsContract({
    test: it,
    async open() {
      const time = manualTime();
      return { ...time, contested: new InMemoryContestedContacts(time), close: () => Promise.resolve() };
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

describe("InMemoryOptOuts", () => {
  optOutsContract({
    test: it,
    open: async () => ({ optOuts: new InMemoryOptOuts(), close: () => Promise.resolve() }),
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

describe("InMemoryAdminKeyStore", () => {
  adminKeyStoreContract({
    test: it,
    open: async () => ({ store: new InMemoryAdminKeyStore(), close: () => Promise.resolve() }),
  });
});

describe("SequentialMessageIntake on memory", () => {
  messageIntakeContract({
    test: it,
    async open() {
      const time = manualTime();
      const storage = new InMemoryStorage(time);
      const { intake, mappings, deliveries, firstWords, mediaJobs, optOuts, contested } = storage;
      return {
        ...time,
        intake,
        mappings,
        deliveries,
        firstWords,
        mediaJobs,
        optOuts,
        contested,
        close: () => deliveries.close(),
      };
    },
  });
});

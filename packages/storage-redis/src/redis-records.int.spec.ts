import {
  aContact,
  adminKeyStoreContract,
  aTenantId,
  auditLogContract,
  consoleSessionStoreContract,
  contestedContactsContract,
  idempotencyKeysContract,
  leaderLeaseContract,
  mediaStoreContract,
  optOutsContract,
  replyJournalContract,
  sendBudgetContract,
  silentLogger,
  stateStoreContract,
  tenantRegistryContract,
  unmappedMarksContract,
} from "@gateway-router/core/testing";
import { RedisAdminKeyStore } from "./redis-admin-key-store.js";
import { RedisAuditLog } from "./redis-audit-log.js";
import { RedisConsoleSessions } from "./redis-console-sessions.js";
import { RedisContactHashes } from "./redis-contact-hashes.js";
import { RedisContestedContacts } from "./redis-contested-contacts.js";
import { RedisIdempotencyKeys } from "./redis-idempotency-keys.js";
import { RedisLeaderLease } from "./redis-leader-lease.js";
import { RedisMediaStore } from "./redis-media-store.js";
import { RedisOptOuts } from "./redis-opt-outs.js";
import { RedisReplyJournal } from "./redis-reply-journal.js";
import { RedisSendBudget } from "./redis-send-budget.js";
import { RedisStateStore } from "./redis-state-store.js";
import { RedisTenantRegistry } from "./redis-tenant-registry.js";
import { RedisUnmappedMarks } from "./redis-unmapped-marks.js";
import { describeOnRedis } from "./testing/redis-spec.js";

await describeOnRedis("what Redis keeps beside mappings and deliveries", (_server, openKeys) => {
  const opened = async () => {
    const keys = await openKeys();
    return { keys, database: await keys.open() };
  };

  describe("RedisAdminKeyStore", () => {
    adminKeyStoreContract({
      test: it,
      async open() {
        const { keys, database } = await opened();
        return { ...keys, store: new RedisAdminKeyStore(database) };
      },
    });
  });

  describe("RedisAuditLog", () => {
    auditLogContract({
      test: it,
      async open() {
        const { keys, database } = await opened();
        return { ...keys, audit: new RedisAuditLog(database) };
      },
    });
  });

  describe("RedisConsoleSessions", () => {
    consoleSessionStoreContract({
      test: it,
      async open() {
        const { keys, database } = await opened();
        return { ...keys, sessions: new RedisConsoleSessions(database) };
      },
    });
  });

  describe("RedisContestedContacts", () => {
    contestedContactsContract({
      test: it,
      async open() {
        const { keys, database } = await opened();
        return { ...keys, contested: new RedisContestedContacts(database) };
      },
    });
  });

  describe("RedisIdempotencyKeys", () => {
    idempotencyKeysContract({
      test: it,
      async open() {
        const { keys: of, database } = await opened();
        return { ...of, keys: new RedisIdempotencyKeys(database) };
      },
    });
  });

  describe("RedisLeaderLease", () => {
    leaderLeaseContract({
      test: it,
      async openLeases(instances) {
        const keys = await openKeys();
        const databases = await Promise.all(Array.from({ length: instances }, () => keys.open()));
        return { ...keys, leases: databases.map((database) => new RedisLeaderLease(database)) };
      },
    });
  });

  describe("RedisMediaStore", () => {
    mediaStoreContract({
      test: it,
      async open(limits) {
        const { keys, database } = await opened();
        return { ...keys, store: new RedisMediaStore({ database, logger: silentLogger, limits }) };
      },
    });

    it("a file of many pieces comes back as it was", async () => {
      const { keys, database } = await opened();
      const store = new RedisMediaStore({ database, logger: silentLogger });
      const bytes = Buffer.alloc(700_001, Buffer.from([0, 255, 10, 128, 13, 7]));
      const content = async function* () {
        for (let from = 0; from < bytes.length; from += 100_000) yield bytes.subarray(from, from + 100_000);
      };
      await store.keep({ id: "large", contact: aContact() }, content());
      await store.handTo("large", aTenantId(2));
      const pieces: Uint8Array[] = [];
      for await (const piece of (await store.open("large", aTenantId(2)))!.content()) pieces.push(piece);
      expect(pieces.length).toBeGreaterThan(1);
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      await store.remove("large");
      expect(await keys.call("GET", `${keys.prefix}media-bytes`)).toBe("0");
      await keys.close();
    });
  });

  describe("RedisOptOuts", () => {
    optOutsContract({
      test: it,
      async open() {
        const { keys, database } = await opened();
        return { ...keys, optOuts: new RedisOptOuts(new RedisContactHashes(database)) };
      },
    });
  });

  describe("RedisReplyJournal", () => {
    replyJournalContract({
      test: it,
      async open() {
        const { keys, database } = await opened();
        return {
          ...keys,
          journal: new RedisReplyJournal(database),
          reopen: async () => new RedisReplyJournal(await keys.open()),
        };
      },
    });
  });

  describe("RedisSendBudget", () => {
    sendBudgetContract({
      test: it,
      async open(limits) {
        const { keys, database } = await opened();
        return { ...keys, budget: new RedisSendBudget({ database, limits }) };
      },
    });
  });

  describe("RedisStateStore", () => {
    stateStoreContract({
      test: it,
      async open() {
        const { keys, database } = await opened();
        return {
          state: new RedisStateStore(database),
          reopen: async () => new RedisStateStore(await keys.open()),
          close: () => keys.close(),
        };
      },
    });
  });

  describe("RedisTenantRegistry", () => {
    tenantRegistryContract({
      test: it,
      async open() {
        const { keys, database } = await opened();
        return { ...keys, registry: new RedisTenantRegistry(database) };
      },
    });
  });

  describe("RedisUnmappedMarks", () => {
    unmappedMarksContract({
      test: it,
      async open() {
        const { keys, database } = await opened();
        return { ...keys, marks: new RedisUnmappedMarks(database) };
      },
    });
  });
});

import {
  adminKeyStoreContract,
  auditLogContract,
  consoleSessionStoreContract,
  contestedContactsContract,
  idempotencyKeysContract,
  leaderLeaseContract,
  optOutsContract,
  replyJournalContract,
  stateStoreContract,
  tenantRegistryContract,
  unmappedMarksContract,
} from "@gateway-router/core/testing";
import { PostgresAdminKeyStore } from "./postgres-admin-key-store.js";
import { PostgresAuditLog } from "./postgres-audit-log.js";
import { PostgresConsoleSessions } from "./postgres-console-sessions.js";
import { PostgresContestedContacts } from "./postgres-contested-contacts.js";
import { PostgresIdempotencyKeys } from "./postgres-idempotency-keys.js";
import { PostgresLeaderLease } from "./postgres-leader-lease.js";
import { PostgresOptOuts } from "./postgres-opt-outs.js";
import { PostgresReplyJournal } from "./postgres-reply-journal.js";
import { PostgresStateStore } from "./postgres-state-store.js";
import { PostgresTenantRegistry } from "./postgres-tenant-registry.js";
import { PostgresUnmappedMarks } from "./postgres-unmapped-marks.js";
import { describeOnPostgres } from "./testing/postgres-spec.js";

await describeOnPostgres("what PostgreSQL keeps beside mappings and deliveries", (_server, openTables) => {
  const opened = async () => {
    const tables = await openTables();
    return { tables, database: await tables.open() };
  };

  describe("PostgresAuditLog", () => {
    auditLogContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return { ...tables, audit: new PostgresAuditLog(database) };
      },
    });
  });

  describe("PostgresAdminKeyStore", () => {
    adminKeyStoreContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return { ...tables, store: new PostgresAdminKeyStore(database) };
      },
    });
  });

  describe("PostgresConsoleSessions", () => {
    consoleSessionStoreContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return { ...tables, sessions: new PostgresConsoleSessions(database) };
      },
    });
  });

  describe("PostgresContestedContacts", () => {
    contestedContactsContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return { ...tables, contested: new PostgresContestedContacts(database) };
      },
    });
  });

  describe("PostgresLeaderLease", () => {
    leaderLeaseContract({
      test: it,
      async openLeases(instances) {
        const tables = await openTables();
        const databases = await Promise.all(Array.from({ length: instances }, () => tables.open()));
        return { ...tables, leases: databases.map((database) => new PostgresLeaderLease(database)) };
      },
    });
  });

  describe("PostgresOptOuts", () => {
    optOutsContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return { ...tables, optOuts: new PostgresOptOuts(database) };
      },
    });
  });

  describe("PostgresIdempotencyKeys", () => {
    idempotencyKeysContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return { ...tables, keys: new PostgresIdempotencyKeys(database) };
      },
    });
  });

  describe("PostgresUnmappedMarks", () => {
    unmappedMarksContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return { ...tables, marks: new PostgresUnmappedMarks(database) };
      },
    });
  });

  describe("PostgresStateStore", () => {
    stateStoreContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return {
          state: new PostgresStateStore(database),
          reopen: async () => new PostgresStateStore(await tables.open()),
          close: () => tables.close(),
        };
      },
    });
  });

  describe("PostgresReplyJournal", () => {
    replyJournalContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return {
          ...tables,
          journal: new PostgresReplyJournal(database),
          reopen: async () => new PostgresReplyJournal(await tables.open()),
        };
      },
    });
  });

  describe("PostgresTenantRegistry", () => {
    tenantRegistryContract({
      test: it,
      async open() {
        const { tables, database } = await opened();
        return { ...tables, registry: new PostgresTenantRegistry(database) };
      },
    });
  });
});

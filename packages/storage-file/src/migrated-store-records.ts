import { createHash } from "node:crypto";
import type {
  AuditEntry,
  Clock,
  ContactId,
  FoundRecord,
  Generation,
  HeldWords,
  IdempotentUse,
  MigrationKind,
  MigrationRecord,
  SentWish,
  TenantId,
} from "@gateway-router/core";
import { comparableText } from "@gateway-router/core";
import type { KeptRecords } from "./kept-records.js";
import type { FileStorage } from "./file-storage.js";
import { LmdbContactHashes } from "./lmdb-contact-hashes.js";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbSnapshot } from "./lmdb-environment.js";
import { MappingRecords } from "./mapping-records.js";
import { mapPages } from "./migrated-queue-records.js";

type KeptWords = HeldWords & { readonly heldAtMs: number; readonly order?: number };
type KeptUse = IdempotentUse & { readonly usedAtMs: number };
type Pages = Iterable<readonly MigrationRecord[]>;

const LEARNT_AT_ONCE = 500;

/** All records but the queues', while nobody works with them. */
export class MigratedStoreRecords implements KeptRecords {
  private readonly records: MappingRecords;
  private readonly hashes: LmdbContactHashes;
  private readonly erasedGenerations: LmdbDatabase<true, Generation>;
  private readonly wishes: LmdbDatabase<SentWish>;
  private readonly marks: LmdbDatabase<number, ContactId>;
  private readonly words: LmdbDatabase<KeptWords, [ContactId, number]>;
  private readonly uses: LmdbDatabase<KeptUse>;
  private readonly state: LmdbDatabase<string>;
  /** Which audit entries are there, by what they say: the log itself is numbered only. */
  private readonly audited: LmdbDatabase<true>;

  constructor(
    private readonly options: { readonly storage: FileStorage; readonly clock: Pick<Clock, "nowMs"> },
  ) {
    const { environment } = options.storage;
    this.records = new MappingRecords(environment);
    this.hashes = new LmdbContactHashes(environment);
    this.erasedGenerations = environment.database("mapping.erased-generations");
    this.wishes = environment.database("opt-outs");
    this.marks = environment.database("unmapped-marks");
    this.words = environment.database("first-words");
    this.uses = environment.database("idempotency-keys");
    this.state = environment.database("gateway-state");
    this.audited = environment.database("migration.audited");
  }

  /** Notes which audit entries are there. To be called before any other. */
  async learnAudit(): Promise<void> {
    const { environment, audit } = this.options.storage;
    await environment.write(() => this.audited.clear());
    const snapshot = environment.snapshot();
    try {
      for (const page of audit.pagesIn(snapshot, LEARNT_AT_ONCE)) {
        await environment.write(() => page.forEach((entry) => this.audited.put(auditKey(entry), true)));
      }
    } finally {
      snapshot.close();
    }
  }

  pagesIn(kind: MigrationKind, snapshot: LmdbSnapshot, limit: number): Pages | undefined {
    const { audit, contested, replyJournal } = this.options.storage;
    switch (kind) {
      case "contact_hash_key":
        return [this.hashes.keysNow().map((key) => ({ kind, key }))];
      case "alias":
        return mapPages(this.records.aliasPagesIn(snapshot, limit), ([name, { canonical, lid }]) => [
          { kind, name, canonical, lid },
        ]);
      case "mapping":
        return mapPages(this.records.pagesIn(snapshot, limit), (mapping) => [{ kind, ...mapping }]);
      case "removal":
        return mapPages(this.records.removalPagesIn(snapshot, limit), ([contact, removedAtMs]) => [
          { kind, contact, removedAtMs },
        ]);
      case "erasure":
        return mapPages(this.records.erasurePagesIn(snapshot, limit), ([contactHash, erasedAtMs]) => [
          { kind, contactHash, erasedAtMs },
        ]);
      case "erased_generation":
        return mapPages(snapshot.pages(this.erasedGenerations, limit), ({ key }) => [
          { kind, generation: key },
        ]);
      case "opt_out":
        return mapPages(snapshot.pages(this.wishes, limit), ({ key, value: { wish, sentAtMs } }) => [
          { kind, contactHash: key, wish, sentAtMs },
        ]);
      case "unmapped_mark":
        return mapPages(snapshot.pages(this.marks, limit), ({ key, value }) => [
          { kind, contact: key, markedAtMs: value },
        ]);
      case "first_words":
        return mapPages(snapshot.pages(this.words, limit), ({ value }) => [wordsRecord(value)]);
      case "reply":
        return mapPages(replyJournal.pagesIn(snapshot, limit), (reply) => [{ kind, ...reply }]);
      case "contested":
        return mapPages(contested.pagesIn(snapshot, limit), (contact) => [{ kind, ...contact }]);
      case "audit":
        return mapPages(audit.pagesIn(snapshot, limit), (entry) => [{ kind, ...entry }]);
      case "idempotency_key":
        return mapPages(snapshot.pages(this.uses, limit), ({ key, value }) => [useRecord(key, value)]);
      case "state":
        return mapPages(snapshot.pages(this.state, limit), ({ key, value }) => [{ kind, name: key, value }]);
      case "tenant":
      case "admin_key":
      case "media":
      case "begun_generation":
      case "delivery":
      case "dead_letter":
      case "line_order":
      case "hold":
      case "identity":
        return undefined;
    }
  }

  find(records: readonly MigrationRecord[]): readonly FoundRecord[] | undefined {
    const keys = new Set(this.hashes.keysNow());
    return records.map((record) =>
      record.kind === "contact_hash_key" ? (keys.has(record.key) ? record : undefined) : this.findOne(record),
    );
  }

  put(record: MigrationRecord): boolean {
    const { audit, contested, replyJournal } = this.options.storage;
    switch (record.kind) {
      case "contact_hash_key":
        this.hashes.restore([record.key]);
        return true;
      case "alias":
        this.records.restoreAlias(record.name, { canonical: record.canonical, lid: record.lid });
        return true;
      case "mapping":
        this.records.restoreMapping(withoutKind(record), this.options.clock.nowMs());
        return true;
      case "removal":
        this.records.restoreRemoval(record.contact, record.removedAtMs);
        return true;
      case "erasure":
        this.records.restoreErasure(record.contactHash, record.erasedAtMs);
        return true;
      case "erased_generation":
        this.erasedGenerations.put(record.generation, true);
        return true;
      case "opt_out":
        this.wishes.put(record.contactHash, { wish: record.wish, sentAtMs: record.sentAtMs });
        return true;
      case "unmapped_mark":
        this.marks.put(record.contact, record.markedAtMs);
        return true;
      case "first_words":
        this.putWords(record);
        return true;
      case "reply":
        replyJournal.restore(withoutKind(record));
        return true;
      case "contested":
        contested.restore(record);
        return true;
      case "audit": {
        const entry = withoutKind(record);
        audit.appendInTransaction(entry);
        this.audited.put(auditKey(entry), true);
        return true;
      }
      case "idempotency_key": {
        const { tenantId, key, fingerprint, replyId, usedAtMs } = record;
        this.uses.put(`${tenantId}/${key}`, { fingerprint, replyId, usedAtMs });
        return true;
      }
      case "state":
        this.state.put(record.name, record.value);
        return true;
      case "tenant":
      case "admin_key":
      case "media":
      case "begun_generation":
      case "delivery":
      case "dead_letter":
      case "line_order":
      case "hold":
      case "identity":
        return false;
    }
  }

  private findOne(record: MigrationRecord): FoundRecord {
    const { contested, replyJournal } = this.options.storage;
    const { kind } = record;
    switch (kind) {
      case "alias": {
        const { name } = record;
        const alias = this.records.aliasOf(name);
        if (alias !== undefined) return { kind, name, canonical: alias.canonical, lid: alias.lid };
        // What is locked under this name would be found no more.
        const mapping = this.records.find(name);
        return mapping && { kind: "mapping", ...mapping };
      }
      case "mapping": {
        const mapping = this.records.find(record.contact);
        return mapping && { kind, ...mapping };
      }
      case "removal": {
        const removedAtMs = this.records.removedAt(record.contact);
        return removedAtMs === undefined ? undefined : { kind, contact: record.contact, removedAtMs };
      }
      case "erasure": {
        const { contactHash } = record;
        const erasedAtMs = this.records.erasedAt(contactHash);
        return erasedAtMs === undefined ? undefined : { kind, contactHash, erasedAtMs };
      }
      case "erased_generation":
        return this.erasedGenerations.has(record.generation) ? record : undefined;
      case "opt_out": {
        const { contactHash } = record;
        const wish = this.wishes.get(contactHash);
        return wish && { kind, contactHash, wish: wish.wish, sentAtMs: wish.sentAtMs };
      }
      case "unmapped_mark": {
        const markedAtMs = this.marks.get(record.contact);
        return markedAtMs === undefined ? undefined : { kind, contact: record.contact, markedAtMs };
      }
      case "first_words": {
        const { contact, identity } = record.message;
        const held = this.wordsOf(contact).find(({ value }) => value.message.identity === identity);
        return held && wordsRecord(held.value);
      }
      case "reply": {
        const reply = replyJournal.findNow(record.id);
        return reply && { kind, ...reply };
      }
      case "contested": {
        const found = contested.findNow([record.contact, record.heldBy, record.linkOf]);
        return found && { kind, ...found };
      }
      case "audit":
        return this.audited.has(auditKey(withoutKind(record))) ? record : undefined;
      case "idempotency_key": {
        const name = `${record.tenantId}/${record.key}`;
        const use = this.uses.get(name);
        return use && useRecord(name, use);
      }
      case "state": {
        const value = this.state.get(record.name);
        return value === undefined ? undefined : { kind, name: record.name, value };
      }
      case "contact_hash_key":
      case "tenant":
      case "admin_key":
      case "media":
      case "begun_generation":
      case "delivery":
      case "dead_letter":
      case "line_order":
      case "hold":
      case "identity":
        return undefined;
    }
  }

  private putWords(record: MigrationRecord<"first_words">): void {
    const { contact } = record.message;
    const number = (this.wordsOf(contact).at(-1)?.key[1] ?? 0) + 1;
    this.words.put([contact, number], { ...withoutKind(record), order: number });
  }

  private wordsOf(contact: ContactId) {
    return [...this.words.range({ start: [contact, 0], end: [contact, Number.MAX_SAFE_INTEGER] })];
  }
}

function wordsRecord({ deliveryId, message, trace, heldAtMs }: KeptWords): MigrationRecord<"first_words"> {
  return {
    ...{ kind: "first_words", deliveryId, message, heldAtMs },
    ...(trace === undefined ? {} : { trace }),
  };
}

/** The name is `<tenant>/<key>`. */
function useRecord(name: string, use: KeptUse): MigrationRecord<"idempotency_key"> {
  const slash = name.indexOf("/");
  const { fingerprint, replyId, usedAtMs } = use;
  return {
    ...{ kind: "idempotency_key", tenantId: Number(name.slice(0, slash)) as TenantId },
    ...{ key: name.slice(slash + 1), fingerprint, replyId, usedAtMs },
  };
}

function auditKey(entry: AuditEntry): string {
  return createHash("sha256")
    .update(comparableText({ kind: "audit", ...entry }))
    .digest("base64url");
}

function withoutKind<Kept extends MigrationRecord>(record: Kept): Omit<Kept, "kind"> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== "kind")) as Omit<Kept, "kind">;
}

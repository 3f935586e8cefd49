import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  MIGRATION_KINDS,
  MigrateRecords,
  comparableText,
  randomIds,
  type Generation,
  type Migratable,
  type MigrationReport,
} from "@gateway-router/core";
import {
  aContact,
  aDelivery,
  aGeneration,
  aMapping,
  aMessage,
  aTenantId,
  ManualClock,
  silentLogger,
} from "@gateway-router/core/testing";
import { FileMigratable, openFileStorage } from "@gateway-router/storage-file";
import { PostgresMigratable } from "@gateway-router/storage-postgres";
import { startPostgres } from "@gateway-router/storage-postgres/testing";

const START_MS = Date.UTC(2026, 10, 25);
const SECRET = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
const HASH = createHash("sha256").update("token").digest("hex");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const LOCKED = aContact("971501230001");
const LID = aContact("88112233445501@lid");
const REMOVED = aContact("971501230002");
const ERASED = aContact("971501230003");
const UNMAPPED = aContact("971501230004");

let folder: string;
let clock: ManualClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "migrate-"));
  clock = new ManualClock(START_MS);
});
afterEach(() => rmSync(folder, { recursive: true }));

const runtime = () => ({
  ...{ clock, ids: randomIds, logger: silentLogger, duplicateMemoryDays: 7, backupKeepDays: 14 },
});
const openFile = (name: string): Promise<FileMigratable> => {
  const dataDir = join(folder, name);
  return FileMigratable.open({ ...runtime(), dataDir, tenantsFile: join(dataDir, "tenants.json") });
};

async function* bytes(...pieces: string[]): AsyncIterable<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** Something of every kind. */
async function fillFile(name: string): Promise<void> {
  const dataDir = join(folder, name);
  mkdirSync(dataDir);
  writeFileSync(
    join(dataDir, "tenants.json"),
    JSON.stringify([
      { id: 2, name: "Agent 2", url: "http://127.0.0.1:9/", secret: SECRET, token_hash: HASH },
      { id: 3, removed: true },
    ]),
  );
  writeFileSync(
    join(dataDir, "admin-keys.json"),
    JSON.stringify([{ name: "anna", role: "read", created_at: "2026-11-20T00:00:00.000Z", key_hash: HASH }]),
  );
  const storage = await openFileStorage({ ...runtime(), dataDir });
  try {
    const { mappings, deliveries, replies, mediaJobs, optOuts, media } = storage;
    const mapping = aMapping({ contact: LOCKED, campaign: "spring", lockedAtMs: START_MS });
    await mappings.lock(mapping, START_MS);
    await mappings.learnAlias({ phone: LOCKED, lid: LID });
    await mappings.lock(aMapping({ contact: REMOVED }), START_MS);
    await mappings.unlock(REMOVED);
    await mappings.lock(aMapping({ contact: ERASED }), START_MS);
    await mappings.beginErasure(ERASED);
    await optOuts.note(LOCKED, { wish: "opt_out", sentAtMs: START_MS });
    await storage.unmappedMarks.mark(UNMAPPED);
    await storage.firstWords.hold({ deliveryId: "words_1", message: aMessage({ contact: UNMAPPED }) });
    await storage.firstWords.hold({ deliveryId: "words_2", message: aMessage({ contact: UNMAPPED }) });
    for (let number = 1; number <= 3; number += 1) {
      await deliveries.enqueue(aDelivery(mapping, { id: `waits_${number}` }));
    }
    const { claims } = await deliveries.claimDue({ limit: 1, perTenantLimit: 1, leaseMs: 1_000 });
    await deliveries.settle(claims[0]!, {
      ...{ kind: "retry", cause: "unreachable", delayMs: 1_000, error: "nobody there" },
    });
    const gone = aMapping({ contact: aContact(), tenantId: aTenantId(4) });
    await deliveries.enqueue(aDelivery(gone, { id: "dies" }));
    await deliveries.retire(gone.generation, "mapping_changed");
    await deliveries.follow({ tenantId: mapping.tenantId, line: aGeneration("next"), behind: mapping.generation });
    await deliveries.enqueue(aDelivery({ ...mapping, generation: "next" as Generation }, { id: "behind" }));
    await deliveries.holdTenant(mapping.tenantId);
    const reply = { ...aDelivery(mapping), id: "reply_1", identity: "reply_1" };
    await replies.enqueue({ ...reply, body: { type: "text", text: "Hello 😀" } as never });
    await mediaJobs.enqueue({ ...aDelivery(mapping), id: "job_1", identity: "job_1", body: {} as never });
    const { body: _, ...origin } = reply;
    await storage.replyJournal.open({ ...origin, to: LOCKED, type: "text" } as never);
    await media.keep({ id: "file/1", contact: LOCKED, mimetype: "image/jpeg" }, bytes("ab", "c"));
    await media.handTo("file/1", mapping.tenantId);
    await media.fail({ id: "file/2", contact: LOCKED }, "the source has it no more");
    for (const linkOf of [5, 6, 5]) {
      await storage.contested.note({
        ...{ contact: LOCKED, heldBy: mapping.tenantId, linkOf: aTenantId(linkOf), atMs: START_MS },
      });
    }
    for (const subject of ["tenant 2", "tenant 3"]) {
      await storage.audit.append({
        ...{ atMs: START_MS, actor: "gateway", action: "tenant.changed", subject, details: { b: 1, a: [2] } },
      } as never);
    }
    await storage.idempotencyKeys.claim(
      { tenantId: mapping.tenantId, key: "k/1" },
      { fingerprint: "f", replyId: "reply_1" },
    );
    await storage.state.write("catch-up", "1");
  } finally {
    await storage.close();
  }
}

async function contentsOf(data: Migratable): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const kind of MIGRATION_KINDS) {
    const texts: string[] = [];
    for await (const batch of data.records(kind)) texts.push(...batch.map(comparableText));
    // Keys of an engine's own are beside those that came.
    if (kind !== "contact_hash_key") all[kind] = texts;
  }
  return all;
}

/** What has no order, in one. */
function unordered(contents: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(contents).map(([kind, texts]) => [kind, texts.toSorted()]));
}

const run = (from: Migratable, to: Migratable, dryRun = false): Promise<MigrationReport> =>
  new MigrateRecords({ from, to, sha256 }).execute({ dryRun });

const server = await startPostgres();
afterAll(() => server?.remove());
let databases = 0;
const newDatabase = () => server!.createDatabase(`migrate_${(databases += 1)}`);
const openPostgres = (url: string) =>
  PostgresMigratable.open({ url, clock, logger: silentLogger });

(server === undefined ? describe.skip : describe)("migration between files and PostgreSQL", () => {
  it("carries everything there and back", async () => {
    await fillFile("first");
    const url = await newDatabase();
    const [first, tables, second] = [await openFile("first"), await openPostgres(url), await openFile("second")];
    try {
      const before = await contentsOf(first);
      for (const kind of MIGRATION_KINDS) {
        if (kind !== "contact_hash_key") expect({ kind, has: before[kind]!.length > 0 }).toEqual({ kind, has: true });
      }
      expect(await run(first, tables)).toMatchObject({ kind: "migrated" });
      expect(unordered(await contentsOf(tables))).toEqual(unordered(before));
      expect(await run(tables, second)).toMatchObject({ kind: "migrated" });
      const after = await contentsOf(second);
      expect(unordered(after)).toEqual(unordered(before));
      for (const kind of ["delivery", "dead_letter", "first_words", "contested", "audit"]) {
        expect(after[kind]).toEqual(before[kind]);
      }
    } finally {
      for (const each of [first, tables, second]) await each.close();
    }
  });
});

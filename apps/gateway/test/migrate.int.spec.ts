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
  type MigrationRecord,
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
import { openPostgresStorage, PostgresDatabase, PostgresMigratable } from "@gateway-router/storage-postgres";
import { startPostgres } from "@gateway-router/storage-postgres/testing";
import { runCli } from "../src/cli/run-cli.js";

const START_MS = Date.UTC(2026, 10, 25);
const SECRET = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
const HASH = createHash("sha256").update("token").digest("hex");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const LOCKED = aContact("971501230001");
const LID = aContact("88112233445501@lid");
const REMOVED = aContact("971501230002");
const ERASED = aContact("971501230003");
const UNMAPPED = aContact("971501230004");

/** With what is counted and found by them. */
const CARRIED_TABLES = [
  ...["mappings", "contact_counts", "aliases", "removals", "erasures", "erased_generations"],
  ...["contact_hash_keys", "opt_outs", "tenants", "admin_keys", "first_words", "unmapped_marks"],
  ...["deliveries", "lines", "tenant_schedules", "dead_letters", "holds", "line_orders"],
  ...["begun_generations", "identities", "reply_journal", "contested_contacts", "audit_entries"],
  ...["idempotency_keys", "gateway_state", "media_files", "media_chunks", "media_uploads"],
];
/** The documentation says so. */
const LEFT_TABLES = ["migrations", "leases", "send_lanes", "send_turns", "console_sessions"];

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
      ...{ kind: "retry", cause: "unreachable", delayMs: 1_000, error: "nobody\0there" },
    });
    const gone = aMapping({ contact: aContact(), tenantId: aTenantId(4) });
    await deliveries.enqueue(aDelivery(gone, { id: "dies" }));
    await deliveries.retire(gone.generation, "mapping_changed");
    await deliveries.follow({
      tenantId: mapping.tenantId,
      line: aGeneration("next"),
      behind: mapping.generation,
    });
    await deliveries.enqueue(aDelivery({ ...mapping, generation: "next" as Generation }, { id: "behind" }));
    await deliveries.holdTenant(mapping.tenantId);
    const reply = { ...aDelivery(mapping), id: "reply_1", identity: "reply_1" };
    await replies.enqueue({ ...reply, body: { type: "text", text: "Hello 😀" } as never });
    await mediaJobs.enqueue({ ...aDelivery(mapping), id: "job_1", identity: "job_1", body: {} as never });
    await storage.replyJournal.open({ id: "reply_1", contact: LOCKED, tenantId: mapping.tenantId });
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
      });
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
const openPostgres = (url: string) => PostgresMigratable.open({ url, clock, logger: silentLogger });

(server === undefined ? describe.skip : describe)("migration between files and PostgreSQL", () => {
  it("carries everything there and back", async () => {
    await fillFile("first");
    const url = await newDatabase();
    const [first, tables, second] = [
      await openFile("first"),
      await openPostgres(url),
      await openFile("second"),
    ];
    try {
      const before = await contentsOf(first);
      for (const kind of MIGRATION_KINDS) {
        if (kind !== "contact_hash_key")
          expect({ kind, has: before[kind]!.length > 0 }).toEqual({ kind, has: true });
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

  it("completes a run that was cut off at each of its steps, either way", async () => {
    await fillFile("first");
    const first = await openFile("first");
    const before = unordered(await contentsOf(first));
    const url = await newDatabase();
    const steps = [
      { from: first, open: () => openPostgres(url) },
      { from: await openPostgres(url), open: () => openFile("second") },
    ];
    // Each one is opened when its turn comes, since one that is open holds its data.
    await steps[1]!.from.close();
    for (const [index, { from: opened, open }] of steps.entries()) {
      const from = index === 0 ? opened : await openPostgres(url);
      let cuts = 0;
      for (let done = false; !done;) {
        const to = await open();
        try {
          done = (await run(from, failingAfterOneTake(to))).kind === "migrated";
        } catch (error) {
          expect(error).toMatchObject({ message: "cut off" });
          cuts += 1;
        } finally {
          await to.close();
        }
      }
      expect(cuts).toBeGreaterThan(15);
      await from.close();
      const to = await open();
      expect(unordered(await contentsOf(to))).toEqual(before);
      await to.close();
    }
  });

  it("has what waits delivered there, once and in its order, and does not bring it again", async () => {
    await fillFile("first");
    const url = await newDatabase();
    const first = await openFile("first");
    const tables = await openPostgres(url);
    expect(await run(first, tables)).toMatchObject({ kind: "migrated" });
    await tables.close();
    const storage = await openPostgresStorage({ url, clock, logger: silentLogger, duplicateMemoryDays: 7 });
    await storage.deliveries.releaseTenant(aTenantId());
    const delivered: string[] = [];
    for (;;) {
      const { claims } = await storage.deliveries.claimDue({ limit: 9, perTenantLimit: 9, leaseMs: 60_000 });
      if (claims.length === 0) break;
      for (const claim of claims) {
        if (claim.id === "waits_1")
          expect(claim).toMatchObject({ attempts: 1, lastError: "nobody\uFFFDthere" });
        delivered.push(claim.id);
        await storage.deliveries.settle(claim, { kind: "delivered" });
      }
    }
    expect(delivered).toEqual(["waits_1", "waits_2", "waits_3", "behind"]);
    expect((await storage.mappings.find(LID))?.contact).toBe(LOCKED);
    expect(await storage.optOuts.isOptedOut(LOCKED)).toBe(true);
    expect((await storage.tenants.findByToken("token"))?.id).toBe(2);
    await storage.close();

    const again = await openPostgres(url);
    await run(first, again);
    const waiting: MigrationRecord[] = [];
    for await (const batch of again.records("delivery")) waiting.push(...batch);
    expect(waiting.filter((record) => record.kind === "delivery" && record.queue === "in")).toEqual([]);
    await again.close();
    await first.close();
  });

  it("knows every table there is, so that none is left behind unnoticed", async () => {
    const url = await newDatabase();
    const database = await PostgresDatabase.open({ url, clock, logger: silentLogger });
    try {
      const rows = await database.query<{ name: string }>({
        name: "all-tables",
        text: "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()",
      });
      expect(rows.map(({ name }) => name).toSorted()).toEqual([...CARRIED_TABLES, ...LEFT_TABLES].toSorted());
    } finally {
      await database.close();
    }
  });

  it("refuses while a gateway works with one of them", async () => {
    await fillFile("first");
    const url = await newDatabase();
    const storage = await openPostgresStorage({ url, clock, logger: silentLogger, duplicateMemoryDays: 7 });
    await storage.lease.take(60_000);
    await expect(openPostgres(url)).rejects.toMatchObject({ code: "storage_in_use" });
    await storage.lease.giveUp();
    await storage.close();
    const holder = await openFile("first");
    await expect(openFile("first")).rejects.toThrow();
    await holder.close();
  });

  it("changes nothing where a contact is locked otherwise by one of its names, and lists it by the command", async () => {
    await fillFile("first");
    const url = (await newDatabase()).replace("gateway@", "gateway:of-nobody-else@");
    const storage = await openPostgresStorage({ url, clock, logger: silentLogger, duplicateMemoryDays: 7 });
    await storage.mappings.lock(aMapping({ contact: LOCKED, tenantId: aTenantId(9) }), START_MS);
    await storage.mappings.lock(aMapping({ contact: LID, tenantId: aTenantId(8) }), START_MS);
    await storage.close();
    const tables = await openPostgres(url);
    const before = await contentsOf(tables);
    await tables.close();

    const words = ["migrate", "--from", `file:${join(folder, "first")}`, "--to", url];
    const refused = await command(words);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain(`contact ${LOCKED} is locked to tenant 9 there, and to tenant 2 here`);
    expect(refused.out).toContain(`alias ${LID} is there otherwise`);
    expect(refused.out).toContain("Nothing was changed");
    const json = await command([...words, "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({
      ...{ status: "refused", conflicts: 2 },
      listed: [
        { kind: "alias", name: LID },
        { kind: "mapping", name: LOCKED, tenant_from: 2, tenant_to: 9 },
      ],
    });
    for (const { out, err } of [refused, json]) expect(out + err).not.toContain("of-nobody-else");
    const after = await openPostgres(url);
    expect(await contentsOf(after)).toEqual(before);
    await after.close();
  });

  it("plans, carries and compares by the command, which may be repeated", async () => {
    await fillFile("first");
    const url = (await newDatabase()).replace("gateway@", "gateway:of-nobody-else@");
    const words = ["migrate", "--from", join(folder, "first"), "--to", url];
    const planned = await command([...words, "--dry-run"]);
    expect(planned).toMatchObject({ code: 0, err: "" });
    expect(planned.out).toContain("delivery: 6");
    expect(planned.out).toContain("A dry run: nothing was changed");
    const done = await command(words);
    expect(done).toMatchObject({ code: 0, err: "" });
    expect(done.out).toMatch(/✓ delivery: 6, checksum [0-9a-f]{32}/);
    const again = await command([...words, "--json"]);
    expect(again.code).toBe(0);
    const { status, records } = JSON.parse(again.out) as { status: string; records: object[] };
    expect(status).toBe("migrated");
    expect(records).toContainEqual(
      expect.objectContaining({ kind: "delivery", records: 6, already_there: 6 }),
    );
    for (const { out, err } of [planned, done, again]) expect(out + err).not.toContain("of-nobody-else");
  });
});

describe("the command for a migration", () => {
  it.each([
    ["an engine it does not know", "mysql://gateway:of-nobody-else@127.0.0.1/data", "It must be file:PATH"],
    ["Redis", "redis://:of-nobody-else@127.0.0.1", "files and PostgreSQL only"],
  ])("takes %s for wrong use, and repeats no password", async (_, url, said) => {
    const answer = await command(["migrate", "--from", "file:/nowhere", "--to", url]);
    expect(answer.code).toBe(2);
    expect(answer.err).toContain(said);
    expect(answer.out + answer.err).not.toContain("of-nobody-else");
  });

  it.each([
    ["a folder without data", ["--from", "file:/nowhere/at/all", "--to", "file:/nowhere/else"], 1, "no data"],
    ["the same place twice", ["--from", "file:/nowhere", "--to", "/nowhere"], 1, "the same place"],
    ["a target that is left out", ["--from", "file:/nowhere"], 2, "--to"],
  ])("says what is wrong with %s", async (_, words, code, said) => {
    const answer = await command(["migrate", ...words]);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(said);
  });
});

/** As one that is killed: what it took stays. */
function failingAfterOneTake(to: Migratable): Migratable {
  let taken = 0;
  const spend = () => {
    taken += 1;
    if (taken > 1) throw new Error("cut off");
  };
  return {
    records: (kind) => to.records(kind),
    find: (records) => to.find(records),
    content: (file) => to.content(file),
    confirmAlone: () => to.confirmAlone(),
    close: () => to.close(),
    async take(records) {
      spend();
      await to.take(records);
    },
    async takeFile(file, content) {
      spend();
      await to.takeFile(file, content);
    },
  };
}

async function command(words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await runCli(words, {
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code, out, err };
}

import { createHash } from "node:crypto";
import type { MigrationRecord } from "../ports/migratable.js";
import { aContact, aDelivery, aGeneration, aMapping, aTenantId } from "../testing/builders.js";
import { InMemoryMigratable } from "../testing/in-memory-migratable.js";
import { MigrateRecords, type MigrationProgress, type MigrationReport } from "./migrate-records.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** By the name of what has one. */
function keyOf(record: MigrationRecord): string {
  if (record.kind === "mapping") return record.contact;
  if (record.kind === "tenant" || record.kind === "media") return String(record.id);
  return record.kind === "delivery" ? record.delivery.id : JSON.stringify(record);
}

const memory = (records: readonly MigrationRecord[] = []) => new InMemoryMigratable(records, { keyOf });
const run = (
  from: InMemoryMigratable,
  to: InMemoryMigratable,
  {
    dryRun = false,
    onProgress,
  }: { dryRun?: boolean; onProgress?: (progress: MigrationProgress) => void } = {},
): Promise<MigrationReport> =>
  new MigrateRecords({ from, to, sha256, ...(onProgress === undefined ? {} : { onProgress }) }).execute({
    dryRun,
  });

const MAPPING = aMapping({ contact: aContact("971501234567") });
const mapping = (overrides = {}): MigrationRecord => ({ kind: "mapping", ...MAPPING, ...overrides });
const delivery = (id: string): MigrationRecord => ({
  ...{ kind: "delivery", queue: "in" },
  delivery: {
    ...aDelivery(MAPPING, { id }),
    ...{ isFirst: false, replayed: false, enqueuedAtMs: 1, attempts: 2, countedAttempts: 2, refusals: 0 },
  },
});
const file: MigrationRecord = {
  ...{ kind: "media", id: "file", contact: MAPPING.contact, keptAtMs: 1, sha256: sha256("abc") },
  outcome: { kind: "kept", sizeBytes: 3 },
};

function everything(): InMemoryMigratable {
  const source = memory([
    { kind: "tenant", id: aTenantId(2), active: true },
    mapping(),
    ...["a", "b", "c", "d", "e"].map(delivery),
    file,
    { kind: "identity", queue: "in", identity: "x", tenantId: aTenantId(2), atMs: 5 },
  ]);
  source.files.set("file", Buffer.from("abc"));
  return source;
}

describe("a migration", () => {
  it("carries all records in their order, and files with their contents", async () => {
    const [source, target] = [everything(), memory()];
    const report = await run(source, target);
    expect(report).toMatchObject({ kind: "migrated" });
    for (const { kind } of source.kept) {
      const of = ({ kept }: InMemoryMigratable) => kept.filter((record) => record.kind === kind);
      expect(of(target)).toEqual(of(source));
    }
    expect(target.files).toEqual(source.files);
  });

  it("tells how many of each kind, and one checksum for both sides", async () => {
    const report = await run(everything(), memory([mapping()]));
    const kinds = report.kind === "migrated" ? report.kinds : [];
    expect(kinds.find(({ kind }) => kind === "delivery")).toMatchObject({
      ...{ records: 5, alreadyThere: 0, compared: 5 },
    });
    const ofMapping = kinds.find(({ kind }) => kind === "mapping");
    expect(ofMapping).toMatchObject({ records: 1, alreadyThere: 1, compared: 1 });
    expect(ofMapping!.checksum!.from).toMatch(/^[0-9a-f]{32}$/);
    expect(ofMapping!.checksum!.to).toBe(ofMapping!.checksum!.from);
  });

  it("changes nothing in a dry run", async () => {
    const target = memory();
    expect(await run(everything(), target, { dryRun: true })).toMatchObject({ kind: "planned" });
    expect(target.kept).toEqual([]);
  });

  it("completes what was cut off, wherever that was", async () => {
    const source = everything();
    const target = memory();
    let cuts = 0;
    for (;;) {
      target.takesLeft = 1;
      const report = await run(source, target).catch((error: unknown) => {
        expect(error).toMatchObject({ message: "cut off" });
        cuts += 1;
      });
      if (report === undefined) continue;
      expect(report).toMatchObject({ kind: "migrated" });
      break;
    }
    expect(cuts).toBeGreaterThan(4);
    expect(target.kept).toHaveLength(source.kept.length);
  });

  it("changes nothing where a contact is locked to another tenant, and names both tenants", async () => {
    const held = mapping({ tenantId: aTenantId(9), generation: aGeneration() });
    const target = memory([held]);
    expect(await run(everything(), target)).toEqual({
      ...{ kind: "refused", conflicts: 1 },
      listed: [{ kind: "mapping", name: MAPPING.contact, tenants: { from: 2, to: 9 } }],
    });
    expect(target.kept).toEqual([held]);
  });

  it("overwrites nothing else either, and shows no secret of it", async () => {
    const secret = "whsec_c2VjcmV0IG9mIGEgdGVuYW50";
    const held: MigrationRecord = { kind: "tenant", id: aTenantId(2), active: true, secret };
    const report = await run(everything(), memory([held]));
    expect(report).toMatchObject({ kind: "refused", listed: [{ kind: "tenant", name: "tenant 2" }] });
    expect(JSON.stringify(report)).not.toContain(secret);
  });

  it("lists a thousand conflicts at most, and counts them all", async () => {
    const contacts = Array.from({ length: 1_001 }, () => aContact());
    const records = (tenantId: number) =>
      contacts.map((contact) => mapping({ contact, tenantId: aTenantId(tenantId) }));
    const report = await run(memory(records(2)), memory(records(3)));
    expect(report).toMatchObject({ kind: "refused", conflicts: 1_001 });
    expect(report.kind === "refused" && report.listed.length).toBe(1_000);
  });

  it("does not bring back what was carried and has gone its way since", async () => {
    const target = memory();
    target.passed.add("a");
    expect(await run(everything(), target)).toMatchObject({ kind: "migrated" });
    const ids = target.kept.flatMap((record) => (record.kind === "delivery" ? [record.delivery.id] : []));
    expect(ids).toEqual(["b", "c", "d", "e"]);
  });

  it("says so where the target keeps something else than it was given", async () => {
    const target = memory();
    const take = target.take.bind(target);
    target.take = (records) =>
      take(records.map((record) => (record.kind === "mapping" ? { ...record, lockedAtMs: 7 } : record)));
    const report = await run(everything(), target);
    expect(report).toMatchObject({ kind: "differs" });
    const kinds = report.kind === "differs" ? report.kinds : [];
    const different = kinds.filter(({ checksum }) => checksum?.from !== checksum?.to);
    expect(different.map(({ kind }) => kind)).toEqual(["mapping"]);
  });

  it("stops where somebody begins to work with one of them", async () => {
    const [source, target] = [everything(), memory()];
    let asked = 0;
    target.confirmAlone = async () => {
      asked += 1;
      if (asked > 12) throw new Error("in use");
    };
    await expect(run(source, target)).rejects.toThrow("in use");
  });

  it("tells how far it is", async () => {
    const told: MigrationProgress[] = [];
    await run(everything(), memory(), { onProgress: (progress) => told.push(progress) });
    const ofDeliveries = told.filter(({ step, kind }) => step === "carrying" && kind === "delivery");
    expect(ofDeliveries.map(({ records }) => records)).toEqual([2, 4, 5]);
  });
});

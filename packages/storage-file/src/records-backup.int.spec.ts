import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import {
  UNMAPPED_REPLY_EVERY_MS,
  type ContactId,
  type Generation,
  type IdSource,
} from "@gateway-router/core";
import {
  aContact,
  aDelivery,
  aGeneration,
  aMapping,
  aTenantId,
  ManualClock,
  RecordingLogger,
} from "@gateway-router/core/testing";
import { openFileStorage, type FileStorage } from "./file-storage.js";
import { readRecordedState } from "./recorded-state.js";
import { recordsFileBeside } from "./records-backup.js";
import { backupMapping, restoreMapping } from "./restore-mapping.js";

const A = aContact("971501234567");
const B = aContact("971501234568");
const REMOVED = aContact("971501234569");
const ERASED = aContact("971501234570");
const UNMAPPED = aContact("88112233445566@lid");
const TENANTS = '[{"id": 2, "secret": "whsec_dGVzdCBzZWNyZXQ="}]\n';

let folder: string;
let clock: ManualClock;
let logger: RecordingLogger;
let storage: FileStorage | undefined;
let made = 0;
const ids: IdSource = {
  deliveryId: () => `msg_${++made}`,
  generation: () => `made_anew_${++made}` as Generation,
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "records-backup-"));
  clock = new ManualClock();
  logger = new RecordingLogger();
});

afterEach(async () => {
  await storage?.close();
  rmSync(folder, { recursive: true });
});

const dataDirOf = (machine: string) => join(folder, machine);
const common = (machine: string) => ({ dataDir: dataDirOf(machine), clock, ids, logger });
const restore = (machine: string, file: string) => {
  mkdirSync(dataDirOf(machine), { recursive: true });
  return restoreMapping({ ...common(machine), file });
};

async function open(machine: string): Promise<FileStorage> {
  await storage?.close();
  storage = await openFileStorage({ ...common(machine), duplicateMemoryDays: 7, backupKeepDays: 14 });
  return storage;
}

const mappingOfA = aMapping({
  ...{ contact: A, tenantId: aTenantId(2), campaign: "instagram" },
  ...{ generation: aGeneration("ct_of_a"), lockedAtMs: Date.UTC(2026, 0, 1) },
});
const mappingOfB = aMapping({
  ...{ contact: B, tenantId: aTenantId(55) },
  ...{ generation: aGeneration("ct_of_b"), lockedAtMs: Date.UTC(2026, 0, 2) },
});

/** A gateway with something of everything, backed up and stopped. */
async function backedUp(): Promise<{ readonly file: string; readonly records: string }> {
  const { mappings, deliveries, unmappedMarks, optOuts } = await open("old");
  writeFileSync(join(dataDirOf("old"), "tenants.json"), TENANTS);
  for (const mapping of [mappingOfA, mappingOfB]) await mappings.lock(mapping, clock.nowMs());
  await deliveries.enqueue(aDelivery(mappingOfA));
  await mappings.lock(aMapping({ contact: REMOVED }), clock.nowMs());
  await mappings.unlock(REMOVED);
  await unmappedMarks.mark(UNMAPPED);
  await mappings.endErasure(await mappings.beginErasure(ERASED));
  await optOuts.note(A, { wish: "opt_out", sentAtMs: clock.nowMs() });
  await storage!.close();
  const file = await backupMapping(common("old"));
  return { file, records: recordsFileBeside(file)! };
}

describe("the file beside a backup", () => {
  it("has everything but messages, and is nobody else's to read", async () => {
    const { file, records } = await backedUp();
    expect(basename(records)).toBe(basename(file).replace("mapping", "records"));
    expect(statSync(records).mode & 0o777).toBe(0o600);
    const text = readFileSync(records, "utf8");
    expect(JSON.parse(text)).toEqual({
      version: 1,
      made_at: new Date(clock.nowMs()).toISOString(),
      tenants_file: TENANTS,
      aliases: [],
      mappings: [
        {
          ...{ contact: A, tenant_id: 2, generation: "ct_of_a", campaign: "instagram", begun: true },
          locked_at_ms: mappingOfA.lockedAtMs,
        },
        {
          ...{ contact: B, tenant_id: 55, generation: "ct_of_b", begun: false },
          locked_at_ms: mappingOfB.lockedAtMs,
        },
      ],
      removals: [{ contact: REMOVED, removed_at_ms: clock.nowMs() }],
      unmapped_marks: [{ contact: UNMAPPED, marked_at_ms: clock.nowMs() }],
      contact_hash_keys: [expect.stringMatching(/^[\w+/]{43}=$/) as unknown],
      opt_outs: [
        {
          ...{ contact_hash: expect.stringMatching(/^[\w-]{22}$/) as unknown },
          ...{ wish: "opt_out", sent_at_ms: clock.nowMs() },
        },
      ],
      erasures: [
        {
          contact_hash: expect.stringMatching(/^[\w-]{22}$/) as unknown,
          erased_at_ms: clock.nowMs(),
        },
      ],
    });
  });

  it("is made with the daily backup, from the same moment", async () => {
    const { mappings, backups } = await open("old");
    await mappings.lock(mappingOfA, clock.nowMs());
    const running = backups.runDaily();
    await mappings.lock(mappingOfB, clock.nowMs());
    await running;
    const read = (name: string) => JSON.parse(readFileSync(join(backups.folder, name), "utf8")) as unknown;
    const mapping = read("mapping_20261123.json") as Record<string, number>;
    const { mappings: recorded } = read("records_20261123.json") as {
      mappings: { contact: string; tenant_id: number }[];
    };
    expect(Object.fromEntries(recorded.map((entry) => [entry.contact, entry.tenant_id]))).toEqual(mapping);
  });

  it("goes without tenants that can't be read, and says so", async () => {
    const { mappings, backups } = await open("old");
    await mappings.lock(mappingOfA, clock.nowMs());
    mkdirSync(join(dataDirOf("old"), "tenants.json"));
    const records = recordsFileBeside(await backups.createBackup())!;
    expect(JSON.parse(readFileSync(records, "utf8"))).not.toHaveProperty("tenants_file");
    expect(logger.messages("warn")).toEqual([expect.stringContaining("tenants.json")]);
  });

  it("holds thousands of records and comes back whole", async () => {
    const { mappings } = await open("old");
    const many = Array.from({ length: 3_001 }, () => aMapping({ tenantId: aTenantId(7) }));
    await Promise.all(many.map((mapping) => mappings.lock(mapping, clock.nowMs())));
    await storage!.close();
    const file = await backupMapping(common("old"));
    expect(await restore("new", file)).toMatchObject({ added: 3_001, resumed: 3_001 });
    await open("new");
    for (const mapping of many) expect(await storage!.mappings.find(mapping.contact)).toEqual(mapping);
  });
});

describe("a restore with records beside the backup", () => {
  it("on a new machine: contacts are the same for their tenants, and all else is back too", async () => {
    const { file, records } = await backedUp();
    const tenantsFile = join(dataDirOf("new"), "tenants.json");
    expect(await restore("new", file)).toMatchObject({
      ...{ mappings: 2, added: 2, resumed: 2 },
      records: { kind: "used", file: records, tenantsFile },
    });
    expect(readFileSync(tenantsFile, "utf8")).toBe(TENANTS);
    expect(statSync(tenantsFile).mode & 0o777).toBe(0o600);

    const { mappings, deliveries, unmappedMarks } = await open("new");
    expect(mappings.takeover).toBeUndefined();
    expect(await mappings.find(A)).toEqual(mappingOfA);
    expect(await mappings.find(B)).toEqual(mappingOfB);
    expect(await mappings.campaigns({ perTenant: 10 })).toEqual(
      new Map([[2, [{ campaign: "instagram", contacts: 1 }]]]),
    );
    expect(await deliveries.enqueue(aDelivery(mappingOfA))).toEqual({ kind: "enqueued" });
    expect(await deliveries.enqueue(aDelivery(mappingOfB))).toEqual({ kind: "first" });
    expect(
      await mappings.lock(aMapping({ contact: REMOVED, tenantId: aTenantId(3) }), clock.nowMs() - 60_000),
    ).toMatchObject({ kind: "predates_removal" });
    expect(await unmappedMarks.mark(UNMAPPED)).toBe(false);
    clock.advance(UNMAPPED_REPLY_EVERY_MS);
    expect(await unmappedMarks.mark(UNMAPPED)).toBe(true);
  });

  it("brings back a contact that was removed since, as it was", async () => {
    const { file } = await backedUp();
    const { mappings } = await open("old");
    await mappings.unlock(A);
    await storage!.close();
    expect(await restore("old", file)).toMatchObject({ added: 1, resumed: 1 });
    expect(await (await open("old")).mappings.find(A)).toEqual(mappingOfA);
  });

  it.each([
    ["the number's lock first", 1, 2],
    ["the LID's lock first", 2, 1],
  ])("of two contacts that turned out to be one since, %s: the first lock goes on", async (_, ofB, ofLid) => {
    const lid = aContact("4242424242424@lid");
    const at = (second: number) => Date.UTC(2026, 0, 1, 0, 0, second);
    const byNumber = aMapping({ contact: B, tenantId: aTenantId(7), lockedAtMs: at(ofB) });
    const byLid = aMapping({ contact: lid, tenantId: aTenantId(7), lockedAtMs: at(ofLid) });
    const { mappings } = await open("old");
    for (const mapping of [byNumber, byLid]) await mappings.lock(mapping, clock.nowMs());
    await storage!.close();
    const file = await backupMapping(common("old"));

    const again = await open("old");
    await again.mappings.learnAlias({ lid, phone: B });
    await again.mappings.unlock(B);
    await storage!.close();
    await restore("old", file);
    const restored = await open("old");
    const [first, ended] = ofB < ofLid ? [byNumber, byLid] : [byLid, byNumber];
    expect(await restored.mappings.find(lid)).toEqual({
      ...{ ...first, contact: B },
      mergedGenerations: [ended.generation],
    });
    expect((await restored.mappings.stats()).contacts).toBe(1);
  });

  it("remembers removals under the name that counts now", async () => {
    const lid = aContact("4242424242424@lid");
    const first = await open("old");
    await first.mappings.lock(aMapping({ contact: lid }), clock.nowMs());
    await first.mappings.lock(mappingOfA, clock.nowMs());
    await first.mappings.unlock(lid);
    await storage!.close();
    const file = await backupMapping(common("old"));
    // On another machine the LID is known to be B's, and nothing of the removal.
    const second = await open("new");
    await second.mappings.learnAlias({ lid, phone: B });
    await storage!.close();
    await restore("new", file);
    const { mappings } = await open("new");
    expect(await mappings.wasSentBeforeRemoval(B, clock.nowMs() - 60_000)).toBe(true);
  });

  it("leaves what happened later, and the tenants that are there, as they are", async () => {
    const { file } = await backedUp();
    const { mappings } = await open("old");
    clock.advance(3_600_000);
    const again = aMapping({ contact: REMOVED, tenantId: aTenantId(3) });
    await mappings.lock(again, clock.nowMs());
    await mappings.unlock(REMOVED);
    await storage!.close();
    writeFileSync(join(dataDirOf("old"), "tenants.json"), "[]");
    expect(await restore("old", file)).toMatchObject({ records: { kind: "used", tenantsFile: undefined } });
    expect(readFileSync(join(dataDirOf("old"), "tenants.json"), "utf8")).toBe("[]");
    expect(await (await open("old")).mappings.lock(again, clock.nowMs() - 60_000)).toMatchObject({
      kind: "predates_removal",
      removedAtMs: clock.nowMs(),
    });
  });

  it("locks a contact anew whose tenant was changed by hand in the backup: no generation changes hands", async () => {
    const { file } = await backedUp();
    writeFileSync(file, `{"${A}": 3, "${B}": 55}`);
    expect(await restore("new", file)).toMatchObject({ added: 2, resumed: 1 });
    const { mappings } = await open("new");
    expect(await mappings.find(A)).toEqual({
      ...{ contact: A, tenantId: 3, lockedAtMs: clock.nowMs() },
      generation: expect.stringContaining("made_anew_") as unknown,
    });
    expect(await mappings.find(B)).toEqual(mappingOfB);
  });

  it("records that are missing: the mapping alone, locked anew", async () => {
    const { file, records } = await backedUp();
    rmSync(records);
    expect(await restore("new", file)).toMatchObject({ added: 2, resumed: 0, records: { kind: "absent" } });
    expect(await (await open("new")).mappings.find(A)).toMatchObject({
      ...{ tenantId: 2, lockedAtMs: clock.nowMs() },
      generation: expect.stringContaining("made_anew_") as unknown,
    });
  });

  it("records that are damaged: the mapping alone, nothing of the rest, and it says why", async () => {
    const { file, records } = await backedUp();
    const text = readFileSync(records, "utf8");
    writeFileSync(records, text.slice(0, -3));
    expect(await restore("new", file)).toMatchObject({
      ...{ added: 2, resumed: 0 },
      records: { kind: "damaged", file: records, fault: expect.stringContaining("cut off") as unknown },
    });
    expect(existsSync(join(dataDirOf("new"), "tenants.json"))).toBe(false);
    const { mappings, unmappedMarks } = await open("new");
    expect(await mappings.find(A)).toMatchObject({ tenantId: 2 });
    expect(await mappings.wasSentBeforeRemoval(REMOVED, 0)).toBe(false);
    expect(await unmappedMarks.mark(UNMAPPED)).toBe(true);
  });
});

describe("a contact that was erased since a backup was made", () => {
  const eraseA = async (machine: string) => {
    const { mappings, backups } = await open(machine);
    const erasure = await mappings.beginErasure(A);
    await mappings.endErasure(erasure);
    return backups;
  };
  /** A copy of the backup as it was, as somebody may have made it elsewhere. */
  const copied = (file: string) => {
    const copy = join(folder, basename(file));
    writeFileSync(copy, readFileSync(file));
    writeFileSync(recordsFileBeside(copy)!, readFileSync(recordsFileBeside(file)!));
    return copy;
  };

  it("does not come back by restoring it, nor do its names and marks", async () => {
    const { file } = await backedUp();
    clock.advance(5_000);
    await eraseA("old");
    await storage!.close();
    expect(await restore("old", file)).toMatchObject({ mappings: 1, erased: 1 });
    const { mappings } = await open("old");
    expect(await mappings.find(A)).toBeUndefined();
    expect(await mappings.find(B)).toMatchObject({ generation: "ct_of_b" });
    expect(JSON.parse(readFileSync(join(dataDirOf("old"), "user_tenant_mapping.json"), "utf8"))).toEqual({
      [B]: 55,
    });
  });

  it("does not come back from a backup without records either", async () => {
    const { file, records } = await backedUp();
    rmSync(records);
    clock.advance(5_000);
    await eraseA("old");
    await storage!.close();
    expect(await restore("old", file)).toMatchObject({ mappings: 1, erased: 1 });
  });

  it("does not come back on a new machine, once a younger backup was restored there", async () => {
    const older = copied((await backedUp()).file);
    clock.advance(5_000);
    const backups = await eraseA("old");
    const younger = await backups.createBackup();
    await storage!.close();
    await restore("new", younger);
    expect(await restore("new", older)).toMatchObject({ mappings: 1, erased: 1 });
  });

  it("stays where it was locked again since, and comes back by a backup of after that", async () => {
    const older = copied((await backedUp()).file);
    clock.advance(5_000);
    const backups = await eraseA("old");
    clock.advance(5_000);
    const again = aMapping({ contact: A, tenantId: aTenantId(2), lockedAtMs: clock.nowMs() });
    await storage!.mappings.lock(again, clock.nowMs());
    const younger = await backups.createBackup();
    await storage!.mappings.unlock(A);
    await storage!.close();
    expect(await restore("old", younger)).toMatchObject({ mappings: 2, erased: 0 });
    expect(await restore("old", older)).toMatchObject({ mappings: 2, erased: 0 });
    expect(await (await open("old")).mappings.find(A)).toMatchObject({ tenantId: 2 });
  });
});

describe("opt-outs in a restored backup", () => {
  it("hold on a new machine, beside those that are there", async () => {
    const { file } = await backedUp();
    const { optOuts } = await open("new");
    const sentAtMs = clock.nowMs();
    await optOuts.note(B, { wish: "opt_out", sentAtMs });
    await storage!.close();
    await restore("new", file);
    const restored = await open("new");
    expect(await restored.optOuts.isOptedOut(A)).toBe(true);
    expect(await restored.optOuts.isOptedOut(B)).toBe(true);
    expect(await restored.optOuts.isOptedOut(REMOVED)).toBe(false);
  });

  it("do not undo a later opt-in, nor does an old opt-in undo an opt-out", async () => {
    const { file } = await backedUp();
    const { optOuts } = await open("old");
    await optOuts.note(A, { wish: "opt_in", sentAtMs: clock.nowMs() + 60_000 });
    await storage!.close();
    await restore("old", file);
    expect(await (await open("old")).optOuts.isOptedOut(A)).toBe(false);
  });
});

describe("readRecordedState", () => {
  const mapping = new Map<ContactId, ReturnType<typeof aTenantId>>([
    [A, aTenantId(2)],
    [B, aTenantId(55)],
  ]);
  const LOCK = { contact: A, tenant_id: 2, generation: "ct_1", locked_at_ms: 0, begun: true };
  const fileOf = (entries: readonly object[], section = "mappings") =>
    `{\n  "version": 1,\n  "${section}": [\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n")}\n  ]\n}\n`;
  const read = (text: string) => {
    const path = join(folder, "records.json");
    writeFileSync(path, text);
    return readRecordedState(path, mapping);
  };

  it("takes a file cut off at any byte for damaged", async () => {
    const { records } = await backedUp();
    const bytes = readFileSync(records);
    for (let length = 0; length < bytes.length - 1; length += 1) {
      expect([length, (await read(bytes.toString("utf8", 0, length))).kind]).toEqual([length, "damaged"]);
    }
    expect((await read(bytes.toString("utf8"))).kind).toBe("read");
  });

  it.each([
    ["empty", "", "line 1: it ends in the middle: it was cut off"],
    ["no object", "[]", "line 1: it must start with {"],
    ["without a version", "{\n}", "it has no version"],
    ["of a version to come", '{\n"version": 2\n}', "line 2: it is of version 2, which can't be read"],
    ["laid out anew", '{"version":1}', "line 1: it must start with {"],
    ["with something behind it", `${fileOf([])}{`, "line 7: something follows the closing }"],
    ["with a field that is no JSON", '{\n"version": one\n}', "line 2: it is no JSON"],
    ["with a contact twice", fileOf([LOCK, { ...LOCK, generation: "ct_2" }]), "there twice"],
    [
      "with a generation twice",
      fileOf([LOCK, { ...LOCK, contact: B, tenant_id: 55 }]),
      "generation ct_1 is there twice",
    ],
    ["with what is no contact", fileOf([{ ...LOCK, contact: "+971501234567" }]), "line 4: contact"],
    ["with what is no tenant", fileOf([{ ...LOCK, tenant_id: "2" }]), "line 4: tenant_id"],
    ["with what is no generation", fileOf([{ ...LOCK, generation: "" }]), "line 4: generation"],
    ["with what is no time", fileOf([{ ...LOCK, locked_at_ms: "today" }]), "line 4: locked_at_ms"],
    ["with what is no campaign", fileOf([{ ...LOCK, campaign: "a b" }]), "line 4: campaign"],
    ["with a removal without time", fileOf([{ contact: A }], "removals"), "line 4: removed_at_ms"],
    ["with a mark of nobody", fileOf([{ marked_at_ms: 1 }], "unmapped_marks"), "line 4: contact"],
    [
      "with a wish of nobody",
      fileOf([{ wish: "opt_out", sent_at_ms: 1 }], "opt_outs"),
      "line 4: contact_hash",
    ],
    [
      "with a wish for something else",
      fileOf([{ contact_hash: "a".repeat(22), wish: "more", sent_at_ms: 1 }], "opt_outs"),
      "line 4: wish",
    ],
    [
      "with keys that are none",
      '{\n"version": 1,\n"contact_hash_keys": ["a2V5"]\n}',
      "line 3: contact_hash_keys",
    ],
    ["with tenants that are no text", '{\n"version": 1,\n"tenants_file": []\n}', "line 3: tenants_file"],
  ])("says what is wrong with one %s", async (_name, text, fault) => {
    expect(await read(text)).toEqual({ kind: "damaged", fault: expect.stringContaining(fault) as unknown });
  });

  it("lets through what another version put there", async () => {
    const text = fileOf([{ contact: A, since: "then" }], "birthdays").replace(
      '"version": 1,',
      '"version": 1,\n  "made_by": "2.0",',
    );
    expect((await read(text)).kind).toBe("read");
  });

  it("takes what can't be read for damaged, and nothing for absent", async () => {
    mkdirSync(join(folder, "a-folder.json"));
    expect((await readRecordedState(join(folder, "a-folder.json"), mapping)).kind).toBe("damaged");
    expect((await readRecordedState(join(folder, "nowhere.json"), mapping)).kind).toBe("absent");
  });
});

describe("recordsFileBeside", () => {
  it("is named after the backup, and there is none beside another file", () => {
    const labelled = "/data/backups/mapping_20261123_164600_before-restore.json";
    expect(recordsFileBeside(labelled)).toBe(
      join(dirname(labelled), "records_20261123_164600_before-restore.json"),
    );
    expect(recordsFileBeside("/data/user_tenant_mapping.json")).toBeUndefined();
  });
});

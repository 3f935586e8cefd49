import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { ContactId, Generation, IdSource } from "@gateway-router/core";
import { aContact, aMapping, aTenantId, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import type { DamagedFileError } from "./damaged-file-error.js";
import { openFileStorage, type FileStorage } from "./file-storage.js";
import { backupMapping, restoreMapping } from "./restore-mapping.js";

const A = aContact("971501234567");
const B = aContact("971501234568");
const DAY_MS = 24 * 3_600_000;

let folder: string;
let dataDir: string;
let clock: ManualClock;
let logger: RecordingLogger;
let storage: FileStorage | undefined;
let made = 0;
const ids: IdSource = {
  deliveryId: () => `msg_${++made}`,
  generation: () => `generation_${++made}` as Generation,
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "file-storage-"));
  dataDir = join(folder, "data");
  clock = new ManualClock();
  logger = new RecordingLogger();
});

afterEach(async () => {
  await storage?.close();
  storage = undefined;
  rmSync(folder, { recursive: true });
});

async function open(): Promise<FileStorage> {
  storage = await openFileStorage({
    dataDir,
    clock,
    ids,
    logger,
    duplicateMemoryDays: 7,
    backupKeepDays: 14,
  });
  return storage;
}

async function lock(contact: ContactId, tenantId: number): Promise<void> {
  await storage!.mappings.lock(aMapping({ contact, tenantId: aTenantId(tenantId) }), clock.nowMs());
}

const mappingFile = () => join(dataDir, "user_tenant_mapping.json");
const backups = () => readdirSync(join(dataDir, "backups")).sort();
const backup = (name: string) => JSON.parse(readFileSync(join(dataDir, "backups", name), "utf8")) as unknown;
const mappingNow = () => JSON.parse(readFileSync(mappingFile(), "utf8")) as unknown;

describe("openFileStorage", () => {
  it("makes the directory, and keeps everything through a restart", async () => {
    await open();
    await lock(A, 2);
    await storage!.close();
    expect(mappingNow()).toEqual({ [A]: 2 });
    await open();
    expect(await storage!.mappings.find(A)).toMatchObject({ tenantId: 2 });
  });

  it("refuses a directory that is held, and says by whom", async () => {
    const { lock } = await open();
    lock.describe({ url: "http://127.0.0.1:8000" });
    const second = openFileStorage({
      dataDir,
      clock,
      ids,
      logger,
      duplicateMemoryDays: 7,
      backupKeepDays: 14,
    });
    await expect(second).rejects.toMatchObject({
      code: "data_dir_held",
      message: expect.stringContaining("http://127.0.0.1:8000"),
    });
  });

  it("leaves nothing open where it refuses", async () => {
    mkdirSync(dataDir);
    writeFileSync(mappingFile(), "[]");
    for (let start = 0; start < 2; start += 1) {
      await expect(open()).rejects.toMatchObject({ code: "damaged_file" });
    }
    writeFileSync(mappingFile(), "{}");
    await open();
  });

  it("makes the directory for the gateway alone, and leaves one that is there as it is", async () => {
    const modeOf = (path: string) => statSync(path).mode & 0o777;
    await open();
    expect(modeOf(dataDir)).toBe(0o700);
    await storage!.close();
    chmodSync(dataDir, 0o755);
    await open();
    expect(modeOf(dataDir)).toBe(0o755);
  });

  it.each([
    ["noise", () => randomBytes(9_000)],
    ["cut off", (whole: Buffer) => whole.subarray(0, 100)],
    ["zeros", () => Buffer.alloc(20_000)],
  ])("refuses a damaged file of the records, and both ways on work: %s", async (_, damage) => {
    await open();
    await lock(A, 2);
    const file = await storage!.backups.createBackup();
    await lock(B, 3);
    await storage!.close();
    const path = join(dataDir, "gateway.mdb");
    const damaged = damage(readFileSync(path));
    writeFileSync(path, damaged);
    const error = (await open().catch((reason: unknown) => reason)) as DamagedFileError;
    expect(error).toMatchObject({ code: "damaged_file", path });
    expect(error.message).toContain(`${path} is damaged: it `);
    expect(error.message).toContain(`mv ${path} ${path}.damaged`);
    expect(error.message).toContain(`${file} (1 mappings): npx gateway restore ${file}`);
    const options = { dataDir, clock, ids, logger };
    await expect(restoreMapping({ ...options, file })).rejects.toMatchObject({ code: "damaged_file", path });
    await expect(backupMapping(options)).rejects.toMatchObject({ code: "damaged_file", path });
    expect(readFileSync(path)).toEqual(damaged);

    renameSync(path, `${path}.damaged`);
    await open();
    expect(storage!.mappings.takeover).toMatchObject({ added: 2 });
    await storage!.close();
    rmSync(path);
    await restoreMapping({ ...options, file });
    await open();
    expect((await storage!.mappings.stats()).contacts).toBe(1);
  });

  it("closes once, however often it is told to", async () => {
    const opened = await open();
    await Promise.all([opened.close(), opened.close()]);
  });

  it("keeps a lock while the disk is full, in neither file nor records half, and works again", async () => {
    mkdirSync(dataDir);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", dataDir], { stdio: "ignore" });
    } catch {
      process.stderr.write("Skipped: a small tmpfs can't be mounted here\n");
      return;
    }
    try {
      await open();
      const locked: string[] = [];
      let failures = 0;
      for (let i = 0; failures < 3; i += 1) {
        const contacts = Array.from({ length: 100 }, (_, j) => aContact(`9715${10_000_000 + i * 100 + j}`));
        const outcomes = await Promise.allSettled(contacts.map((contact) => lock(contact, 2)));
        contacts.forEach((contact, j) => {
          if (outcomes[j]!.status === "fulfilled") locked.push(contact);
        });
        failures += outcomes[0]!.status === "rejected" ? 1 : 0;
      }
      clock.advance(5_000);
      expect((await storage!.mappings.stats()).contacts).toBe(locked.length);
      execFileSync("mount", ["-o", "remount,size=64m", dataDir]);
      await lock(A, 55);
      await storage!.close();
      expect(mappingNow()).toEqual({ ...Object.fromEntries(locked.map((contact) => [contact, 2])), [A]: 55 });
    } finally {
      await storage?.close();
      execFileSync("umount", [dataDir]);
    }
  });
});

describe("backups", () => {
  it("are made once a day, kept as long as told, and only they are removed", async () => {
    await open();
    await lock(A, 2);
    writeFileSync(join(dataDir, "note.txt"), "");
    for (let day = 0; day < 20; day += 1) {
      await storage!.backups.runDaily();
      await storage!.backups.runDaily();
      clock.advance(DAY_MS);
    }
    mkdirSync(join(dataDir, "backups"), { recursive: true });
    const others = ["mapping_20200101_000000_before-restore.json", "mapping_2020.json", "mine_20200101.json"];
    for (const name of others) writeFileSync(join(dataDir, "backups", name), "{}");
    await storage!.backups.runDaily();
    const made = backups().filter((name) => !others.includes(name));
    const daily = made.filter((name) => name.startsWith("mapping_"));
    expect(daily).toHaveLength(15);
    expect(made).toEqual([...daily, ...daily.map((name) => name.replace("mapping", "records"))]);
    expect([daily[0], daily.at(-1)]).toEqual(["mapping_20261129.json", "mapping_20261213.json"]);
    expect(backups()).toEqual(expect.arrayContaining(others));
    expect(backup(daily[0]!)).toEqual({ [A]: 2 });
  });

  it("are made by themselves while the gateway runs", async () => {
    await open();
    await lock(A, 2);
    await storage!.close();
    await open();
    await until(() => existsSync(join(dataDir, "backups", "mapping_20261123.json")));
    clock.advance(DAY_MS);
    await until(() => existsSync(join(dataDir, "backups", "mapping_20261124.json")));
  });

  it("are made on demand beside each other, also of a gateway that is not running", async () => {
    await open();
    await lock(A, 2);
    const first = await storage!.backups.createBackup();
    const second = await storage!.backups.createBackup();
    expect(first).not.toBe(second);
    await storage!.close();
    writeFileSync(mappingFile(), "damaged");
    const third = await backupMapping({ dataDir, clock, ids, logger });
    for (const path of [first, second, third])
      expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ [A]: 2 });
  });
});

describe("restoreMapping", () => {
  const restore = (file: string) => restoreMapping({ dataDir, file, clock, ids, logger });

  it("brings back exactly what the backup says, and keeps what it replaces", async () => {
    await open();
    await lock(A, 2);
    const file = await storage!.backups.createBackup();
    await storage!.mappings.unlock(A);
    await lock(B, 3);
    await storage!.close();
    const restored = await restore(file);
    expect(restored).toMatchObject({
      mappings: 1,
      added: 1,
      removed: 1,
      changed: 0,
      replacedFile: undefined,
    });
    expect(JSON.parse(readFileSync(restored.backup!, "utf8"))).toEqual({ [B]: 3 });
    expect(mappingNow()).toEqual({ [A]: 2 });
    await open();
    expect(storage!.mappings.takeover).toBeUndefined();
    expect(await storage!.mappings.find(A)).toMatchObject({ tenantId: 2 });
    expect(await storage!.mappings.find(B)).toBeUndefined();
  });

  it("is entered in the audit log, as a file edited by hand is: how much changed, and what was before", async () => {
    await open();
    await lock(A, 2);
    const file = await storage!.backups.createBackup();
    await storage!.mappings.unlock(A);
    await storage!.close();
    const restored = await restore(file);
    writeFileSync(mappingFile(), JSON.stringify({ [A]: 2, [B]: 3 }));
    await open();
    const edited = storage!.mappings.takeover!;
    const { items } = await storage!.audit.list({ limit: 10 });
    const common = { actor: "gateway", subject: "mapping" };
    expect(items).toEqual([
      {
        ...{ ...common, atMs: clock.nowMs(), action: "mapping.edited" },
        details: { added: 1, removed: 0, changed: 0, before: basename(edited.backup!) },
      },
      {
        ...{ ...common, atMs: clock.nowMs(), action: "mapping.restored" },
        details: { added: 1, removed: 0, changed: 0, before: null },
      },
    ]);
    expect(restored.backup).toBeUndefined();
    await storage!.close();
    await restore(join(dataDir, "backups", basename(edited.backup!)));
    await open();
    const latest = await storage!.audit.list({ limit: 1 });
    expect(latest.items).toMatchObject([
      { details: { removed: 1, before: expect.stringMatching(/^mapping_/) as unknown } },
    ]);
  });

  it("ends a refused start over a damaged file, which is kept too", async () => {
    await open();
    await lock(A, 2);
    await storage!.close();
    const file = await backupMapping({ dataDir, clock, ids, logger });
    writeFileSync(mappingFile(), '{"971501234567": ');
    await expect(open()).rejects.toMatchObject({ code: "damaged_file" });
    const restored = await restore(file);
    expect(readFileSync(restored.replacedFile!, "utf8")).toBe('{"971501234567": ');
    await open();
    expect(await storage!.mappings.find(A)).toMatchObject({ tenantId: 2 });
  });

  it("checks the backup first, and changes nothing where it is damaged", async () => {
    await open();
    await lock(A, 2);
    await storage!.close();
    const file = join(folder, "backup.json");
    writeFileSync(file, '{"+971501234567": 2}');
    const before = readFileSync(mappingFile(), "utf8");
    await expect(restore(file)).rejects.toMatchObject({
      code: "damaged_file",
      message: expect.stringContaining("line 1, column 2"),
    });
    expect(readFileSync(mappingFile(), "utf8")).toBe(before);
    expect(existsSync(join(dataDir, "backups"))).toBe(false);
  });

  it("refuses while a gateway runs", async () => {
    await open();
    const file = join(folder, "backup.json");
    writeFileSync(file, "{}");
    await expect(restore(file)).rejects.toMatchObject({ code: "data_dir_held" });
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

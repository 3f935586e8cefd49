import { mkdir, mkdtemp, readdir, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomIds } from "@gateway-router/core";
import { ManualClock, silentLogger } from "@gateway-router/core/testing";
import { openFileStorage } from "./file-storage.js";
import { inspectDataDir } from "./inspect-data-dir.js";

let dataDir: string;
let tenantsFile: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "gateway-inspected-"));
  tenantsFile = join(dataDir, "tenants.json");
});

afterEach(() => rm(dataDir, { recursive: true }));

const inspect = () => inspectDataDir({ dataDir, tenantsFile });
const put = (name: string, text: string) => writeFile(join(dataDir, name), text);

describe("inspectDataDir", () => {
  it("finds nothing in an empty directory, nor in one that is not there, and makes nothing", async () => {
    const nothing = {
      ...{ mapping: { kind: "absent" }, tenants: { kind: "absent" }, records: { kind: "absent" } },
      newestBackup: undefined,
    };
    expect(await inspect()).toEqual(nothing);
    expect(await readdir(dataDir)).toEqual([]);
    const elsewhere = join(dataDir, "elsewhere");
    expect(await inspectDataDir({ dataDir: elsewhere, tenantsFile })).toEqual(nothing);
  });

  it("finds what a gateway at work has, and leaves all as it is", async () => {
    const storage = await openFileStorage({
      ...{ dataDir, clock: new ManualClock(), ids: randomIds, logger: silentLogger },
      ...{ duplicateMemoryDays: 7, backupKeepDays: 14 },
    });
    try {
      await put("tenants.json", '[{"id": 2}]');
      const before = (await readdir(dataDir)).sort();
      const { records, tenants } = await inspect();
      expect(records).toEqual({ kind: "sound", content: undefined });
      expect(tenants).toEqual({ kind: "sound", content: [{ id: 2 }] });
      expect((await readdir(dataDir)).sort()).toEqual(before);
    } finally {
      await storage.close();
    }
  });

  it("finds the newest backup that is good, and when it was written", async () => {
    await put("user_tenant_mapping.json", '{"971501234567": 2, "971507654321": 55}');
    await mkdir(join(dataDir, "backups"));
    const write = async (name: string, text: string, atMs: number) => {
      await put(`backups/${name}`, text);
      await utimes(join(dataDir, "backups", name), atMs / 1_000, atMs / 1_000);
    };
    await write("mapping_20261121.json", "{}", Date.UTC(2026, 10, 21));
    await write("mapping_20261122.json", '{"971501234567": 2}', Date.UTC(2026, 10, 22));
    await write("mapping_20261123.json", '{"971501234567"', Date.UTC(2026, 10, 23));
    expect(await inspect()).toMatchObject({
      mapping: { kind: "sound", content: { mappings: 2 } },
      newestBackup: {
        ...{ path: join(dataDir, "backups", "mapping_20261122.json"), mappings: 1 },
        writtenAtMs: Date.UTC(2026, 10, 22),
      },
    });
  });

  it("says what is wrong with each file", async () => {
    await put("user_tenant_mapping.json", '{\n  "me": 2\n}');
    await put("tenants.json", '[{"id": "2"}]');
    await put("gateway.mdb", "no file of LMDB".repeat(1_000));
    const { mapping, tenants, records } = await inspect();
    expect(mapping).toEqual({
      kind: "damaged",
      fault: expect.stringMatching(/^line 2, column 3: "me" is no contact/) as string,
    });
    expect(tenants).toMatchObject({ kind: "damaged", fault: expect.stringContaining("entry 1") as string });
    expect(records).toEqual({ kind: "damaged", fault: expect.any(String) as string });
  });

  it("says what of a record file is cut off", async () => {
    const storage = await openFileStorage({
      ...{ dataDir, clock: new ManualClock(), ids: randomIds, logger: silentLogger },
      ...{ duplicateMemoryDays: 7, backupKeepDays: 14 },
    });
    await storage.state.write("a", "b");
    await storage.close();
    expect((await inspect()).records.kind).toBe("sound");
    await truncate(join(dataDir, "gateway.mdb"), 8_192);
    expect((await inspect()).records.kind).toBe("damaged");
  });

  it("says that a file can't be read", async () => {
    await mkdir(join(dataDir, "user_tenant_mapping.json"));
    tenantsFile = join(dataDir, "user_tenant_mapping.json");
    const { mapping, tenants } = await inspect();
    expect([mapping, tenants]).toEqual([
      { kind: "unreadable", fault: "EISDIR" },
      { kind: "unreadable", fault: "EISDIR" },
    ]);
  });
});

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@gateway-router/core";
import { DataDirLock } from "@gateway-router/storage-file";
import { checkDataFolder, checkDiskRoom, checkFlush, checkHolder } from "./check-data-folder.js";
import { THIS_MACHINE, type Machine } from "./machine.js";

const EXT4 = 0xef53;
const MEBIBYTE = 2 ** 20;

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "gateway-doctor-"));
});

afterEach(() => rm(dataDir, { recursive: true }));

const refusing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
const machine = (overrides: Partial<Machine> = {}): Machine => ({
  ...THIS_MACHINE,
  fileSystemOf: () => Promise.resolve({ freeBytes: 50 * 1024 * MEBIBYTE, type: EXT4 }),
  ...overrides,
});

describe("checkDataFolder", () => {
  it("is content with one that can be used", async () => {
    expect(await checkDataFolder(dataDir, machine())).toEqual({
      ...{ check: "data_folder", verdict: "fine", finding: `${dataDir} is there and can be written to` },
    });
  });

  it("warns of one that is not there, and makes none", async () => {
    const path = join(dataDir, "not", "there");
    expect(await checkDataFolder(path, machine())).toMatchObject({
      ...{ verdict: "warning", finding: `${path} is not there` },
    });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it("finds that it can't be made", async () => {
    const path = join(dataDir, "not", "there");
    const found = await checkDataFolder(path, machine({ mayUseFolder: refusing("EROFS") }));
    expect(found).toMatchObject({
      ...{
        verdict: "broken",
        finding: expect.stringContaining(`can't make it in ${dataDir} (EROFS)`) as string,
      },
    });
  });

  it("finds a file in its place, and one above it", async () => {
    const file = join(dataDir, "file");
    await writeFile(file, "");
    for (const path of [file, join(file, "data")]) {
      expect(await checkDataFolder(path, machine())).toMatchObject({
        ...{ verdict: "broken", finding: `${path} is no folder` },
      });
    }
  });

  it("finds one that this user may not use", async () => {
    expect(await checkDataFolder(dataDir, machine({ mayUseFolder: refusing("EACCES") }))).toMatchObject({
      ...{ verdict: "broken", finding: expect.stringContaining("(EACCES)") as string },
    });
  });
});

describe("checkHolder", () => {
  it("tells that nobody holds the data, and leaves no trace of having looked", async () => {
    expect(await checkHolder(dataDir)).toEqual({
      ...{ check: "holder", verdict: "fine", finding: "nobody holds the data" },
    });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it("names who does; one that takes no requests is to be looked at", async () => {
    const lock = await DataDirLock.acquire({ dataDir, clock: systemClock });
    try {
      expect(await checkHolder(dataDir)).toMatchObject({
        ...{ verdict: "warning", finding: expect.stringContaining(`process ${process.pid} on `) as string },
      });
      lock.describe({ url: "http://127.0.0.1:8000" });
      expect(await checkHolder(dataDir)).toMatchObject({
        ...{ verdict: "fine", finding: expect.stringContaining("http://127.0.0.1:8000") as string },
      });
    } finally {
      await lock.release();
    }
  });
});

describe("checkDiskRoom", () => {
  it.each([
    [1024, "fine", "1.0 GiB"],
    [1023, "warning", "1023 MiB"],
    [100, "warning", "100 MiB"],
    [99, "broken", "99 MiB"],
  ])("%i MiB are %s", async (mebibytes, verdict, text) => {
    const fileSystemOf = () => Promise.resolve({ freeBytes: mebibytes * MEBIBYTE, type: EXT4 });
    expect(await checkDiskRoom(dataDir, machine({ fileSystemOf }))).toMatchObject({
      ...{ verdict, finding: expect.stringContaining(`${text} free`) as string },
    });
  });

  it("asks the system", async () => {
    const { freeBytes } = await THIS_MACHINE.fileSystemOf(dataDir);
    expect(freeBytes).toBeGreaterThan(0);
  });
});

describe("checkFlush", () => {
  it("writes, flushes and leaves nothing behind", async () => {
    expect(await checkFlush(dataDir, machine())).toMatchObject({ check: "flush", verdict: "fine" });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it.each(["EIO", "ENOSPC", "EINVAL"])("finds that a flush fails with %s", async (code) => {
    expect(await checkFlush(dataDir, machine({ flushInto: refusing(code) }))).toMatchObject({
      ...{ verdict: "broken", finding: expect.stringContaining(`(${code})`) as string },
    });
  });

  it("finds that nothing can be written, on the real system", async () => {
    expect(await checkFlush(join(dataDir, "not-there"), machine())).toMatchObject({
      ...{ verdict: "broken", finding: expect.stringContaining("(ENOENT)") as string },
    });
  });

  it.each([
    [0x01021994, "tmpfs"],
    [0x6969, "NFS"],
  ])("warns of a file system that keeps or shares nothing as it should: %i", async (type, name) => {
    const fileSystemOf = () => Promise.resolve({ freeBytes: 2 ** 40, type });
    expect(await checkFlush(dataDir, machine({ fileSystemOf }))).toMatchObject({
      ...{ verdict: "warning", finding: expect.stringContaining(name) as string },
    });
  });
});

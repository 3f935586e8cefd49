import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbEnvironment } from "./lmdb-environment.js";
import { faultOfLmdbFile } from "./lmdb-file.js";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lmdb-file-"));
  path = join(folder, "test.mdb");
});

afterEach(() => rmSync(folder, { recursive: true }));

async function writeRecords(transactions: number): Promise<void> {
  const environment = LmdbEnvironment.open({ path });
  const texts = environment.database<string>("texts");
  for (let i = 0; i < transactions; i += 1) {
    await environment.write(() => texts.put(`key-${i % 100}`, "x".repeat(i)));
    expect(faultOfLmdbFile(path)).toBeUndefined();
  }
  await environment.close();
}

/** Bytes without any order, the same on every run. */
function noise(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash("sha256").update(String(i)).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

function overwritten(whole: Buffer, at: number): Buffer {
  const bytes = Buffer.from(whole);
  noise(200).copy(bytes, at);
  return bytes;
}

describe("faultOfLmdbFile", () => {
  it("finds none where there is no file, or an empty one", () => {
    expect(faultOfLmdbFile(path)).toBeUndefined();
    writeFileSync(path, "");
    expect(faultOfLmdbFile(path)).toBeUndefined();
  });

  it("finds none in a file that LMDB wrote, after any of its transactions", async () => {
    await writeRecords(0);
    expect(faultOfLmdbFile(path)).toBeUndefined();
    await writeRecords(300);
    expect(faultOfLmdbFile(path)).toBeUndefined();
  });

  it.each([1, 100, 4096, 8192, 9000, 100_000])("finds one in %d bytes that are noise or zeros", (length) => {
    for (const bytes of [noise(length), Buffer.alloc(length)]) {
      writeFileSync(path, bytes);
      expect(faultOfLmdbFile(path)).toBeDefined();
      expect(() => LmdbEnvironment.open({ path })).toThrow("is damaged");
      expect(readFileSync(path)).toEqual(bytes);
    }
  });

  it("finds one where the file was cut off before its records, or its beginning overwritten", async () => {
    await writeRecords(10);
    const whole = readFileSync(path);
    const damaged = [
      ...[1, 100, 4095, 4096, 4200, 8191, 8192].map((length) => whole.subarray(0, length)),
      ...[0, 4096].map((at) => overwritten(whole, at)),
    ];
    for (const bytes of damaged) {
      writeFileSync(path, bytes);
      expect(faultOfLmdbFile(path)).toBeDefined();
      expect(() => LmdbEnvironment.open({ path })).toThrow("is damaged");
      expect(statSync(path).size).toBe(bytes.length);
    }
  });
});

import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AdminKeysEditedError, StorageUnavailableError } from "@gateway-router/core";
import { adminKeyStoreContract, anAddedKey, RecordingLogger } from "@gateway-router/core/testing";
import { DamagedFileError } from "./damaged-file-error.js";
import { FileAdminKeyStore } from "./file-admin-key-store.js";

let folder: string;
let path: string;
let logger: RecordingLogger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "file-admin-key-store-"));
  path = join(folder, "admin-keys.json");
  logger = new RecordingLogger();
});

afterEach(() => rmSync(folder, { recursive: true }));

const open = () => FileAdminKeyStore.open({ path, logger });
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const fileText = () => readFileSync(path, "utf8");
const entriesInFile = () => JSON.parse(fileText()) as Record<string, unknown>[];
const namesInFile = () => entriesInFile().map(({ name }) => name);
const anEntry = (name: string, overrides: object = {}) => ({
  ...{ name, role: "read", created_at: "2026-11-23T16:46:00.000Z", key_hash: sha256(`key of ${name}`) },
  ...overrides,
});
const put = (...entries: object[]) => writeFileSync(path, JSON.stringify(entries));
async function refusalOf(work: Promise<unknown>): Promise<AdminKeysEditedError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AdminKeysEditedError);
  return error as AdminKeysEditedError;
}

describe("FileAdminKeyStore as an AdminKeyStore", () => {
  adminKeyStoreContract({
    test: it,
    open: async () => ({ store: await open(), close: () => Promise.resolve() }),
  });
});

describe("FileAdminKeyStore: what it writes", () => {
  it("is for the gateway's eyes alone, with a hash for the key", async () => {
    const key = anAddedKey({ name: "grafana", role: "read" });
    await (await open()).add(key);
    expect(fileText()).toBe(
      `${JSON.stringify(
        [
          {
            ...{ name: "grafana", role: "read", created_at: new Date(key.createdAtMs).toISOString() },
            key_hash: sha256(key.key),
          },
        ],
        null,
        2,
      )}\n`,
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["admin-keys.json"]);
    expect(logger.lines).toEqual([]);
  });

  it("is there again after a restart, and what was removed is not", async () => {
    const [anna, omar] = [anAddedKey(), anAddedKey({ name: "omar", role: "read" })];
    const before = await open();
    await before.add(anna);
    await before.add(omar);
    await before.remove("anna");
    const store = await open();
    expect(await store.findByKey(omar.key)).toEqual({
      ...{ name: "omar", role: "read", createdAtMs: omar.createdAtMs },
    });
    expect(await store.findByKey(anna.key)).toBeUndefined();
  });

  it("keeps the order of entries and fields it does not know", async () => {
    put(anEntry("omar", { note: "on call" }), anEntry("anna"));
    const store = await open();
    await store.add(anAddedKey({ name: "grafana" }));
    await store.remove("anna");
    expect(namesInFile()).toEqual(["omar", "grafana"]);
    expect(entriesInFile()[0]).toEqual(anEntry("omar", { note: "on call" }));
  });

  it("closes a file that was open to others", async () => {
    put(anEntry("anna"));
    chmodSync(path, 0o644);
    await (await open()).add(anAddedKey({ name: "omar" }));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("what a crash left of a write is in nobody's way", async () => {
    put(anEntry("anna"));
    writeFileSync(`${path}.tmp`, '[{"name": "ha');
    chmodSync(`${path}.tmp`, 0o644);
    const store = await open();
    expect(await store.list()).toMatchObject([{ name: "anna" }]);
    await store.add(anAddedKey({ name: "omar" }));
    expect(namesInFile()).toEqual(["anna", "omar"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["admin-keys.json"]);
  });

  it("a disk that does not take it: rejects as unavailable, and all is as before", async () => {
    put(anEntry("anna"));
    const store = await open();
    mkdirSync(`${path}.tmp`);
    const key = anAddedKey({ name: "omar" });
    await expect(store.add(key)).rejects.toBeInstanceOf(StorageUnavailableError);
    await expect(store.remove("anna")).rejects.toBeInstanceOf(StorageUnavailableError);
    expect(await store.findByKey(key.key)).toBeUndefined();
    expect(await store.findByKey("key of anna")).toMatchObject({ name: "anna" });
    rmSync(`${path}.tmp`, { recursive: true });
    await store.add(key);
    expect(namesInFile()).toEqual(["anna", "omar"]);
  });

  it("goes through a link to what it points to", async () => {
    mkdirSync(join(folder, "elsewhere"));
    const target = join(folder, "elsewhere", "our-keys.json");
    writeFileSync(target, "[]");
    symlinkSync(target, path);
    await (await open()).add(anAddedKey());
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(target, "utf8"))).toMatchObject([{ name: "anna" }]);
  });
});

describe("FileAdminKeyStore: what others wrote", () => {
  it.each([
    ["[{", "it is no JSON, line 1, column 3"],
    ['[{"name": "Anna"}]', "entry 1: name must be 1 to 40 of a-z 0-9 - _, and not gateway; entry 1: role"],
  ])("a damaged file (%s) is refused at the start, and stays as it is", async (text, fault) => {
    writeFileSync(path, text);
    const error: unknown = await open().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DamagedFileError);
    const { code, message } = error as DamagedFileError;
    expect(code).toBe("damaged_file");
    expect(message).toContain(`${path} can't be used: ${fault}`);
    expect(message).toContain(
      "Nothing was changed. Correct the file, or move it away to start with the first admin key alone.",
    );
    expect(fileText()).toBe(text);
  });

  it("an edit it has not seen: refuses, writes nothing, and reads the edit instead", async () => {
    put(anEntry("anna"));
    const store = await open();
    put(anEntry("omar"));
    const edited = fileText();
    expect(await store.findByKey("key of anna")).toMatchObject({ name: "anna" });
    expect(await refusalOf(store.add(anAddedKey({ name: "grafana" })))).toMatchObject({
      code: "keys_file_edited",
    });
    expect(fileText()).toBe(edited);
    expect(await store.list()).toMatchObject([{ name: "omar" }]);
    expect(await store.findByKey("key of anna")).toBeUndefined();
    await store.add(anAddedKey({ name: "grafana" }));
    expect(namesInFile()).toEqual(["omar", "grafana"]);
  });

  it("its own writes are no edits, nor is a file that was only touched", async () => {
    const store = await open();
    for (const name of ["anna", "omar", "zoe"]) await store.add(anAddedKey({ name }));
    utimesSync(path, new Date(1), new Date(2));
    await store.remove("omar");
    expect(namesInFile()).toEqual(["anna", "zoe"]);
    expect(logger.lines).toEqual([]);
  });

  it("a broken edit: refuses, again and again, until it is mended; the keys stay", async () => {
    put(anEntry("anna"));
    const store = await open();
    writeFileSync(path, "[{");
    for (const name of ["omar", "zoe"]) {
      expect(await refusalOf(store.add(anAddedKey({ name })))).toMatchObject({ code: "keys_file_damaged" });
      expect(fileText()).toBe("[{");
    }
    expect(await store.findByKey("key of anna")).toMatchObject({ name: "anna" });
    expect(logger.messages("error")).toHaveLength(1);
    put(anEntry("anna"));
    await refusalOf(store.remove("anna"));
    await store.remove("anna");
    expect(entriesInFile()).toEqual([]);
  });

  it("a file that is gone: says so, and what somebody took away does not come back", async () => {
    put(anEntry("anna"));
    const store = await open();
    rmSync(path);
    expect(await refusalOf(store.add(anAddedKey({ name: "omar" })))).toMatchObject({
      code: "keys_file_edited",
    });
    expect(existsSync(path)).toBe(false);
    await store.add(anAddedKey({ name: "omar" }));
    expect(namesInFile()).toEqual(["omar"]);
    expect(await store.findByKey("key of anna")).toBeUndefined();
  });

  it("an edit while a change is being written: the change is not made", async () => {
    put(anEntry("anna"));
    const store = await open();
    const change = refusalOf(store.add(anAddedKey({ name: "omar" })));
    // The temporary file is there when the change has passed its first look.
    while (!existsSync(`${path}.tmp`)) await new Promise((resolve) => setImmediate(resolve));
    put(anEntry("zoe"));
    expect(await change).toMatchObject({ code: "keys_file_edited" });
    expect(namesInFile()).toEqual(["zoe"]);
    expect(readdirSync(folder)).toEqual(["admin-keys.json"]);
  });
});

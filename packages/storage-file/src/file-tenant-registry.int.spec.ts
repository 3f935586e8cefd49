import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorageUnavailableError, TenantRegistryEditedError } from "@gateway-router/core";
import {
  aTenantId,
  ManualClock,
  RecordingLogger,
  someCredentials,
  tenantRegistryContract,
} from "@gateway-router/core/testing";
import { DamagedFileError } from "./damaged-file-error.js";
import { FileTenantRegistry } from "./file-tenant-registry.js";

let folder: string;
let path: string;
let clock: ManualClock;
let logger: RecordingLogger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "file-tenant-registry-"));
  path = join(folder, "tenants.json");
  clock = new ManualClock();
  logger = new RecordingLogger();
});

afterEach(() => rmSync(folder, { recursive: true }));

const open = () => FileTenantRegistry.open({ path, clock, logger });
const put = (...tenants: object[]) => writeFileSync(path, JSON.stringify(tenants));
const fileText = () => readFileSync(path, "utf8");
const entriesInFile = () => JSON.parse(fileText()) as Record<string, unknown>[];
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const two = aTenantId(2);

describe("FileTenantRegistry", () => {
  it("reads the file, and again when it changes", async () => {
    put({ id: 2, url: "http://127.0.0.1:9002/" });
    const registry = await open();
    expect(await registry.find(two)).toMatchObject({ id: 2, url: "http://127.0.0.1:9002/", active: true });
    expect(await registry.find(aTenantId(55))).toBeUndefined();
    put({ id: 2, active: false }, { id: 55 });
    expect(await registry.find(aTenantId(55))).toBeUndefined();
    clock.advance(1_000);
    expect(await registry.find(aTenantId(55))).toMatchObject({ id: 55 });
    expect(await registry.find(two)).toMatchObject({ active: false });
    expect((await registry.list({ limit: 10 })).items.map(({ id }) => id)).toEqual([2, 55]);
  });

  it("notices a file of the same size put in its place", async () => {
    put({ id: 2 });
    const registry = await open();
    writeFileSync(`${path}.new`, JSON.stringify([{ id: 3 }]));
    renameSync(`${path}.new`, path);
    clock.advance(1_000);
    expect(await registry.find(two)).toBeUndefined();
  });

  it("has no tenants where there is no file, until there is one", async () => {
    const registry = await open();
    expect(await registry.find(two)).toBeUndefined();
    put({ id: 2 });
    clock.advance(1_000);
    expect(await registry.find(two)).toMatchObject({ id: 2 });
    expect(logger.messages("error")).toEqual([]);
  });

  it("keeps the last good state over a broken edit, and says once what is wrong", async () => {
    put({ id: 2 });
    const registry = await open();
    put({ id: 2, url: "nowhere" });
    for (let look = 0; look < 3; look += 1) {
      clock.advance(1_000);
      expect(await registry.find(two)).toMatchObject({ id: 2 });
    }
    expect(logger.messages("error")).toEqual([
      `${path} can't be used: entry 1 (id 2): url must be a whole http or https URL. The tenants stay as they were`,
    ]);
    put({ id: 3 });
    clock.advance(1_000);
    expect(await registry.find(two)).toBeUndefined();
  });

  it("keeps the last good state when the file goes away", async () => {
    put({ id: 2 });
    const registry = await open();
    rmSync(path);
    clock.advance(1_000);
    expect(await registry.find(two)).toMatchObject({ id: 2 });
    clock.advance(1_000);
    await registry.find(two);
    expect(logger.messages("error")).toEqual([expect.stringContaining("is gone")]);
  });

  it("refuses a broken file at the start and says what to do", async () => {
    writeFileSync(path, '[{"id": "2"}]');
    const error: unknown = await open().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DamagedFileError);
    expect((error as Error).message).toBe(
      `${path} can't be used: entry 1: id must be a whole number from 1, without quotes. Nothing was changed. Correct the file, or move it away to start without tenants.`,
    );
  });
});

describe("FileTenantRegistry as a TenantRegistry", () => {
  tenantRegistryContract({
    test: it,
    async open() {
      const registry = await open();
      return {
        registry,
        nowMs: () => clock.nowMs(),
        advance: (byMs) => clock.advance(byMs),
        close: () => Promise.resolve(),
      };
    },
  });
});

describe("FileTenantRegistry: what it writes", () => {
  const change = { name: "Agent 2", url: "http://127.0.0.1:9002/messages" };
  const aPut = (id = 2) => ({ id: aTenantId(id), change, credentials: someCredentials(), onlyNew: false });

  it("is a file for people, for the gateway's eyes alone, with a hash for the token", async () => {
    const registry = await open();
    const request = aPut();
    await registry.put(request);
    expect(fileText()).toBe(
      `${JSON.stringify(
        [
          {
            ...{ id: 2, ...change, active: true },
            secret: request.credentials.secret,
            token_hash: sha256(request.credentials.token),
          },
        ],
        null,
        2,
      )}\n`,
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["tenants.json"]);
  });

  it("says what an overlap needs, and no more of it at the next write after its end", async () => {
    const registry = await open();
    const [old, fresh] = [aPut(), someCredentials()];
    await registry.put(old);
    const overlapUntilMs = clock.nowMs() + 3_600_000;
    await registry.rotate({ id: two, credentials: fresh, overlapUntilMs, signedWithBefore: undefined });
    expect(entriesInFile()[0]).toMatchObject({
      secret: fresh.secret,
      token_hash: sha256(fresh.token),
      previous_secret: old.credentials.secret,
      previous_token_hash: sha256(old.credentials.token),
      overlap_until: new Date(overlapUntilMs).toISOString(),
    });
    clock.advance(3_600_000);
    await registry.put(aPut(3));
    expect(Object.keys(entriesInFile()[0]!)).toEqual(["id", "name", "url", "active", "secret", "token_hash"]);
  });

  it("keeps the order of entries, fields it does not know and what people left out", async () => {
    const others = [
      { id: 9, colour: "red", nested: { deep: [1, null] } },
      { id: 1 },
      { id: 7, removed: true },
    ];
    put(others[0]!, { id: 2, note: "ask Ali", active: false }, ...others.slice(1));
    const registry = await open();
    await registry.put({ ...aPut(), change: { active: true } });
    await registry.put(aPut(4));
    await registry.remove(aTenantId(1));
    expect(entriesInFile()).toEqual([
      others[0],
      { id: 2, note: "ask Ali", active: true },
      { id: 1, removed: true },
      { id: 7, removed: true },
      expect.objectContaining({ id: 4 }),
    ]);
  });

  it("is there again after a restart", async () => {
    const request = aPut();
    await (await open()).put(request);
    await (await open()).remove(aTenantId(3));
    const registry = await open();
    expect(await registry.findByToken(request.credentials.token)).toMatchObject({ id: 2, name: "Agent 2" });
    expect(await registry.isRetired(aTenantId(3))).toBe(true);
  });

  it("is no edit to itself", async () => {
    const registry = await open();
    for (const id of [2, 3, 4]) await registry.put(aPut(id));
    clock.advance(1_000);
    expect(await registry.find(aTenantId(4))).toMatchObject({ id: 4 });
    await registry.put(aPut(5));
    expect(logger.lines).toEqual([]);
  });

  it("goes through a link to what it points to", async () => {
    mkdirSync(join(folder, "elsewhere"));
    const target = join(folder, "elsewhere", "our-tenants.json");
    writeFileSync(target, "[]");
    symlinkSync(target, path);
    await (await open()).put(aPut());
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(target, "utf8"))).toMatchObject([{ id: 2 }]);
  });

  it("ten thousand tenants: a change is one pass over the file", async () => {
    put(...Array.from({ length: 10_000 }, (_, index) => ({ id: index + 1, url: change.url })));
    const registry = await open();
    const startedAtMs = performance.now();
    await registry.put({ ...aPut(5_000), change: { active: false } });
    // A look-up for each entry among all others would take minutes.
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    expect(await registry.find(aTenantId(5_000))).toMatchObject({ active: false });
    expect((await registry.list({ limit: 2, cursor: "9999" })).items.map(({ id }) => id)).toEqual([10_000]);
  });
});

describe("FileTenantRegistry: what others wrote", () => {
  const aPut = (id = 2) => ({
    id: aTenantId(id),
    change: {},
    credentials: someCredentials(),
    onlyNew: false,
  });
  const refusal = (code: string) => expect.objectContaining({ code }) as unknown;
  const refused = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TenantRegistryEditedError);
    return error;
  };

  it("an edit it has not seen: refuses, writes nothing, and reads the edit instead", async () => {
    put({ id: 2 });
    const registry = await open();
    put({ id: 2, name: "by hand" }, { id: 5 });
    const edited = fileText();
    expect(await refused(registry.put(aPut()))).toEqual(refusal("tenants_file_edited"));
    expect(fileText()).toBe(edited);
    expect(await registry.find(two)).toMatchObject({ name: "by hand" });
    expect(await registry.find(aTenantId(5))).toMatchObject({ id: 5 });
    await registry.put(aPut(6));
    expect(entriesInFile().map(({ id }) => id)).toEqual([2, 5, 6]);
  });

  it("notices an edit of the same size, time and place", async () => {
    put({ id: 2, name: "one" });
    const { atime, mtime } = statSync(path);
    utimesSync(path, atime, mtime);
    const registry = await open();
    put({ id: 2, name: "two" });
    utimesSync(path, atime, mtime);
    await refused(registry.remove(two));
    expect(await registry.find(two)).toMatchObject({ name: "two" });
  });

  it("a file that was only touched is no edit", async () => {
    put({ id: 2 });
    const registry = await open();
    utimesSync(path, new Date(1), new Date(2));
    await registry.put(aPut(3));
    expect(entriesInFile().map(({ id }) => id)).toEqual([2, 3]);
    expect(logger.lines).toEqual([]);
  });

  it.each(["[{", "[]]", '[{"id":"2"}]'])(
    "a broken file (%s): refuses, again and again, until it is mended",
    async (text) => {
      put({ id: 2 });
      const registry = await open();
      writeFileSync(path, text);
      for (const look of [1, 2]) {
        expect(await refused(registry.put(aPut(look)))).toEqual(refusal("tenants_file_damaged"));
        expect(fileText()).toBe(text);
      }
      expect(await registry.find(two)).toMatchObject({ id: 2 });
      expect(logger.messages("error")).toHaveLength(1);
      put({ id: 2 });
      await refused(registry.put(aPut(3)));
      await registry.put(aPut(3));
      expect(entriesInFile().map(({ id }) => id)).toEqual([2, 3]);
    },
  );

  it("a file that is gone: says so, and the next change puts it back with all tenants", async () => {
    put({ id: 2 });
    const registry = await open();
    rmSync(path);
    await refused(registry.put(aPut(3)));
    expect(existsSync(path)).toBe(false);
    await registry.put(aPut(3));
    expect(entriesInFile().map(({ id }) => id)).toEqual([2, 3]);
  });

  it("an edit while a change is being written: the change is not made", async () => {
    put({ id: 2 });
    const registry = await open();
    const change = refused(registry.put(aPut(3)));
    // The temporary file is there when the change has passed its first look.
    while (!existsSync(`${path}.tmp`)) await new Promise((resolve) => setImmediate(resolve));
    put({ id: 2, name: "by hand" });
    expect(await change).toEqual(refusal("tenants_file_edited"));
    expect(entriesInFile()).toEqual([{ id: 2, name: "by hand" }]);
    expect(await registry.find(two)).toMatchObject({ name: "by hand" });
    expect(readdirSync(folder)).toEqual(["tenants.json"]);
  });

  it("a disk that does not take it: rejects as unavailable, and all is as before", async () => {
    put({ id: 2 });
    const registry = await open();
    mkdirSync(`${path}.tmp`);
    await expect(registry.put(aPut(3))).rejects.toBeInstanceOf(StorageUnavailableError);
    expect(await registry.find(aTenantId(3))).toBeUndefined();
    rmSync(`${path}.tmp`, { recursive: true });
    await registry.put(aPut(3));
    expect(entriesInFile().map(({ id }) => id)).toEqual([2, 3]);
  });
});

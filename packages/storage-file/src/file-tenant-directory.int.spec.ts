import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aTenantId, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import { DamagedFileError } from "./damaged-file-error.js";
import { FileTenantDirectory } from "./file-tenant-directory.js";

let folder: string;
let path: string;
let clock: ManualClock;
let logger: RecordingLogger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "file-tenant-directory-"));
  path = join(folder, "tenants.json");
  clock = new ManualClock();
  logger = new RecordingLogger();
});

afterEach(() => rmSync(folder, { recursive: true }));

const open = () => FileTenantDirectory.open({ path, clock, logger });
const put = (...tenants: object[]) => writeFileSync(path, JSON.stringify(tenants));
const two = aTenantId(2);

describe("FileTenantDirectory", () => {
  it("reads the file, and again when it changes", async () => {
    put({ id: 2, url: "http://127.0.0.1:9002/" });
    const directory = await open();
    expect(await directory.find(two)).toMatchObject({ id: 2, url: "http://127.0.0.1:9002/", active: true });
    expect(await directory.find(aTenantId(55))).toBeUndefined();
    put({ id: 2, active: false }, { id: 55 });
    expect(await directory.find(aTenantId(55))).toBeUndefined();
    clock.advance(1_000);
    expect(await directory.find(aTenantId(55))).toMatchObject({ id: 55 });
    expect(await directory.find(two)).toMatchObject({ active: false });
    expect((await directory.list()).map(({ id }) => id)).toEqual([2, 55]);
  });

  it("notices a file of the same size put in its place", async () => {
    put({ id: 2 });
    const directory = await open();
    writeFileSync(`${path}.new`, JSON.stringify([{ id: 3 }]));
    renameSync(`${path}.new`, path);
    clock.advance(1_000);
    expect(await directory.find(two)).toBeUndefined();
  });

  it("has no tenants where there is no file, until there is one", async () => {
    const directory = await open();
    expect(await directory.find(two)).toBeUndefined();
    put({ id: 2 });
    clock.advance(1_000);
    expect(await directory.find(two)).toMatchObject({ id: 2 });
    expect(logger.messages("error")).toEqual([]);
  });

  it("keeps the last good state over a broken edit, and says once what is wrong", async () => {
    put({ id: 2 });
    const directory = await open();
    put({ id: 2, url: "nowhere" });
    for (let look = 0; look < 3; look += 1) {
      clock.advance(1_000);
      expect(await directory.find(two)).toMatchObject({ id: 2 });
    }
    expect(logger.messages("error")).toEqual([
      `${path} can't be used: entry 1 (id 2): url must be a whole http or https URL. The tenants stay as they were`,
    ]);
    put({ id: 3 });
    clock.advance(1_000);
    expect(await directory.find(two)).toBeUndefined();
  });

  it("keeps the last good state when the file goes away", async () => {
    put({ id: 2 });
    const directory = await open();
    rmSync(path);
    clock.advance(1_000);
    expect(await directory.find(two)).toMatchObject({ id: 2 });
    clock.advance(1_000);
    await directory.find(two);
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

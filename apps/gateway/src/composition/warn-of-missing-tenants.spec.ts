import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aTenant, InMemoryTenantRegistry, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import type { StorageConfig } from "../config/gateway-config.js";
import { warnOfMissingTenants } from "./warn-of-missing-tenants.js";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateway-tenants-"));
  file = join(folder, "tenants.json");
});

afterEach(() => rm(folder, { recursive: true }));

async function warnings(options: {
  tenants?: number;
  urlTemplate?: string;
  isFileSet?: boolean;
  storage?: StorageConfig;
}) {
  const { tenants = 0, urlTemplate, isFileSet = false, storage = { kind: "file" } } = options;
  const logger = new RecordingLogger();
  await warnOfMissingTenants({
    config: {
      tenants: { file, isFileSet, urlTemplate, maxId: 1000, signingSecret: undefined },
      ...{ storage, dataDir: folder },
    },
    registry: new InMemoryTenantRegistry(
      { clock: new ManualClock() },
      Array.from({ length: tenants }, (_, index) => aTenant({ id: index + 1 })),
    ),
    logger,
  });
  return logger.messages("warn");
}

const urlTemplate = "http://127.0.0.1:9000/{tenant_id}";

describe("warnOfMissingTenants", () => {
  it("says in one line how to add one, where they are kept, and the other way", async () => {
    const [line, ...more] = await warnings({});
    expect(more).toEqual([]);
    expect(line).toMatch(/^There are no tenants\. /);
    expect(line).toContain(file);
    expect(line).toContain("TENANT_URL_TEMPLATE");
    expect(line).toContain("npx gateway tenants add 2 --url http://127.0.0.1:9002/messages");
  });

  it("is silent where there are tenants, or a template that makes them", async () => {
    expect(await warnings({ tenants: 1 })).toEqual([]);
    expect(await warnings({ urlTemplate })).toEqual([]);
  });

  it("names the engine where that keeps them, without its password, and asks for no file", async () => {
    const storage: StorageConfig = { kind: "postgres", url: "postgres://me:hush@db:5432/gateway?ssl=true" };
    const [line] = await warnings({ storage, isFileSet: true });
    expect(line).toMatch(/They are kept in postgres:\/\/db:5432\/gateway;/);
    expect(line).toMatch(/^There are no tenants/);
  });

  it("says that the file that was set is not there, also where a template is set", async () => {
    const fault = /^TENANTS_FILE names a file that is not there\. Add one, for example: npx gateway /;
    expect(await warnings({ isFileSet: true })).toEqual([expect.stringMatching(fault)]);
    const [line] = await warnings({ isFileSet: true, urlTemplate });
    expect(line).toMatch(fault);
    expect(line).not.toContain("TENANT_URL_TEMPLATE");
    await writeFile(file, "[]");
    expect(await warnings({ isFileSet: true, urlTemplate })).toEqual([]);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "./load-config.js";
import { SettingsError } from "./settings-error.js";

describe("loadConfig", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "gateway-config-"));
    await mkdir(join(root, "checkout", "docs"), { recursive: true });
    await mkdir(join(root, "elsewhere"));
  });

  afterEach(() => rm(root, { recursive: true }));

  function load(folder: string, environment: Record<string, string> = {}) {
    return loadConfig({ environment, directory: join(root, folder), checkout: join(root, "checkout") });
  }

  it("reads the checkout's .env from any folder of the checkout", async () => {
    await writeFile(join(root, "checkout", ".env"), 'PORT=4711\nUNMAPPED_REPLY="Who are you?"\n');
    const config = load("checkout/docs");
    expect(config.port).toBe(4711);
    expect(config.unmappedReply).toBe("Who are you?");
    expect(config.dataDir).toBe(join(root, "checkout", "data"));
  });

  it("prefers the working directory's .env, and starts paths there", async () => {
    await writeFile(join(root, "checkout", ".env"), "PORT=4711\n");
    await writeFile(join(root, "elsewhere", ".env"), "DATA_DIR=here\n");
    const config = load("elsewhere");
    expect(config.port).toBe(8000);
    expect(config.dataDir).toBe(join(root, "elsewhere", "here"));
  });

  it("lets the environment win", async () => {
    await writeFile(join(root, "checkout", ".env"), "PORT=4711\nLOG_LEVEL=debug\n");
    const config = load("checkout", { PORT: "4712" });
    expect(config.port).toBe(4712);
    expect(config.log.level).toBe("debug");
  });

  it("works without any .env", () => {
    expect(load("elsewhere").dataDir).toBe(join(root, "elsewhere", "data"));
  });

  it("does not ignore a .env that can't be read", async () => {
    await mkdir(join(root, "elsewhere", ".env"));
    expect(() => load("elsewhere")).toThrow(SettingsError);
  });
});

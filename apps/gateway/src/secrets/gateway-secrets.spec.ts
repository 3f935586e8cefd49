import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSettings } from "../config/parse-settings.js";
import { isSigningSecret } from "../config/signing-secret.js";
import { gatewaySecrets } from "./gateway-secrets.js";

describe("gatewaySecrets", () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "gateway-secrets-"));
  });

  afterEach(() => rm(dataDir, { recursive: true }));

  const load = (variables: Record<string, string> = {}) =>
    gatewaySecrets(parseSettings({ ...variables, DATA_DIR: dataDir }, "/"));

  it("makes both at the first start and finds them at the next", async () => {
    const first = await load();
    expect(first.adminApiKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(isSigningSecret(first.signingSecret)).toBe(true);
    expect(first.adminApiKeyPlace).toBe(join(dataDir, "admin-api-key"));
    expect(await load()).toEqual(first);
    expect(await readFile(join(dataDir, "tenant-signing-secret"), "utf8")).toBe(`${first.signingSecret}\n`);
  });

  it("keeps them for the owner's eyes only, and nothing beside them", async () => {
    await load();
    expect((await readdir(dataDir)).sort()).toEqual(["admin-api-key", "tenant-signing-secret"]);
    for (const name of await readdir(dataDir)) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    }
  });

  it("makes none where they are set", async () => {
    const signingSecret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";
    const secrets = await load({ ADMIN_API_KEY: "set-by-hand", TENANT_SIGNING_SECRET: signingSecret });
    expect(secrets).toEqual({
      adminApiKey: "set-by-hand",
      adminApiKeyPlace: "ADMIN_API_KEY",
      signingSecret,
    });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it("takes a key put there by hand", async () => {
    await writeFile(join(dataDir, "admin-api-key"), "by-hand\r\n");
    expect((await load()).adminApiKey).toBe("by-hand");
  });

  it.each(["", "two words", "\0\0\0"])("refuses a damaged file (%j) and leaves it as it is", async (text) => {
    await writeFile(join(dataDir, "admin-api-key"), text);
    await expect(load()).rejects.toMatchObject({ code: "damaged_file" });
    expect(await readFile(join(dataDir, "admin-api-key"), "utf8")).toBe(text);
  });

  it("takes the place of what a crash left half written", async () => {
    await writeFile(join(dataDir, "admin-api-key.tmp"), "half");
    expect((await load()).adminApiKey).toHaveLength(43);
    expect(await readdir(dataDir)).not.toContain("admin-api-key.tmp");
  });
});

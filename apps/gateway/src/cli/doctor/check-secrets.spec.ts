import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TenantId } from "@gateway-router/core";
import { parseSettings } from "../../config/parse-settings.js";
import { gatewaySecrets } from "../../secrets/gateway-secrets.js";
import { checkSecrets } from "./check-secrets.js";

const SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "gateway-doctor-"));
});

afterEach(() => rm(dataDir, { recursive: true }));

const configWith = (settings: Record<string, string> = {}) =>
  parseSettings({ DATA_DIR: dataDir, ...settings }, "/");
const check = (settings: Record<string, string> = {}, secret?: string) =>
  checkSecrets({
    config: configWith(settings),
    tenants: [{ id: 2 as TenantId, ...(secret === undefined ? {} : { secret }) }],
  });
const allFine = [{ check: "secrets", verdict: "fine", finding: expect.any(String) as string }];

describe("checkSecrets", () => {
  it("is content before the first start, and with what it makes", async () => {
    expect(await check()).toEqual(allFine);
    await gatewaySecrets(configWith());
    expect(await check()).toEqual(allFine);
  });

  it.each(["admin-api-key", "tenant-signing-secret"])("finds %s open to others", async (name) => {
    await gatewaySecrets(configWith());
    await chmod(join(dataDir, name), 0o640);
    expect(await check()).toEqual([
      {
        ...{ check: "secrets", verdict: "broken" },
        finding: `${join(dataDir, name)} is open to others than its owner: its mode is 0640`,
        mend: expect.stringContaining(`chmod 600 ${join(dataDir, name)}`) as string,
      },
    ]);
  });

  it.each(["admin-api-key", "tenant-signing-secret"])(
    "finds a damaged %s, and shows none of it",
    async (name) => {
      await gatewaySecrets(configWith());
      await writeFile(join(dataDir, name), "two words");
      const [finding] = await check();
      expect(finding).toMatchObject({ verdict: "broken", finding: expect.stringContaining(name) as string });
      expect(JSON.stringify(finding)).not.toContain("two words");
    },
  );

  it("says of a secret that it can't be read", async () => {
    const config = configWith({ TENANT_SIGNING_SECRET: SECRET, DATA_DIR: "/dev/null" });
    const [finding] = await checkSecrets({ config, tenants: [] });
    expect(finding).toMatchObject({
      ...{ verdict: "broken", finding: "/dev/null/admin-api-key can't be read (ENOTDIR)" },
    });
  });

  it("does not look for what is set", async () => {
    await writeFile(join(dataDir, "admin-api-key"), "two words", { mode: 0o644 });
    await writeFile(join(dataDir, "tenant-signing-secret"), "", { mode: 0o644 });
    expect(await check({ ADMIN_API_KEY: "set-by-hand", TENANT_SIGNING_SECRET: SECRET })).toEqual(allFine);
  });

  it("minds who may read the tenants' file where secrets are in it", async () => {
    const file = join(dataDir, "tenants.json");
    await writeFile(file, "[]");
    await chmod(file, 0o644);
    expect(await check()).toEqual(allFine);
    expect(await check({}, SECRET)).toMatchObject([
      { verdict: "broken", finding: expect.stringContaining("its mode is 0644") as string },
    ]);
    await chmod(file, 0o600);
    expect(await check({}, SECRET)).toEqual(allFine);
  });
});

import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WahaHouse } from "./support/waha-house.js";

interface Report {
  readonly status: string;
  readonly checks: readonly {
    readonly check: string;
    readonly verdict: string;
    readonly finding: string;
    readonly mend?: string;
  }[];
}

let house: WahaHouse;

beforeEach(async () => {
  house = await WahaHouse.enter();
});

afterEach(() => house.leave(), 30_000);

/** The exit code, and the verdict of each check. */
async function examine(settings: Record<string, string> = {}) {
  const { code, stdout, stderr } = await house.command(["doctor", "--json"], settings);
  expect(stderr).toBe("");
  expect(stdout).not.toMatch(/key-of-a-test/);
  const report = JSON.parse(stdout) as Report;
  const verdicts = Object.fromEntries(report.checks.map(({ check, verdict }) => [check, verdict]));
  return { code, report, verdicts };
}

describe("gateway doctor", () => {
  it("finds nothing broken with a gateway at work: exit 0, and nothing is left behind", async () => {
    await house.open();
    const before = await readdir(house.dataDir);
    const { code, verdicts } = await examine();
    // How much room the machine has, and on what file system, is its own matter.
    const { disk_room, flush, ...others } = verdicts;
    expect(disk_room).toBeDefined();
    expect(flush).not.toBe("broken");
    expect(others).toEqual({
      ...{ node: "fine", settings: "fine", data_folder: "fine", holder: "fine", secrets: "fine" },
      ...{ mapping_file: "fine", tenants_file: "fine", records_file: "fine", backup: "fine" },
      ...{ handlers: "fine", gateway: "fine", gateway_clock: "fine", public_url: "fine" },
      ...{ webhook_reachable: "fine", waha: "fine", waha_clock: "fine", waha_key: "fine" },
      ...{ session: "fine", webhook: "fine" },
    });
    expect(code).toBe(disk_room === "broken" ? 1 : 0);
    expect((await readdir(house.dataDir)).sort()).toEqual(before.sort());
  }, 60_000);

  it("before the first start: says what is not there yet, makes nothing, exit 1 while WAHA is away", async () => {
    const { code, report, verdicts } = await examine();
    expect(code).toBe(1);
    expect(report.status).toBe("broken");
    expect(verdicts).toMatchObject({ data_folder: "warning", gateway: "warning", waha: "broken" });
    await expect(readdir(house.dataDir)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("finds all that is wrong at once: files, their modes, keys, addresses", async () => {
    await house.open();
    await writeFile(join(house.dataDir, "tenants.json"), '[{"id": 2}, {"id": 2}]');
    await writeFile(join(house.dataDir, "user_tenant_mapping.json"), '{"971501234567": "two"}');
    await chmod(join(house.dataDir, "tenant-signing-secret"), 0o644);
    const { code, report, verdicts } = await examine({
      ...{ WAHA_API_KEY: "another", WAHA_HMAC_KEY: "another", PUBLIC_URL: house.waha.url },
    });
    expect(code).toBe(1);
    expect(verdicts).toMatchObject({
      ...{ mapping_file: "broken", tenants_file: "broken", secrets: "broken" },
      ...{ public_url: "broken", webhook_reachable: "broken", waha_key: "broken" },
    });
    for (const { verdict, mend } of report.checks) expect(mend !== undefined).toBe(verdict !== "fine");
  }, 60_000);

  it("tells people in lines, and what mends it below", async () => {
    await house.startGateway();
    const { code, stdout } = await house.command(["doctor"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✓ gateway +the gateway at http:\/\/127\.0\.0\.1:\d+ is ready$/m);
    expect(stdout).toMatch(/^✗ waha +.+\n +→ .*WAHA_URL/m);
    expect(stdout).toMatch(/\n\n1 broken.*\.\n$/);
  }, 60_000);

  it("reports bad settings, each by its name, as a finding: exit 1", async () => {
    const { code, report } = await examine({ PORT: "many", BACKUP_KEEP_DAYS: "0" });
    expect(code).toBe(1);
    const faults = report.checks.filter(({ check }) => check === "settings");
    expect(faults.map(({ finding }) => finding.split(" ")[0]).sort()).toEqual(["BACKUP_KEEP_DAYS", "PORT"]);
  });

  it("wrong use: exit 2", async () => {
    expect((await house.command(["doctor", "--quickly"])).code).toBe(2);
    expect((await house.command(["doctor", "now"])).code).toBe(2);
  });
});

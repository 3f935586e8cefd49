import { readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./support/gateway-process.js";
import { House } from "./support/house.js";

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

const gatewayCommand = (...words: string[]) =>
  runCommand(words, { cwd: house.folder, settings: { DATA_DIR: house.dataDir } });

describe("gateway", () => {
  it.each([
    [["--help"]],
    [["start", "--help"]],
    [["backup", "--help"]],
    [["restore", "--help"]],
    [["doctor", "--help"]],
    [["completion", "--help"]],
  ])("%j: exit 0 and how it is used", async (words) => {
    const { code, stdout } = await gatewayCommand(...words);
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: gateway");
  });

  it.each([
    [[]],
    [["fly"]],
    [["restore"]],
    [["backup", "--fast"]],
    [["start", "now"]],
    [["completion"]],
    [["completion", "tcsh"]],
  ])("%j is wrong use: exit 2", async (words) => {
    const { code, stdout, stderr } = await gatewayCommand(...words);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).not.toBe("");
  });
});

describe("gateway completion", () => {
  it("prints a script, with nothing of the settings read: exit 0", async () => {
    const settings = { PORT: "no port at all" };
    const { code, stdout, stderr } = await runCommand(["completion", "bash"], {
      cwd: house.folder,
      settings,
    });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/\ncomplete -F _gateway gateway\n$/);
  });
});

describe("gateway backup and restore", () => {
  const mappingFile = () => join(house.dataDir, "user_tenant_mapping.json");

  it("backs up while the gateway runs, and brings it back when it is stopped", async () => {
    const gateway = await house.start();
    await gateway.say("971501234567", "start_realty_2", "ONE");
    const { code, stdout } = await gatewayCommand("backup", "--json");
    expect(code).toBe(0);
    const { status, file, records } = JSON.parse(stdout) as Record<"status" | "file" | "records", string>;
    expect(status).toBe("done");
    expect((await stat(records)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ "971501234567": 2 });

    await gateway.say("971507654321", "start_realty_55", "TWO");
    await gateway.stop();
    const restored = await gatewayCommand("restore", file, "--json");
    expect(restored.code).toBe(0);
    const result = JSON.parse(restored.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({ status: "done", mappings: 1, added: 0, removed: 1, changed: 0 });
    expect(result["records"]).toEqual({ kind: "used", file: records });
    expect(JSON.parse(await readFile(mappingFile(), "utf8"))).toEqual({ "971501234567": 2 });
    expect(JSON.parse(await readFile(String(result["backup"]), "utf8"))).toEqual({
      "971501234567": 2,
      "971507654321": 55,
    });
    const again = await house.start();
    expect((await again.askAsAdmin("/api/gateway/stats")).body).toMatchObject({
      gateway_stats: { total_users: 1, users_per_tenant: { "2": 1 } },
    });
  });

  it("says what it did in plain words, too", async () => {
    const gateway = await house.start();
    await gateway.say("971501234567", "start_realty_2", "PLAIN");
    await gateway.stop();
    const { stdout } = await gatewayCommand("backup");
    const file = /^Backup written: (.+)$/m.exec(stdout)?.[1];
    expect(file).toBeDefined();
    const restored = await gatewayCommand("restore", file!);
    expect(restored.stdout).toMatch(/^Restored 1 mapping: /);
    expect(restored.stdout).toContain(`With the records in ${/^Beside it.*: (.+)$/m.exec(stdout)![1]!}`);
  });

  it("brings everything but messages to another machine; damaged records are left out, and it says so", async () => {
    const tenantsFile = join(house.folder, "tenants.json");
    const tenants = JSON.stringify([{ id: 2, url: house.tenants.urlTemplate.replace("{tenant_id}", "2") }]);
    await writeFile(tenantsFile, tenants);
    const gateway = await house.start({ TENANTS_FILE: tenantsFile });
    await gateway.say("971501234567", "start_realty_2", "MOVED");
    await gateway.stop();
    const commandOn = (dataDir: string, ...words: string[]) =>
      runCommand(words, {
        cwd: house.folder,
        settings: { DATA_DIR: dataDir, TENANTS_FILE: tenantsFile },
      });
    const { stdout } = await commandOn(house.dataDir, "backup", "--json");
    const { file, records } = JSON.parse(stdout) as Record<"file" | "records", string>;

    await rm(tenantsFile);
    const moved = await commandOn(join(house.folder, "moved"), "restore", file);
    expect(moved.code).toBe(0);
    expect(moved.stdout).toContain("1 of the contacts are the same for their tenants as before");
    expect(moved.stdout).toContain(tenantsFile);
    expect(await readFile(tenantsFile, "utf8")).toBe(tenants);

    await truncate(records, 100);
    const alone = await commandOn(join(house.folder, "alone"), "restore", file);
    expect(alone.code).toBe(0);
    expect(alone.stdout).toMatch(/^Restored 1 mapping: 1 added/);
    expect(alone.stdout).toContain(`The records in ${records} can't be used, line `);
  });

  it("restores on a new machine, where there is no data yet", async () => {
    const file = join(house.folder, "brought-along.json");
    await writeFile(file, '{"971501234567": 2}');
    const { code, stdout } = await gatewayCommand("restore", "brought-along.json", "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { mappings: 1, added: 1, resumed: 0, records: { kind: "absent" } },
    ]);
  });

  it("refuses to restore while a gateway runs on the data: exit 1, says who", async () => {
    const gateway = await house.start();
    const file = join(house.folder, "backup.json");
    await writeFile(file, "{}");
    const { code, stderr } = await gatewayCommand("restore", file);
    expect(code).toBe(1);
    expect(stderr).toContain(`process ${gateway.pid}`);
    expect(stderr).toContain(gateway.url);
  });

  it.each([
    ["damaged", '{"971501234567": 2'],
    ["with a key that is no number", '{"me": 2}'],
    ["with a value that is no tenant id", '{"971501234567": "two"}'],
    ["with a key twice", '{"971501234567": 2, "971501234567": 3}'],
  ])("refuses a backup that is %s: exit 1, nothing changed", async (_name, text) => {
    const gateway = await house.start();
    await gateway.say("971501234567", "start_realty_2", "KEPT");
    await gateway.stop();
    const before = await readFile(mappingFile(), "utf8");
    const file = join(house.folder, "backup.json");
    await writeFile(file, text);
    const { code, stderr } = await gatewayCommand("restore", file);
    expect(code).toBe(1);
    expect(stderr).toContain(file);
    expect(await readFile(mappingFile(), "utf8")).toBe(before);
  });

  it("a file that is not there: exit 1 that names it", async () => {
    const { code, stderr } = await gatewayCommand("restore", "nowhere.json");
    expect(code).toBe(1);
    expect(stderr).toContain("nowhere.json");
    expect(stderr).not.toContain("    at ");
  });

  it("a folder instead of a backup: exit 1 that says so, nothing is made", async () => {
    const { code, stderr } = await gatewayCommand("restore", house.folder);
    expect(code).toBe(1);
    expect(stderr).toBe(`${house.folder} is a folder, not a backup. Nothing was changed.\n`);
    await expect(stat(house.dataDir)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it.each([["restore", "a-file"], ["backup"]])(
    "%s where DATA_DIR is a file: exit 1 that says so",
    async (...words) => {
      await writeFile(join(house.folder, "a-file"), "{}");
      const dataDir = join(house.folder, "a-file");
      const { code, stderr } = await runCommand(words, {
        cwd: house.folder,
        settings: { DATA_DIR: dataDir },
      });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^DATA_DIR is .+, which can't be used: .+\n$/);
      expect(stderr).toContain(dataDir);
    },
  );

  it("backup where there is no data: exit 1 that says so", async () => {
    const { code, stderr } = await gatewayCommand("backup");
    expect(code).toBe(1);
    expect(stderr).toContain(house.dataDir);
  });

  it("bad settings: exit 2", async () => {
    const { code, stderr } = await runCommand(["backup"], {
      cwd: house.folder,
      settings: { BACKUP_KEEP_DAYS: "0" },
    });
    expect(code).toBe(2);
    expect(stderr).toContain("BACKUP_KEEP_DAYS");
  });
});

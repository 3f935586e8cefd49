import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GatewayProcess, Settings } from "./support/gateway-process.js";
import { runCommand } from "./support/gateway-process.js";
import { House } from "./support/house.js";

/** Each command is a process of its own. */
const A_FEW_PROCESSES_MS = 60_000;

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

const command = (words: readonly string[], settings: Settings = {}) =>
  runCommand(words, { cwd: house.folder, settings: { DATA_DIR: house.dataDir, ...settings } });
const keys = (...words: string[]) => command(["keys", ...words]);
/** Runs the command, which must be done, and answers its JSON. */
async function answer(...words: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await keys(...words, "--json");
  if (code !== 0) throw new Error(`exit ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}
const keysFile = () => join(house.dataDir, "admin-keys.json");
const namesInFile = async () =>
  (JSON.parse(await readFile(keysFile(), "utf8")) as { name: string }[]).map(({ name }) => name);
const statusWith = async (gateway: GatewayProcess, key: unknown, method = "GET", path = "/stats") =>
  (await gateway.ask(`/api/gateway${path}`, { method, headers: { Authorization: `Bearer ${String(key)}` } }))
    .status;
const A_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown;
const A_KEY = expect.stringMatching(/^gwk_[A-Za-z0-9_-]{43}$/) as unknown;

describe("gateway keys", () => {
  it(
    "--help for the whole and for each: exit 0",
    async () => {
      for (const words of [[], ["list"], ["add"], ["remove"]]) {
        const { code, stdout } = await keys(...words, "--help");
        expect([code, stdout]).toEqual([0, expect.stringContaining(`Usage: gateway keys`)]);
      }
    },
    A_FEW_PROCESSES_MS,
  );

  it.each([
    [[]],
    [["fly"]],
    [["add", "anna"]],
    [["add", "--role", "read"]],
    [["add", "anna", "--role", "root"]],
    [["add", "Anna", "--role", "read"]],
    [["list", "anna"]],
    [["remove"]],
    [["remove", "anna", "omar"]],
  ])(
    "keys %j is wrong use: exit 2",
    async (words) => {
      const { code, stdout, stderr } = await keys(...words);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).not.toBe("");
    },
    A_FEW_PROCESSES_MS,
  );
});

describe("gateway keys, while no gateway runs", () => {
  it(
    "works on the file, and a gateway that starts knows what was done, and who did it",
    async () => {
      const anna = await answer("add", "anna", "--role", "admin");
      expect(anna).toEqual({ name: "anna", role: "admin", created_at: A_TIME, key: A_KEY });
      const grafana = await answer("add", "grafana", "--role", "read");
      const omar = await answer("add", "omar", "--role", "admin");
      expect(await answer("remove", "omar")).toEqual({ status: "deleted", name: "omar" });
      expect(await answer("list")).toEqual({
        items: [
          { name: "first", role: "admin", created_at: null },
          { name: "anna", role: "admin", created_at: anna["created_at"] },
          { name: "grafana", role: "read", created_at: grafana["created_at"] },
        ],
      });
      expect((await stat(keysFile())).mode & 0o777).toBe(0o600);

      const gateway = await house.start();
      const statuses = [anna, grafana, omar].map(({ key }) => statusWith(gateway, key));
      expect(await Promise.all(statuses)).toEqual([200, 200, 401]);
      expect((await gateway.askAsAdmin("/api/gateway/audit")).body).toMatchObject({
        items: [
          { actor: "command line", action: "key.removed", subject: "key omar" },
          { actor: "command line", action: "key.added", subject: "key omar" },
          { actor: "command line", action: "key.added", subject: "key grafana" },
          { actor: "command line", action: "key.added", subject: "key anna" },
        ],
      });
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "says it in plain words, too",
    async () => {
      const added = await keys("add", "grafana", "--role", "read");
      expect(added.stdout).toMatch(/^Added the key grafana, which may only read\.\nKey: gwk_\S{43}\nNobody /);
      const other = await keys("add", "anna", "--role", "admin");
      expect(other.stdout).toMatch(/^Added the key anna, which may do everything\.\n/);
      expect((await keys("list")).stdout).toMatch(
        /^NAME {5}ROLE {3}CREATED\nfirst {4}admin {2}-\nanna {5}admin {2}2\S+Z\ngrafana {2}read {3}2\S+Z\n$/,
      );
      expect((await keys("remove", "grafana")).stdout).toBe("Removed the key grafana.\n");
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "what the API would refuse: exit 1 in its words",
    async () => {
      await answer("add", "anna", "--role", "read");
      for (const [words, message] of [
        [["add", "anna", "--role", "admin"], "There is a key anna already."],
        [["add", "first", "--role", "admin"], "There is a key first already."],
        [["remove", "omar"], "There is no key omar."],
        [["remove", "first"], "The key first can't be removed: change ADMIN_API_KEY"],
      ] as const) {
        expect(await keys(...words)).toMatchObject({
          code: 1,
          stdout: "",
          stderr: expect.stringContaining(message),
        });
      }
      expect(await namesInFile()).toEqual(["anna"]);
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "no data: exit 1 that says so, and nothing is made",
    async () => {
      for (const words of [["list"], ["remove", "anna"]]) {
        const { code, stderr } = await keys(...words);
        expect([code, stderr]).toEqual([1, expect.stringContaining(house.dataDir)]);
      }
      await expect(stat(house.dataDir)).rejects.toMatchObject({ code: "ENOENT" });
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "a damaged file: no command writes over it, and the start ends with 3 and says what to do",
    async () => {
      await answer("add", "anna", "--role", "read");
      await writeFile(keysFile(), "[{");
      const message = expect.stringContaining(`${keysFile()} can't be used: it is no JSON`) as unknown;
      expect(await keys("add", "omar", "--role", "read")).toMatchObject({ code: 1, stderr: message });
      expect(await command(["start"], { PORT: "0" })).toMatchObject({ code: 3, stderr: message });
      expect(await readFile(keysFile(), "utf8")).toBe("[{");
      await rm(keysFile());
      expect(await house.start()).toBeDefined();
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "a backup has no keys, and a restore brings none back",
    async () => {
      const gateway = await house.start();
      await gateway.say("971501234567", "start_realty_2", "ONE");
      const { key } = await answer("add", "anna", "--role", "admin");
      const { stdout } = await command(["backup", "--json"]);
      const { file } = JSON.parse(stdout) as { file: string };
      const backups = join(house.dataDir, "backups");
      const names = await readdir(backups);
      expect(names.length).toBeGreaterThanOrEqual(2);
      const hash = createHash("sha256").update(String(key)).digest("hex");
      for (const name of names) expect(await readFile(join(backups, name), "utf8")).not.toContain(hash);
      await answer("remove", "anna");
      await gateway.stop();
      expect(await command(["restore", file])).toMatchObject({ code: 0 });
      expect(await namesInFile()).toEqual([]);
      expect(await statusWith(await house.start(), key)).toBe(401);
    },
    A_FEW_PROCESSES_MS,
  );
});

describe("gateway keys, while a gateway runs", () => {
  it(
    "goes through the gateway, which knows at once and never logs a key",
    async () => {
      const gateway = await house.start();
      const anna = await answer("add", "anna", "--role", "admin");
      const grafana = await answer("add", "grafana", "--role", "read");
      expect(anna).toEqual({ name: "anna", role: "admin", created_at: A_TIME, key: A_KEY });
      expect(await statusWith(gateway, grafana["key"])).toBe(200);
      expect(await statusWith(gateway, grafana["key"], "DELETE", "/keys/anna")).toBe(403);
      expect((await answer("list"))["items"]).toMatchObject([
        { name: "first" },
        { name: "anna" },
        { name: "grafana" },
      ]);
      expect(await keys("add", "anna", "--role", "read")).toMatchObject({
        code: 1,
        stderr: "There is a key anna already.\n",
      });
      expect(await keys("remove", "first")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("The key first can't be removed"),
      });
      expect(await answer("remove", "grafana")).toEqual({ status: "deleted", name: "grafana" });
      expect(await statusWith(gateway, grafana["key"])).toBe(401);

      await gateway.kill();
      const again = await house.start();
      expect(await statusWith(again, anna["key"])).toBe(200);
      expect(await statusWith(again, grafana["key"])).toBe(401);
      await again.stop();
      const told = JSON.stringify([gateway.lines, again.lines]) + gateway.errors + again.errors;
      expect(told).toContain("key.added");
      for (const { key } of [anna, grafana]) {
        expect(told).not.toContain(String(key).slice(4));
        expect(told).not.toContain(createHash("sha256").update(String(key)).digest("hex"));
      }
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "a command with a key that may only read lists, and is told that it may do no more",
    async () => {
      await house.start();
      const { key } = await answer("add", "grafana", "--role", "read");
      const settings = { ADMIN_API_KEY: String(key) };
      expect(await command(["keys", "list"], settings)).toMatchObject({ code: 0 });
      expect(await command(["tenants", "list"], settings)).toMatchObject({ code: 0 });
      expect(await command(["keys", "add", "anna", "--role", "admin"], settings)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("The key grafana has the role read, which does not open this."),
      });
      expect(await namesInFile()).toEqual(["grafana"]);
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "over a hand edit the gateway has not seen: exit 1, and the edit stays",
    async () => {
      await house.start();
      await answer("add", "anna", "--role", "admin");
      await writeFile(keysFile(), "[]");
      expect(await keys("add", "omar", "--role", "read")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("edited by hand"),
      });
      expect(await namesInFile()).toEqual([]);
      await answer("add", "omar", "--role", "read");
      expect(await namesInFile()).toEqual(["omar"]);
    },
    A_FEW_PROCESSES_MS,
  );
});

import { readFile, stat, writeFile } from "node:fs/promises";
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
const tenants = (...words: string[]) => command(["tenants", ...words]);
/** Runs the command, which must be done, and answers its JSON. */
async function answer(...words: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await tenants(...words, "--json");
  if (code !== 0) throw new Error(`exit ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}
const tenantsFile = () => join(house.dataDir, "tenants.json");
const handlerOf = (id: number) => house.tenants.urlTemplate.replace("{tenant_id}", String(id));
const asTenant = async (gateway: GatewayProcess, token: unknown) =>
  (await gateway.ask("/api/tenant/deep-link", { headers: { Authorization: `Bearer ${String(token)}` } }))
    .status;
const startWithNumber = () => house.start({ TENANT_URL_TEMPLATE: "", GATEWAY_PHONE_NUMBER: "971557357753" });

describe("gateway tenants", () => {
  it(
    "--help for the whole and for each: exit 0",
    async () => {
      for (const words of [[], ["list"], ["add"], ["rotate"], ["remove"]]) {
        const { code, stdout } = await tenants(...words, "--help");
        expect([code, stdout]).toEqual([0, expect.stringContaining(`Usage: gateway tenants`)]);
      }
    },
    A_FEW_PROCESSES_MS,
  );

  it.each([
    [[]],
    [["fly"]],
    [["add"]],
    [["add", "two"]],
    [["add", "0"]],
    [["list", "2"]],
    [["rotate", "2", "--overlap-hours", "soon"]],
    [["remove", "2", "3"]],
  ])(
    "tenants %j is wrong use: exit 2",
    async (words) => {
      const { code, stdout, stderr } = await tenants(...words);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).not.toBe("");
    },
    A_FEW_PROCESSES_MS,
  );
});

describe("gateway tenants, while no gateway runs", () => {
  it(
    "works on the files, and a gateway that starts knows what was done",
    async () => {
      const added = await answer("add", "2", "--name", "Agent 2", "--url", handlerOf(2));
      expect(added).toEqual({
        ...{ id: 2, name: "Agent 2", url: handlerOf(2), active: true, source: "directory" },
        ...{ secret: expect.stringMatching(/^whsec_/), token: expect.stringMatching(/^gwt_/) },
      });
      await answer("add", "3", "--inactive");
      await answer("add", "4");
      expect(await answer("remove", "4")).toEqual({ status: "deleted", tenant_id: 4, unlocked_users: 0 });
      const rotated = await answer("rotate", "2", "--overlap-hours", "1");
      expect(await answer("list")).toEqual({
        items: [
          { id: 2, name: "Agent 2", url: handlerOf(2), active: true, source: "directory" },
          { id: 3, name: null, url: null, active: false, source: "directory" },
        ],
      });
      expect((await stat(tenantsFile())).mode & 0o777).toBe(0o600);

      const gateway = await startWithNumber();
      expect([await asTenant(gateway, added["token"]), await asTenant(gateway, rotated["token"])]).toEqual([
        200, 200,
      ]);
      expect((await gateway.askAsAdmin("/api/gateway/tenants/4")).status).toBe(404);
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "says it in plain words, too",
    async () => {
      const added = await tenants("add", "2", "--name", "Agent 2");
      expect(added.stdout).toMatch(/^Added tenant 2\.\nSecret: whsec_\S+\nToken: {2}gwt_\S+\n/);
      expect((await tenants("list")).stdout).toMatch(
        /^ID {2}ACTIVE {2}NAME {5}URL *\n2 {3}yes {5}Agent 2 {2}- *\n$/,
      );
      const rotated = await tenants("rotate", "2", "--overlap-hours", "0");
      expect(rotated.stdout).toMatch(/^Tenant 2 has a new secret and token; the old ones ended\.\nSecret: /);
      expect((await tenants("remove", "2")).stdout).toBe("Removed tenant 2.\n");
      expect((await tenants("list")).stdout).toBe("There are no tenants in the directory.\n");
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "what the API would refuse: exit 1 in its words",
    async () => {
      await answer("add", "2");
      await answer("add", "3");
      await answer("remove", "3");
      for (const [words, message] of [
        [["add", "2"], "Tenant 2 is there already."],
        [["add", "3"], "Tenant 3 was removed, and its id is never given again."],
        [["rotate", "7"], "There is no tenant 7."],
        [["remove", "7"], "There is no tenant 7."],
        [["rotate", "2", "--overlap-hours", "169"], "overlap_hours must be a whole number from 0 to 168."],
      ] as const) {
        expect(await tenants(...words)).toMatchObject({
          code: 1,
          stdout: "",
          stderr: expect.stringContaining(message),
        });
      }
      const { code, stderr } = await tenants("add", "5", "--url", "nowhere");
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/url must be an http:\/\/ or https:\/\/ URL/),
      ]);
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "removes a tenant with its contacts by force only",
    async () => {
      const gateway = await startWithNumber();
      await answer("add", "2", "--url", handlerOf(2));
      await gateway.say("971501234567", "start_realty_2", "ONE");
      await gateway.stop();
      expect(await tenants("remove", "2")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(
          "Tenant 2 has 1 contact, which only a removal by force (?force=true, or --force on the command line) frees.",
        ),
      });
      expect(await answer("remove", "2", "--force")).toMatchObject({ unlocked_users: 1 });
      expect(JSON.parse(await readFile(join(house.dataDir, "user_tenant_mapping.json"), "utf8"))).toEqual({});
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "no data: exit 1 that says so, and nothing is made",
    async () => {
      for (const words of [["list"], ["rotate", "2"], ["remove", "2"]]) {
        const { code, stderr } = await tenants(...words);
        expect([code, stderr]).toEqual([1, expect.stringContaining(house.dataDir)]);
      }
      await expect(stat(house.dataDir)).rejects.toMatchObject({ code: "ENOENT" });
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "a tenants' file that can't be used: exit 1 that names it, and it stays as it is",
    async () => {
      await answer("add", "2");
      await writeFile(tenantsFile(), "[{");
      expect(await tenants("add", "3")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(tenantsFile()),
      });
      expect(await readFile(tenantsFile(), "utf8")).toBe("[{");
    },
    A_FEW_PROCESSES_MS,
  );
});

describe("gateway tenants, while a gateway runs", () => {
  it(
    "goes through the gateway, which knows at once",
    async () => {
      const gateway = await startWithNumber();
      const added = await answer("add", "2", "--name", "Agent 2", "--url", handlerOf(2));
      expect(await asTenant(gateway, added["token"])).toBe(200);
      expect((await gateway.say("971501234567", "start_realty_2", "ONE")).body).toMatchObject({
        status: "routed",
      });
      while (house.tenants.taken.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(house.tenants.taken).toMatchObject([{ tenantId: 2, text: "start_realty_2" }]);

      const rotated = await answer("rotate", "2", "--overlap-hours", "0");
      expect([await asTenant(gateway, added["token"]), await asTenant(gateway, rotated["token"])]).toEqual([
        401, 200,
      ]);
      expect(await answer("list")).toMatchObject({ items: [{ id: 2, name: "Agent 2" }] });

      expect(await tenants("add", "2")).toMatchObject({ code: 1, stderr: "Tenant 2 is there already.\n" });
      expect(await tenants("remove", "2")).toMatchObject({
        code: 1,
        stderr:
          "Tenant 2 has 1 contact, which only a removal by force (?force=true, or --force on the command line) frees.\n",
      });
      expect(await answer("remove", "2", "--force")).toMatchObject({ unlocked_users: 1 });
      expect(await asTenant(gateway, rotated["token"])).toBe(401);
      expect(await tenants("add", "2")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("never given again"),
      });
      expect((await gateway.say("971501234567", "start_realty_2", "TWO")).body).toMatchObject({
        status: "unknown_tenant",
      });

      await gateway.stop();
      const told = JSON.stringify(gateway.lines) + gateway.errors;
      for (const { secret, token } of [added, rotated]) {
        expect(told).not.toContain(String(secret).slice(6));
        expect(told).not.toContain(String(token).slice(4));
      }
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "lists more tenants than a page has",
    async () => {
      const entries = Array.from({ length: 1_201 }, (_, index) => ({ id: 1_201 - index }));
      const gateway = await house.start();
      await writeFile(tenantsFile(), JSON.stringify(entries));
      while (!gateway.lines.some((line) => line["event"] === "tenants_file.read")) {
        await gateway.askAsAdmin("/api/gateway/tenants");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const { items } = await answer("list");
      expect((items as { id: number }[]).map(({ id }) => id)).toEqual(entries.map(({ id }) => id).reverse());
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "over a hand edit the gateway has not seen: exit 1, and the edit stays",
    async () => {
      await house.start();
      await answer("add", "2");
      const edited = JSON.stringify([{ id: 2, name: "by hand" }]);
      await writeFile(tenantsFile(), edited);
      expect(await tenants("add", "3")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("edited by hand"),
      });
      expect(await readFile(tenantsFile(), "utf8")).toBe(edited);
      expect(await answer("list")).toMatchObject({ items: [{ id: 2, name: "by hand" }] });
      expect(await answer("add", "3")).toMatchObject({ id: 3 });
    },
    A_FEW_PROCESSES_MS,
  );

  it(
    "with an admin key that was set: the command needs it, too",
    async () => {
      await house.start({ ADMIN_API_KEY: "key-of-the-admin" });
      for (const [settings, message] of [
        [{}, "set ADMIN_API_KEY"],
        [{ ADMIN_API_KEY: "another-key" }, "does not take the admin key"],
      ] as const) {
        const { code, stderr } = await command(["tenants", "list"], settings);
        expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
        expect(stderr).not.toMatch(/key-of-the-admin|another-key|\n {4}at /);
      }
      expect(await command(["tenants", "list"], { ADMIN_API_KEY: "key-of-the-admin" })).toMatchObject({
        code: 0,
      });
    },
    A_FEW_PROCESSES_MS,
  );
});

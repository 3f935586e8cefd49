import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { eventually } from "@gateway-router/core/testing";
import { runCommand } from "./support/gateway-process.js";
import { House } from "./support/house.js";

let house: House;

beforeEach(async () => {
  house = await House.enter();
});

afterEach(() => house.leave(), 30_000);

const startToEnd = (settings: Record<string, string>) =>
  runCommand(["start"], { cwd: house.folder, settings: { PORT: "0", DATA_DIR: house.dataDir, ...settings } });

describe("the start", () => {
  it("prints one listening line: the URL, where the data lives, where the admin key is", async () => {
    const gateway = await house.start();
    const lines = gateway.lines.filter((line) => line.message.includes("listening"));
    expect(lines).toHaveLength(1);
    const keyFile = join(house.dataDir, "admin-api-key");
    for (const part of [gateway.url, house.dataDir, keyFile]) expect(lines[0]!.message).toContain(part);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(house.dataDir, "tenant-signing-secret"))).mode & 0o777).toBe(0o600);
    const key = (await readFile(keyFile, "utf8")).trim();
    expect(JSON.stringify(gateway.lines) + gateway.errors).not.toContain(key);
  });

  it("names the variable, and never the key itself, where the key is set", async () => {
    const gateway = await house.start({ ADMIN_API_KEY: "set-by-the-admin" });
    expect(JSON.stringify(gateway.lines)).toContain("ADMIN_API_KEY");
    expect(JSON.stringify(gateway.lines)).not.toContain("set-by-the-admin");
    expect(await readdir(house.dataDir)).not.toContain("admin-api-key");
  });

  it("reads .env of the folder it is started in", async () => {
    await writeFile(join(house.folder, ".env"), "DEEP_LINK_PREFIX=hello_\nPORT=1\n");
    const gateway = await house.start();
    expect((await gateway.say("971501234567", "hello_2", "DOT_ENV")).body).toMatchObject({
      status: "routed",
    });
  });

  it("bad settings: exit 2, every fault listed by name, no secret shown", async () => {
    const { code, stderr, stdout } = await startToEnd({
      PORT: "eighty",
      LOG_LEVEL: "loud",
      STORAGE: "mongodb",
      TENANT_SIGNING_SECRET: "whsec_hush",
      DELIVERY_TIMEOUT_MS: "0",
      HOST: "0.0.0.0",
    });
    expect(code).toBe(2);
    for (const name of [
      ...["PORT", "LOG_LEVEL", "STORAGE", "TENANT_SIGNING_SECRET", "DELIVERY_TIMEOUT_MS", "WAHA_HMAC_KEY"],
    ]) {
      expect(stderr).toMatch(new RegExp(`^  ${name} `, "m"));
    }
    expect(stderr + stdout).not.toContain("hush");
    await expect(readdir(house.dataDir)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("a second instance on the same data: exit 1, says who holds it, and the first goes on", async () => {
    const first = await house.start();
    const { code, stderr } = await startToEnd({});
    expect(code).toBe(1);
    expect(stderr).toContain(house.dataDir);
    expect(stderr).toContain(`process ${first.pid}`);
    expect(stderr).toContain(first.url);
    expect(await first.ask("/readyz")).toMatchObject({ status: 200 });
  });

  it("a crashed holder leaves nothing behind", async () => {
    const first = await house.start();
    await first.kill();
    const second = await house.start();
    expect(await second.ask("/readyz")).toMatchObject({ status: 200, body: { status: "ready" } });
  });

  it("a damaged mapping file: exit 3, named with its fault and the newest good backup; nothing overwritten", async () => {
    const first = await house.start();
    await first.say("971501234567", "start_realty_2", "BEFORE_DAMAGE");
    await first.stop();
    const { stdout: backup } = await runCommand(["backup", "--json"], {
      cwd: house.folder,
      settings: { DATA_DIR: house.dataDir },
    });
    const { file: backupFile } = JSON.parse(backup) as { file: string };
    const mappingFile = join(house.dataDir, "user_tenant_mapping.json");
    await writeFile(mappingFile, '{"971501234567": 2,');
    const { code, stderr } = await startToEnd({});
    expect(code).toBe(3);
    for (const part of [mappingFile, "line 1", backupFile, "npx gateway restore"]) {
      expect(stderr).toContain(part);
    }
    expect(await readFile(mappingFile, "utf8")).toBe('{"971501234567": 2,');
  });

  it("no tenants: one warning that says where to write them", async () => {
    const gateway = await house.start({ TENANT_URL_TEMPLATE: "" });
    const warnings = gateway.lines.filter((line) => line["event"] === "tenants.missing");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.message).toContain(join(house.dataDir, "tenants.json"));
    expect(warnings[0]!.message).toContain("TENANT_URL_TEMPLATE");
  });

  it.each(["a-file", "a-file/below"])(
    "a DATA_DIR that can't be made (%s): exit 1, one line",
    async (path) => {
      await writeFile(join(house.folder, "a-file"), "");
      const dataDir = join(house.folder, path);
      const { code, stderr } = await startToEnd({ DATA_DIR: dataDir });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^DATA_DIR is .+, which can't be used: E(EXIST|NOTDIR): .+\n$/);
      expect(stderr).toContain(dataDir);
    },
  );

  const onLinux = process.platform === "linux" ? it : it.skip;
  onLinux("a DATA_DIR that can't be written, whoever asks: exit 1, one line", async () => {
    const { code, stderr } = await startToEnd({ DATA_DIR: "/proc" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DATA_DIR is \/proc, which can't be used: .+\n$/);
  });

  it("a TENANTS_FILE that is a folder: exit 1, one line", async () => {
    const { code, stderr } = await startToEnd({ TENANTS_FILE: house.folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^TENANTS_FILE is .+, which can't be used: EISDIR: .+\n$/);
  });

  it("a damaged tenants file: exit 3", async () => {
    await mkdir(house.dataDir);
    await writeFile(join(house.dataDir, "tenants.json"), '[{"id": "two"}]');
    const { code, stderr } = await startToEnd({});
    expect(code).toBe(3);
    expect(stderr).toContain("tenants.json");
  });

  it("a damaged admin key file: exit 3, and the data folder is free again", async () => {
    await mkdir(house.dataDir);
    await writeFile(join(house.dataDir, "admin-api-key"), "");
    expect((await startToEnd({})).code).toBe(3);
    expect(await house.start({ ADMIN_API_KEY: "set-by-the-admin" })).toBeDefined();
  });

  it("a port in use: exit 1 that says so, and the data folder is free again", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = other.address() as AddressInfo;
      const { code, stderr } = await startToEnd({ PORT: String(port) });
      expect(code).toBe(1);
      expect(stderr).toContain(`Port ${port}`);
      expect(stderr).not.toContain("    at ");
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
    expect(await house.start()).toBeDefined();
  });
});

describe("the stop", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("%s: exit 0", async (signal) => {
    const gateway = await house.start();
    gateway.signal(signal);
    expect(await gateway.ended()).toBe(0);
    expect(gateway.errors).toBe("");
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "%s during the start: exit 0 without listening first",
    async (signal) => {
      // Put there by hand, so that the start has something to do that takes much longer than to send a signal.
      await mkdir(house.dataDir);
      const lines = Array.from({ length: 100_000 }, (_, index) => `"${971_500_000_000 + index}": 2`);
      await writeFile(join(house.dataDir, "user_tenant_mapping.json"), `{${lines.join(",")}}`);
      const gateway = house.startWithoutWaiting();
      await eventually(() => existsSync(join(house.dataDir, "holder.mdb")));
      gateway.signal(signal);
      expect(await gateway.ended()).toBe(0);
      expect(gateway.errors).toBe("");
      expect(gateway.lines.filter((line) => line["event"] === "gateway.listening")).toEqual([]);

      const again = await house.start();
      expect((await again.askAsAdmin("/api/gateway/stats")).body).toMatchObject({
        gateway_stats: { total_users: 100_000 },
      });
    },
    60_000,
  );

  it("SIGTERM under load: what was answered 200 is kept, all else was refused, exit 0", async () => {
    const gateway = await house.start();
    const outcomes = new Map<string, number | "refused">();
    const send = async (index: number): Promise<void> => {
      const id = `LOAD_${index}`;
      const phone = String(971_500_000_000 + (index % 50));
      const outcome = await gateway.say(phone, "start_realty_2", id).then(
        ({ status }) => status,
        () => "refused" as const,
      );
      outcomes.set(`${phone} ${id}`, outcome);
    };
    let next = 0;
    let stopping = false;
    const sender = async (): Promise<void> => {
      while (!stopping || next < 400) await send(next++);
    };
    const senders = Array.from({ length: 20 }, sender);
    await eventually(() => [...outcomes.values()].filter((outcome) => outcome === 200).length > 200);
    gateway.signal("SIGTERM");
    expect(await gateway.ended()).toBe(0);
    stopping = true;
    await Promise.all(senders);
    expect([...outcomes.values()].every((outcome) => [200, 503, "refused"].includes(outcome))).toBe(true);

    const again = await house.start();
    for (const [key, outcome] of outcomes) {
      if (outcome !== 200) continue;
      const [phone, id] = key.split(" ") as [string, string];
      expect((await again.say(phone, "start_realty_2", id)).body).toMatchObject({
        status: "duplicate",
        tenant_id: 2,
      });
    }
  }, 60_000);

  it("does not wait for a tenant's handler for ever, and delivers after the next start", async () => {
    house.tenants.isDown = true;
    const gateway = await house.start();
    await gateway.say("971501234567", "start_realty_2", "HELD_BACK");
    await eventually(() => house.tenants.refusedConnections > 0);
    expect(await gateway.stop()).toBe(0);
    house.tenants.isDown = false;
    await house.start();
    await eventually(() => house.tenants.taken.length === 1, 30_000);
    expect(house.tenants.textsOf("971501234567")).toEqual(["start_realty_2"]);
  }, 60_000);
});

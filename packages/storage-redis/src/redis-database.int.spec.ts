import { inspect } from "node:util";
import { StorageUnavailableError, systemClock } from "@gateway-router/core";
import { silentLogger } from "@gateway-router/core/testing";
import { durabilityFindings } from "./durability.js";
import { RedisDatabase } from "./redis-database.js";
import { describeOnRedis } from "./testing/redis-spec.js";

const open = (url: string, prefix = "opening:") =>
  RedisDatabase.open({ url, prefix, clock: systemClock, logger: silentLogger });

await describeOnRedis("RedisDatabase", (server, openKeys) => {
  it("does not open where nobody listens, and says where", async () => {
    const opening = open("redis://me:hush-1@127.0.0.1:1/0");
    await expect(opening).rejects.toBeInstanceOf(StorageUnavailableError);
    await expect(opening).rejects.toThrow(/ECONNREFUSED/);
    await expect(opening).rejects.not.toThrow(/hush-1/);
  });

  it("does not open with a wrong password, or an address that is none, and never tells the password", async () => {
    const { host } = new URL(server.url);
    await expect(open(`redis://me:hush-2@${host}`)).rejects.toThrow(/WRONGPASS/);
    for (const url of [`http://me:hush-2@${host}`, "hush-2", `redis://me:hush-2@:99999`]) {
      const told = await open(url).then(
        () => "opened",
        (error: unknown) => inspect(error, { depth: 9 }),
      );
      expect(told).toMatch(/Redis/);
      expect(told).not.toContain("hush-2");
    }
  });

  it("opens with a user's name and password", async () => {
    const keys = await openKeys();
    await keys.call("ACL", "SETUSER", "gateway", "on", ">hush-3", "~*", "&*", "+@all");
    const database = await open(`redis://gateway:hush-3@${new URL(server.url).host}`);
    expect((await database.version()).major).toBeGreaterThanOrEqual(7);
    await database.close();
    await expect(database.call(["PING"])).rejects.toBeInstanceOf(StorageUnavailableError);
    await keys.close();
  });

  it("leaves the keys of a newer gateway alone", async () => {
    const keys = await openKeys();
    await keys.call("SET", "newer:layout", "99");
    await expect(open(server.url, "newer:")).rejects.toThrow(/newer gateway \(layout 99/);
    await keys.close();
  });

  it("a script with a fault of its own is no outage", async () => {
    const keys = await openKeys();
    const database = await keys.open();
    const faulty = { name: "faulty", kind: "writes", uses: [], text: "return no_such_thing()" } as const;
    const failed = await database.run(faulty).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    expect(failed).not.toBeInstanceOf(StorageUnavailableError);
    await keys.close();
  });

  it("runs a script that the engine has forgotten", async () => {
    const keys = await openKeys();
    const database = await keys.open();
    const script = { name: "one", kind: "reads", uses: [], text: "return 1" } as const;
    expect(await database.run(script)).toBe(1);
    await keys.call("SCRIPT", "FLUSH");
    expect(await database.run(script)).toBe(1);
    await keys.close();
  });

  it("finds nothing wrong with an engine that brings all to the disk, but that it has no memory limit", async () => {
    const keys = await openKeys();
    const database = await keys.open();
    expect((await durabilityFindings(database)).map(({ code }) => code)).toEqual(["no_memory_limit"]);
    await keys.call("CONFIG", "SET", "maxmemory", "1gb");
    expect(await durabilityFindings(database)).toEqual([]);
    await keys.call("CONFIG", "SET", "maxmemory", "0");
    await keys.close();
  });

  it("names each setting that can lose what was acknowledged", async () => {
    const keys = await openKeys();
    const database = await keys.open();
    const found = async (name: string, value: string, usual: string) => {
      await keys.call("CONFIG", "SET", name, value);
      try {
        return (await durabilityFindings(database)).filter(({ severity }) => severity === "loses");
      } finally {
        await keys.call("CONFIG", "SET", name, usual);
      }
    };
    expect(await found("appendfsync", "everysec", "always")).toMatchObject([
      { code: "fsync_every_second", setting: "appendfsync always", value: "everysec" },
    ]);
    expect(await found("appendfsync", "no", "always")).toMatchObject([{ code: "no_fsync" }]);
    expect(await found("no-appendfsync-on-rewrite", "yes", "no")).toMatchObject([
      { code: "no_fsync_on_rewrite" },
    ]);
    expect(await found("maxmemory-policy", "allkeys-lru", "noeviction")).toMatchObject([
      { code: "evicts", value: "allkeys-lru" },
    ]);
    expect(await found("appendonly", "no", "yes")).toMatchObject([
      { code: "no_append_only_file", setting: "appendonly yes" },
    ]);
    await keys.close();
  });

  it("says so where the settings may not be read", async () => {
    const keys = await openKeys();
    await keys.call("ACL", "SETUSER", "plain", "on", ">hush-4", "~*", "&*", "+@all", "-config");
    const database = await open(`redis://plain:hush-4@${new URL(server.url).host}`);
    expect(await durabilityFindings(database)).toMatchObject([{ code: "unknown_settings" }]);
    await database.close();
    await keys.close();
  });
});

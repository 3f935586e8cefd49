import { startRedis } from "@gateway-router/storage-redis/testing";
import { gatewayOnSharedEngine, SECRETS } from "./support/gateway-on-shared-engine.js";
import { House } from "./support/house.js";

const server = await startRedis();
const describeOnRedis = server === undefined ? describe.skip : describe;
let databases = 0;

describeOnRedis("the gateway on Redis", () => {
  const engine = server!;
  gatewayOnSharedEngine({
    ...{ storage: "redis", urlSetting: "REDIS_URL" },
    // A Redis has sixteen databases, each with keys of its own.
    newDatabase: () => `${engine.url}/${(databases += 1)}`,
    crash: () => engine.kill(),
    start: () => engine.start(),
    remove: () => engine.remove(),
    away: { url: "redis://gateway:hush-hush@127.0.0.1:9/0", said: /Redis is not available: .*ECONNREFUSED/ },
    left: [
      [["backup"], "redis-cli"],
      [["restore", "file.json"], "dump.rdb"],
    ],
  });

  let leave: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const each of leave.reverse()) await each();
    leave = [];
  }, 60_000);

  it("says at its start and to the admin by which settings the engine can lose messages", async () => {
    const risky = await startRedis(["--appendfsync", "everysec", "--maxmemory-policy", "allkeys-lru"]);
    leave.push(() => risky!.remove());
    const house = await House.enter();
    leave.push(() => house.leave());
    const gateway = await house.start({ STORAGE: "redis", REDIS_URL: risky!.url, ...SECRETS });
    const said = gateway.lines
      .filter(({ event }) => event === "storage.unsafe")
      .map(({ message }) => message);
    expect(said).toEqual([
      expect.stringContaining("appendfsync always"),
      expect.stringContaining("noeviction"),
    ]);
    const { status, body } = await gateway.askAsAdmin("/readyz");
    expect(status).toBe(200);
    expect(body["details"]).toMatchObject({
      storage_risks: [expect.stringContaining("appendfsync always"), expect.stringContaining("noeviction")],
    });
    expect((await gateway.ask("/readyz")).body).toEqual({ status: "ready" });
  }, 60_000);
});

import { systemClock, type Clock } from "@gateway-router/core";
import { ManualClock, silentLogger } from "@gateway-router/core/testing";
import { RedisDatabase, type RedisDatabaseOptions, type Reply } from "../redis-database.js";
import { startRedis, type RedisServer } from "./redis-server.js";

/** Keys of a test's own, with the engine's clock in the test's hands. */
export interface SpecKeys {
  readonly prefix: string;
  readonly url: string;
  readonly clockLua: string;
  /** As one more instance of the gateway would open them. Closed with the keys. */
  open(options?: { readonly clock?: Clock; readonly answerTimeoutMs?: number }): Promise<RedisDatabase>;
  /** A command beside all instances. */
  readonly call: (...command: readonly string[]) => Promise<Reply>;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What scripts of specs take for the time. */
const SPEC_CLOCK = `local function now_ms() return tonumber(redis.call('GET', KEYS[1] .. 'spec-clock')) end`;

/** Runs the specs on a server of their own, or leaves them out where there can be none. */
export async function describeOnRedis(
  name: string,
  specs: (server: RedisServer, openKeys: () => Promise<SpecKeys>) => void,
): Promise<void> {
  const server = await startRedis();
  if (server === undefined) {
    describe.skip(name, () => it.skip("needs Redis", () => undefined));
    return;
  }
  let made = 0;
  describe(name, () => {
    afterAll(() => server.remove());
    specs(server, () => openKeys(server.url, `spec-${(made += 1)}:`));
  });
}

async function openKeys(url: string, prefix: string): Promise<SpecKeys> {
  const opened: RedisDatabase[] = [];
  const clock = new ManualClock();
  const open: SpecKeys["open"] = async (options = {}) => {
    // Its timers are those of the bell, which are to go on whatever the engine's clock says.
    const settings: RedisDatabaseOptions = {
      ...{ url, prefix, clock: systemClock, logger: silentLogger, clockLua: SPEC_CLOCK },
      ...options,
    };
    const database = await RedisDatabase.open(settings);
    opened.push(database);
    return database;
  };
  const control = await open();
  const setClock = () => control.call(["SET", `${prefix}spec-clock`, String(clock.nowMs())]);
  await setClock();
  return {
    ...{ prefix, url, open, clockLua: SPEC_CLOCK },
    call: (...command) => control.call(command),
    nowMs: () => clock.nowMs(),
    async advance(byMs) {
      clock.advance(byMs);
      await setClock();
    },
    async close() {
      for (const database of opened) await database.close();
    },
  };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consoleSessionStoreContract, ManualClock } from "@gateway-router/core/testing";
import { LmdbConsoleSessions } from "./lmdb-console-sessions.js";
import { LmdbEnvironment } from "./lmdb-environment.js";

describe("LmdbConsoleSessions", () => {
  consoleSessionStoreContract({
    test: it,
    async open() {
      const folder = await mkdtemp(join(tmpdir(), "gateway-sessions-"));
      const clock = new ManualClock();
      const environment = LmdbEnvironment.open({ path: join(folder, "gateway.mdb") });
      return {
        sessions: new LmdbConsoleSessions({ environment, clock }),
        nowMs: () => clock.nowMs(),
        advance: (byMs) => clock.advance(byMs),
        async close() {
          await environment.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  });
});

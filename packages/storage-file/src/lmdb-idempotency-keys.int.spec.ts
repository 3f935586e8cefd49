import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { idempotencyKeysContract, ManualClock } from "@gateway-router/core/testing";
import { LmdbEnvironment } from "./lmdb-environment.js";
import { LmdbIdempotencyKeys } from "./lmdb-idempotency-keys.js";

describe("LmdbIdempotencyKeys", () => {
  idempotencyKeysContract({
    test: it,
    async open() {
      const folder = await mkdtemp(join(tmpdir(), "gateway-keys-"));
      const clock = new ManualClock();
      const environment = LmdbEnvironment.open({ path: join(folder, "gateway.mdb") });
      return {
        keys: new LmdbIdempotencyKeys({ environment, clock }),
        advance: (byMs) => clock.advance(byMs),
        async close() {
          await environment.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  });
});

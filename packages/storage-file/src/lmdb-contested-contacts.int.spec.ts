import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contestedContactsContract, ManualClock } from "@gateway-router/core/testing";
import { LmdbContestedContacts } from "./lmdb-contested-contacts.js";
import { LmdbEnvironment } from "./lmdb-environment.js";

describe("LmdbContestedContacts", () => {
  contestedContactsContract({
    test: it,
    async open() {
      const folder = await mkdtemp(join(tmpdir(), "gateway-contested-"));
      const clock = new ManualClock();
      const environment = LmdbEnvironment.open({ path: join(folder, "records.mdb") });
      return {
        contested: new LmdbContestedContacts({ environment, clock }),
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

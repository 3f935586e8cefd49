import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, unmappedMarksContract } from "@gateway-router/core/testing";
import { LmdbEnvironment } from "./lmdb-environment.js";
import { LmdbUnmappedMarks } from "./lmdb-unmapped-marks.js";

describe("LmdbUnmappedMarks", () => {
  unmappedMarksContract({
    test: it,
    async open() {
      const folder = await mkdtemp(join(tmpdir(), "gateway-marks-"));
      const clock = new ManualClock();
      const environment = LmdbEnvironment.open({ path: join(folder, "gateway.mdb") });
      return {
        marks: new LmdbUnmappedMarks({ environment, clock }),
        advance: (byMs) => clock.advance(byMs),
        async close() {
          await environment.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  });
});

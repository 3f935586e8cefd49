import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditLogContract, ManualClock } from "@gateway-router/core/testing";
import { LmdbAuditLog } from "./lmdb-audit-log.js";
import { LmdbEnvironment } from "./lmdb-environment.js";

async function openLog() {
  const folder = await mkdtemp(join(tmpdir(), "gateway-audit-"));
  const clock = new ManualClock();
  const environment = LmdbEnvironment.open({ path: join(folder, "gateway.mdb") });
  return {
    audit: new LmdbAuditLog({ environment, clock }),
    nowMs: () => clock.nowMs(),
    advance: (byMs: number) => clock.advance(byMs),
    close: async () => {
      await environment.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe("LmdbAuditLog", () => {
  auditLogContract({ test: it, open: openLog });

  it("looks at a bounded part of the log for a page, and finds the one entry among many", async () => {
    const { audit, nowMs, close } = await openLog();
    try {
      const entry = { atMs: nowMs(), action: "contact.unlocked", subject: "971501234567", details: {} };
      await audit.append({ ...entry, actor: "first" });
      const others = Array.from({ length: 2_500 }, () => ({ ...entry, actor: "gateway" }));
      await Promise.all(others.map((other) => audit.append(other)));
      for (const filter of [{ actor: "first" }, { actor: "first", action: "contact.unlocked" }]) {
        const pages: number[] = [];
        let cursor: string | undefined;
        do {
          const page = await audit.list({
            limit: 10,
            ...filter,
            ...(cursor === undefined ? {} : { cursor }),
          });
          pages.push(page.items.length);
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(pages).toEqual([0, 0, 1]);
      }
    } finally {
      await close();
    }
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aMapping, aTenantId, ManualClock, replyJournalContract } from "@gateway-router/core/testing";
import { LmdbEnvironment } from "./lmdb-environment.js";
import { LmdbReplyJournal } from "./lmdb-reply-journal.js";

async function openJournal() {
  const folder = await mkdtemp(join(tmpdir(), "gateway-journal-"));
  const clock = new ManualClock();
  const path = join(folder, "gateway.mdb");
  let environment = LmdbEnvironment.open({ path });
  return {
    journal: new LmdbReplyJournal({ environment, clock }),
    databaseSize: (name: string) => environment.database(name).count(),
    nowMs: () => clock.nowMs(),
    advance: (byMs: number) => clock.advance(byMs),
    async reopen() {
      await environment.close();
      environment = LmdbEnvironment.open({ path });
      return new LmdbReplyJournal({ environment, clock });
    },
    close: async () => {
      await environment.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe("LmdbReplyJournal", () => {
  replyJournalContract({ test: it, open: openJournal });

  it("looks at a bounded part of the journal for a page, and finds the one reply among many", async () => {
    const { journal, advance, close } = await openJournal();
    try {
      const wanted = { ...aMapping({ tenantId: aTenantId(55) }), id: "m_wanted" };
      await journal.open(wanted);
      advance(1);
      const others = Array.from({ length: 2_500 }, (_, index) => ({ ...aMapping(), id: `m_${index}` }));
      await Promise.all(others.map((reply) => journal.open(reply)));
      const pages: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await journal.list({
          ...{ limit: 10, tenantId: aTenantId(55) },
          ...(cursor === undefined ? {} : { cursor }),
        });
        pages.push(page.items.length);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(pages).toEqual([0, 0, 1]);
    } finally {
      await close();
    }
  });

  it("prunes more than a batch, and leaves nothing behind that led to a record", async () => {
    const house = await openJournal();
    const { journal, advance } = house;
    try {
      const replies = Array.from({ length: 1_200 }, (_, index) => ({ ...aMapping(), id: `m_${index}` }));
      await Promise.all(replies.map((reply) => journal.beginAttempt(reply, { fingerprint: reply.id })));
      await Promise.all(replies.slice(0, 600).map(({ id }) => journal.markSent(id, `3EB0${id}`)));
      advance(1_001);
      expect(await journal.prune(1_000)).toBe(1_200);
      for (const name of ["", ".messages", ".open-attempts", ".ages"]) {
        expect([name, house.databaseSize(`reply-journal${name}`)]).toEqual([name, 0]);
      }
    } finally {
      await house.close();
    }
  });
});

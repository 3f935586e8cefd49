import assert from "node:assert/strict";
import { BadCursorError } from "../domain/errors.js";
import type { AuditFilter } from "../domain/audit-place.js";
import type { AuditEntry, AuditLog } from "../ports/audit-log.js";
import { assertSameRecord, withOpened, type DeclareTest } from "./contract.js";

export interface AuditLogHarness {
  readonly audit: AuditLog;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

/** What every AuditLog keeps. */
export function auditLogContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<AuditLogHarness>;
}): void {
  const check = (name: string, run: (harness: AuditLogHarness) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, run));

  const anEntry = (atMs: number, overrides: Partial<AuditEntry> = {}): AuditEntry => ({
    ...{ atMs, actor: "gateway", action: "contact.merged", subject: "971501234567", details: {} },
    ...overrides,
  });

  const walk = async (audit: AuditLog, limit: number, filter: AuditFilter = {}): Promise<AuditEntry[]> => {
    const seen: AuditEntry[] = [];
    let cursor: string | undefined;
    do {
      const page = await audit.list({ limit, ...filter, ...(cursor === undefined ? {} : { cursor }) });
      assert.ok(page.items.length <= limit);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return seen;
  };

  check("an empty log has nothing", async ({ audit }) => {
    assert.deepEqual(await audit.list({ limit: 10 }), { items: [], nextCursor: undefined });
    assert.equal(await audit.prune(0), 0);
  });

  check("keeps entries whole, the newest first", async ({ audit, nowMs, advance }) => {
    const first = anEntry(nowMs(), { details: { alias: "881@lid", kept: { tenant_id: 2 } } });
    await audit.append(first);
    await advance(1_000);
    const second = anEntry(nowMs(), { actor: "admin", action: "reply.dropped", subject: "2" });
    await audit.append(second);
    assertSameRecord((await audit.list({ limit: 10 })).items, [second, first]);
  });

  check("pages through all, each once, whatever comes meanwhile", async ({ audit, nowMs }) => {
    const entries = Array.from({ length: 7 }, (_, index) => anEntry(nowMs(), { subject: String(index) }));
    for (const entry of entries) await audit.append(entry);
    const first = await audit.list({ limit: 3 });
    await audit.append(anEntry(nowMs(), { subject: "late" }));
    const rest = await audit.list({ limit: 10, cursor: first.nextCursor! });
    assertSameRecord([...first.items, ...rest.items], entries.toReversed());
    assert.equal(rest.nextCursor, undefined);
    for (const limit of [1, 2, 4, 8]) assert.equal((await walk(audit, limit)).length, 8);
  });

  check("lists one action's entries alone", async ({ audit, nowMs }) => {
    for (let index = 0; index < 9; index += 1) {
      const action = index % 3 === 0 ? "reply.dropped" : "contact.merged";
      await audit.append(anEntry(nowMs(), { action, subject: String(index) }));
    }
    const dropped = await walk(audit, 2, { action: "reply.dropped" });
    assert.deepEqual(
      dropped.map(({ subject }) => subject),
      ["6", "3", "0"],
    );
    assert.deepEqual(await walk(audit, 2, { action: "tenant.removed" }), []);
    assert.deepEqual(await walk(audit, 2, { action: "contact" }), []);
  });

  check("lists one actor's entries, those about one subject, and both with an action", async (harness) => {
    const { audit, nowMs } = harness;
    const actors = ["gateway", "first", "first", "second", "first", "gateway"];
    const subjects = ["971501234567", "tenant 2", "971501234567", "88@lid", "88@lid", "tenant 22"];
    for (const [index, actor] of actors.entries()) {
      const action = index % 2 === 0 ? "contact.unlocked" : "reply.dropped";
      await audit.append(
        anEntry(nowMs(), { ...{ actor, action }, subject: subjects[index]!, details: { index } }),
      );
    }
    for (const [filter, expected] of [
      [{ actor: "first" }, [4, 2, 1]],
      [{ actor: "fir" }, []],
      [{ subjects: ["tenant 2"] }, [1]],
      [{ subjects: ["971501234567", "88@lid"] }, [4, 3, 2, 0]],
      [{ actor: "first", subjects: ["971501234567", "88@lid"] }, [4, 2]],
      [{ actor: "first", action: "reply.dropped" }, [1]],
      [{ actor: "gateway", action: "contact.unlocked", subjects: ["971501234567"] }, [0]],
    ] as const) {
      for (const limit of [1, 2, 9]) {
        const listed = await walk(audit, limit, filter);
        assert.deepEqual([filter, listed.map(({ details }) => details["index"])], [filter, expected]);
      }
    }
  });

  check("a list goes on where its contact's other name was learnt meanwhile", async ({ audit, nowMs }) => {
    for (let index = 0; index < 3; index += 1) await audit.append(anEntry(nowMs(), { subject: "88@lid" }));
    const { nextCursor } = await audit.list({ limit: 2, subjects: ["88@lid"] });
    const names = ["971501234567", "88@lid"];
    const rest = await audit.list({ limit: 2, subjects: names, cursor: nextCursor! });
    assert.equal(rest.items.length, 1);
  });

  check("refuses cursors it did not hand out, or handed out for another list", async ({ audit, nowMs }) => {
    for (let index = 0; index < 4; index += 1) await audit.append(anEntry(nowMs()));
    const { nextCursor } = await audit.list({ limit: 2, action: "contact.merged" });
    for (const request of [
      { limit: 2, cursor: nextCursor! },
      { limit: 2, cursor: nextCursor!, action: "reply.dropped" },
      { limit: 2, cursor: nextCursor!, action: "contact.merged", actor: "gateway" },
      { limit: 2, cursor: nextCursor!, action: "contact.merged", subjects: ["971501234567"] },
      { limit: 2, cursor: nextCursor!, actor: "contact.merged" },
      { limit: 2, cursor: `${nextCursor!}.`, action: "contact.merged" },
      { limit: 2, cursor: "1" },
      { limit: 2, cursor: "no cursor", action: "contact.merged" },
    ]) {
      await assert.rejects(audit.list(request), BadCursorError);
    }
  });

  check("removes what is too old, and that only", async ({ audit, nowMs, advance }) => {
    await audit.append(anEntry(nowMs(), { subject: "old" }));
    await audit.append(anEntry(nowMs(), { subject: "old", action: "reply.dropped" }));
    await advance(60_000);
    const young = anEntry(nowMs(), { subject: "young" });
    await audit.append(young);
    assert.equal(await audit.prune(60_000), 0);
    await advance(1_000);
    assert.equal(await audit.prune(60_000), 2);
    assertSameRecord((await audit.list({ limit: 10 })).items, [young]);
    assert.deepEqual(await walk(audit, 10, { action: "reply.dropped" }), []);
  });

  check("a hundred at once are a hundred entries", async ({ audit, nowMs }) => {
    const subjects = Array.from({ length: 100 }, (_, index) => String(index));
    await Promise.all(subjects.map((subject) => audit.append(anEntry(nowMs(), { subject }))));
    assert.deepEqual(new Set((await walk(audit, 30)).map(({ subject }) => subject)), new Set(subjects));
  });
}

import assert from "node:assert/strict";
import type { ConsoleSession, ConsoleSessionStore } from "../ports/console-session-store.js";
import { assertSameRecord, withOpened, type DeclareTest } from "./contract.js";

export interface ConsoleSessionStoreHarness {
  readonly sessions: ConsoleSessionStore;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** What every ConsoleSessionStore keeps. */
export function consoleSessionStoreContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<ConsoleSessionStoreHarness>;
}): void {
  const check = (name: string, run: (harness: ConsoleSessionStoreHarness) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, run));
  const sessionUntil = (expiresAtMs: number): ConsoleSession => ({
    ...{ name: "anna", role: "admin", keyMark: "mark", csrfToken: "csrf", expiresAtMs },
  });

  check("a session is found by its own hash until it is ended", async ({ sessions, nowMs }) => {
    const session = sessionUntil(nowMs() + HOUR_MS);
    assert.equal(await sessions.find("one"), undefined);
    await sessions.begin({ tokenHash: "one", session, most: 10 });
    assertSameRecord(await sessions.find("one"), session);
    assert.equal(await sessions.find("other"), undefined);
    assert.equal(await sessions.end("one"), true);
    assert.equal(await sessions.find("one"), undefined);
    assert.equal(await sessions.end("one"), false);
  });

  check("a session that is over is found no more, and takes no place", async (harness) => {
    const { sessions, nowMs, advance } = harness;
    await sessions.begin({ tokenHash: "short", session: sessionUntil(nowMs() + HOUR_MS), most: 2 });
    await sessions.begin({ tokenHash: "long", session: sessionUntil(nowMs() + 3 * HOUR_MS), most: 2 });
    await advance(HOUR_MS - 1_000);
    assert.notEqual(await sessions.find("short"), undefined);
    await advance(2_000);
    assert.equal(await sessions.find("short"), undefined);
    assert.equal(await sessions.end("short"), false);
    await sessions.begin({ tokenHash: "new", session: sessionUntil(nowMs() + HOUR_MS), most: 2 });
    assert.notEqual(await sessions.find("long"), undefined);
  });

  check("past the most there may be, those that end soonest make room", async ({ sessions, nowMs }) => {
    for (const hours of [3, 1, 2, 4]) {
      const session = sessionUntil(nowMs() + hours * HOUR_MS);
      await sessions.begin({ tokenHash: `of ${hours} h`, session, most: 3 });
    }
    assert.equal(await sessions.find("of 1 h"), undefined);
    for (const hours of [2, 3, 4]) assert.notEqual(await sessions.find(`of ${hours} h`), undefined);
  });
}

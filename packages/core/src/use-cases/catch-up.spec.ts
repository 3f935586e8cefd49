import type { InboundMessage } from "../domain/inbound-message.js";
import type { HistoryEntry, MessageHistory } from "../ports/message-history.js";
import type { OwnMessage } from "../ports/message-source.js";
import type { StateStore } from "../ports/state-store.js";
import { aContact, aMessage, aTenantId } from "../testing/builders.js";
import { eventually } from "../testing/eventually.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { CATCH_UP_AT_MOST_MS, CATCH_UP_OVERLAP_MS, CatchUp } from "./catch-up.js";

const HOUR_MS = 3_600_000;

class KeptState implements StateStore {
  readonly values = new Map<string, string>();
  async read(name: string) {
    return this.values.get(name);
  }
  async write(name: string, value: string) {
    this.values.set(name, value);
  }
}

class ScriptedHistory implements MessageHistory {
  readonly asked: number[] = [];
  entries: HistoryEntry[] = [];
  fault: Error | undefined;

  async *since(sinceMs: number, signal: AbortSignal) {
    this.asked.push(sinceMs);
    if (this.fault !== undefined) throw this.fault;
    for (const entry of this.entries) {
      signal.throwIfAborted();
      yield entry;
    }
  }
}

function house(state = new KeptState(), clock = new ManualClock()) {
  const history = new ScriptedHistory();
  const logger = new RecordingLogger();
  const routed: InboundMessage[] = [];
  const own: OwnMessage[] = [];
  const catchUp = new CatchUp({
    ...{ history, state, clock, logger },
    route: async (message) => {
      routed.push(message);
      return { kind: "routed", tenantId: aTenantId(), contact: message.contact, isNewSession: false };
    },
    onOwnMessage: async (message) => void own.push(message),
  });
  const inbound = (sentAtMs: number): InboundMessage => aMessage({ sentAtMs });
  return { catchUp, history, state, clock, logger, routed, own, inbound };
}

/** A gateway that ran for a day and saw its last message then. */
async function afterADay() {
  const first = house();
  await first.catchUp.start();
  first.catchUp.noteConnection(true);
  await eventually(() => first.history.asked.length === 1);
  await first.catchUp.stop();
  first.clock.advance(30 * HOUR_MS);
  const next = house(first.state, first.clock);
  await next.catchUp.start();
  next.catchUp.noteConnection(true);
  await eventually(() => next.history.asked.length === 1);
  next.catchUp.noteSeen();
  await next.catchUp.stop();
  return house(first.state, first.clock);
}

describe("CatchUp", () => {
  it("reads nothing from before the gateway's first start", async () => {
    const { catchUp, history, clock, routed, inbound } = house();
    const startedAtMs = clock.nowMs();
    history.entries = [
      { kind: "inbound", message: inbound(startedAtMs - 60_000) },
      { kind: "inbound", message: inbound(startedAtMs + 1_000) },
    ];
    await catchUp.start();
    catchUp.noteConnection(true);
    await eventually(() => routed.length === 1);
    expect(history.asked).toEqual([startedAtMs]);
    expect(routed[0]!.sentAtMs).toBe(startedAtMs + 1_000);
    await catchUp.stop();
  });

  it("waits until the connection works, and then reads since the last message seen", async () => {
    const { catchUp, history, clock } = await afterADay();
    const seenAtMs = clock.nowMs();
    clock.advance(3 * HOUR_MS);
    await catchUp.start();
    catchUp.noteConnection(false);
    expect(history.asked).toEqual([]);
    catchUp.noteConnection(true);
    await eventually(() => history.asked.length === 1);
    expect(history.asked).toEqual([seenAtMs - CATCH_UP_OVERLAP_MS]);
    await catchUp.stop();
  });

  it("reads back a day at most", async () => {
    const { catchUp, history, clock } = await afterADay();
    clock.advance(90 * HOUR_MS);
    await catchUp.start();
    catchUp.noteConnection(true);
    await eventually(() => history.asked.length === 1);
    expect(history.asked).toEqual([clock.nowMs() - CATCH_UP_AT_MOST_MS]);
    await catchUp.stop();
  });

  it("reads once for each time the connection comes back, not each time it is told that it works", async () => {
    const { catchUp, history } = house();
    await catchUp.start();
    catchUp.noteConnection(true);
    await eventually(() => history.asked.length === 1);
    catchUp.noteConnection(true);
    catchUp.noteConnection(true);
    catchUp.noteConnection(false);
    catchUp.noteConnection(true);
    await eventually(() => history.asked.length === 2);
    await catchUp.stop();
    expect(history.asked).toHaveLength(2);
  });

  it("hands own messages on, so that no reply goes out twice", async () => {
    const { catchUp, history, own, clock } = house();
    const message: OwnMessage = {
      messageId: "3EB0",
      contact: aContact(),
      sentAtMs: clock.nowMs(),
      byProgram: true,
      text: "Welcome",
      hasMedia: false,
    };
    history.entries = [{ kind: "own", message }];
    await catchUp.start();
    catchUp.noteConnection(true);
    await eventually(() => own.length === 1);
    expect(own).toEqual([message]);
    await catchUp.stop();
  });

  it("a message that comes before what was missed is read does not hide it", async () => {
    const { catchUp, history, clock } = await afterADay();
    const seenAtMs = clock.nowMs();
    clock.advance(3 * HOUR_MS);
    history.fault = new Error("WAHA is starting");
    await catchUp.start();
    catchUp.noteConnection(true);
    await eventually(() => history.asked.length === 1);
    catchUp.noteSeen();
    history.fault = undefined;
    await eventually(() => {
      clock.advance(5_000);
      return history.asked.length > 1;
    });
    expect(history.asked.at(-1)).toBe(seenAtMs - CATCH_UP_OVERLAP_MS);
    await catchUp.stop();
  });

  it("tries again after a fault, ever more seldom, and says so", async () => {
    const { catchUp, history, clock, logger } = house();
    history.fault = new Error("WAHA is starting");
    await catchUp.start();
    catchUp.noteConnection(true);
    await eventually(() => logger.messages("warn").length === 1);
    clock.advance(5_000);
    await eventually(() => logger.messages("warn").length === 2);
    clock.advance(5_000);
    expect(history.asked).toHaveLength(2);
    clock.advance(5_000);
    await eventually(() => history.asked.length === 3);
    await catchUp.stop();
    expect(clock.waiting).toBe(0);
  });

  it("is not hurried by being told that the connection still works, but by one that came back", async () => {
    const { catchUp, history, clock, logger } = house();
    history.fault = new Error("WAHA is starting");
    await catchUp.start();
    catchUp.noteConnection(true);
    await eventually(() => logger.messages("warn").length === 1);
    catchUp.noteConnection(true);
    catchUp.noteConnection(true);
    expect(history.asked).toHaveLength(1);
    catchUp.noteConnection(false);
    catchUp.noteConnection(true);
    await eventually(() => logger.messages("warn").length === 2);
    expect(history.asked).toHaveLength(2);
    catchUp.noteConnection(true);
    history.fault = undefined;
    clock.advance(10_000);
    await eventually(() => history.asked.length === 3);
    await catchUp.stop();
    expect(clock.waiting).toBe(0);
  });

  it("runs again at once where the connection came back during a run that failed", async () => {
    const { catchUp, history, logger } = house();
    await catchUp.start();
    history.fault = new Error("WAHA is going down");
    catchUp.noteConnection(true);
    catchUp.noteConnection(false);
    catchUp.noteConnection(true);
    await eventually(() => logger.messages("warn").length === 2);
    expect(history.asked).toHaveLength(2);
    await catchUp.stop();
  });

  it("a stop in the middle leaves what was missed for the next start", async () => {
    const { catchUp, history, state, clock, routed, inbound } = await afterADay();
    const seenAtMs = clock.nowMs();
    clock.advance(HOUR_MS);
    history.entries = Array.from({ length: 3 }, () => ({
      kind: "inbound" as const,
      message: inbound(clock.nowMs()),
    }));
    await catchUp.start();
    catchUp.noteConnection(true);
    const stopped = catchUp.stop();
    await stopped;
    expect(routed.length).toBeLessThan(3);
    const next = house(state, clock);
    await next.catchUp.start();
    next.catchUp.noteConnection(true);
    await eventually(() => next.history.asked.length === 1);
    expect(next.history.asked).toEqual([seenAtMs - CATCH_UP_OVERLAP_MS]);
    await next.catchUp.stop();
  });

  it("keeps what was seen soon, and at the stop", async () => {
    const { catchUp, history, state, clock } = house();
    await catchUp.start();
    catchUp.noteConnection(true);
    await eventually(() => history.asked.length === 1 && state.values.has("seen-up-to-ms"));
    clock.advance(HOUR_MS);
    catchUp.noteSeen();
    const seenAtMs = clock.nowMs();
    expect(state.values.get("seen-up-to-ms")).not.toBe(String(seenAtMs));
    clock.advance(10_000);
    await eventually(() => state.values.get("seen-up-to-ms") === String(seenAtMs));
    clock.advance(1_000);
    catchUp.noteSeen();
    await catchUp.stop();
    expect(state.values.get("seen-up-to-ms")).toBe(String(seenAtMs + 11_000));
  });
});

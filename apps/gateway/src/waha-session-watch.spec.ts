import { GatewayError, type PhoneNumber, type StateStore } from "@gateway-router/core";
import { eventually, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import { SharedNumber } from "./shared-number.js";
import { WahaSessionWatch, type SessionInspection } from "./waha-session-watch.js";

const WORKING: SessionInspection = {
  status: "WORKING",
  me: "971557357753@c.us",
  webhook: "in_place",
  differences: [],
};
const SCAN: SessionInspection = { status: "SCAN_QR_CODE", webhook: "in_place", differences: [] };
const FORGOTTEN: SessionInspection = {
  status: "STOPPED",
  webhook: "missing",
  differences: ["no webhook to this gateway"],
};
const GONE = new GatewayError("waha_unreachable", "WAHA can't be reached", { retryable: true });

type Answer = SessionInspection | Error;

function keptState(): StateStore & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    read: async (name) => values.get(name),
    write: async (name, value) => void values.set(name, value),
  };
}

async function watching(
  answers: Answer[],
  {
    state = keptState(),
    clock = new ManualClock(),
    configured,
    leadership = { isLeading: true },
  }: {
    state?: StateStore;
    clock?: ManualClock;
    configured?: PhoneNumber;
    leadership?: { isLeading: boolean };
  } = {},
) {
  const logger = new RecordingLogger();
  const number = new SharedNumber(configured);
  const connections: boolean[] = [];
  const seen = { looks: 0, configured: 0 };
  const last = answers.at(-1)!;
  const control = {
    configure: async (): Promise<void> => {
      seen.configured += 1;
    },
  };
  const watch = new WahaSessionWatch({
    session: {
      inspect: async () => {
        seen.looks += 1;
        const answer = answers.shift() ?? last;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      configure: () => control.configure(),
    },
    ...{ number, state, clock, logger, leadership },
    onConnection: (isWorking) => void connections.push(isWorking),
  });
  watch.start();
  const settled = () => eventually(() => clock.waiting === 1);
  await settled();
  const look = async (afterMs = 15_000) => {
    clock.advance(afterMs);
    await settled();
  };
  return { watch, number, clock, logger, state, connections, seen, control, look, settled };
}

describe("WahaSessionWatch", () => {
  it("learns the number and tells that the session works, once", async () => {
    const { watch, number, logger, connections, look, clock } = await watching([WORKING]);
    expect(number).toMatchObject({
      phoneNumber: "971557357753",
      sessionStatus: "WORKING",
      webhook: "in_place",
    });
    await look();
    expect(logger.messages()).toEqual(["📱 The shared number is 971557357753", "🟢 The WAHA session works"]);
    expect(connections).toEqual([true, true]);
    await watch.stop();
    expect(clock.waiting).toBe(0);
  });

  it("looks more often while the session does not work", async () => {
    const { watch, number, look, seen } = await watching([SCAN, WORKING]);
    expect(number).toMatchObject({ sessionStatus: "SCAN_QR_CODE", phoneNumber: undefined });
    await look(5_000);
    expect(number).toMatchObject({ sessionStatus: "WORKING", phoneNumber: "971557357753" });
    expect(seen.looks).toBe(2);
    await watch.stop();
  });

  it("goes on when WAHA is not there, and warns once until it is", async () => {
    const { watch, number, logger, look } = await watching([GONE, GONE, WORKING, GONE]);
    expect(number.sessionStatus).toBe("UNREACHABLE");
    expect(number.fault).toContain("WAHA can't be reached");
    const { sessionSinceMs } = number;
    expect(sessionSinceMs).toEqual(expect.any(Number));
    await look();
    expect(number.sessionSinceMs).toBe(sessionSinceMs);
    await look();
    expect(number.fault).toBeUndefined();
    expect(number.sessionSinceMs).toBeGreaterThan(sessionSinceMs!);
    await look();
    expect(logger.messages("warn")).toHaveLength(2);
    expect(number).toMatchObject({ sessionStatus: "UNREACHABLE", phoneNumber: "971557357753" });
    await watch.stop();
  });

  it("says loudly, once, that the session failed or was logged out", async () => {
    const failed: SessionInspection = { ...WORKING, status: "FAILED" };
    const { watch, logger, look, connections } = await watching([WORKING, failed, failed, SCAN, WORKING]);
    for (let turn = 0; turn < 4; turn += 1) await look();
    expect(logger.messages("error")).toEqual([
      expect.stringContaining("FAILED"),
      expect.stringContaining("not paired"),
    ]);
    expect(connections).toEqual([true, false, false, false, true]);
    await watch.stop();
  });

  it("takes the session's own word at once, and looks into it", async () => {
    const { watch, number, seen, settled, connections, clock } = await watching([WORKING]);
    watch.noteStatus({ status: "FAILED", atMs: clock.nowMs() });
    expect(number.sessionStatus).toBe("FAILED");
    await settled();
    expect(seen.looks).toBe(2);
    expect(number.sessionStatus).toBe("WORKING");
    expect(connections).toEqual([true, false, true]);
    await watch.stop();
  });

  it("does not take an old event for news, and looks all the same", async () => {
    const { watch, seen, settled, connections, logger, clock } = await watching([WORKING]);
    watch.noteStatus({ status: "FAILED", atMs: clock.nowMs() - 1 });
    await settled();
    expect(seen.looks).toBe(2);
    expect(connections).toEqual([true, true]);
    expect(logger.messages("error")).toEqual([]);
    await watch.stop();
  });

  it("tells why WAHA does not say how its session is, as long as it does not", async () => {
    const { watch, number, look } = await watching([GONE, WORKING]);
    expect(number.fault).toContain("WAHA can't be reached");
    await look();
    expect(number.fault).toBeUndefined();
    await watch.stop();
  });

  it("goes on looking when its own state can't be read or written", async () => {
    const state = keptState();
    const { watch, seen, logger, look } = await watching([WORKING], { state });
    state.read = () => Promise.reject(new Error("the disk is gone"));
    await look();
    await look();
    expect(seen.looks).toBe(3);
    expect(logger.messages("error").at(-1)).toBe(
      "🔧 The WAHA session could not be looked after: the disk is gone",
    );
    await watch.stop();
  });

  it("has what came while the webhook was missing read back, though the session worked at every look", async () => {
    const missing: SessionInspection = { ...WORKING, webhook: "missing", differences: ["webhook"] };
    const { watch, connections, look } = await watching([WORKING, missing, WORKING]);
    connections.length = 0;
    await look();
    // Missing now, found, configured, and working again.
    expect(connections).toEqual([false, true, false, true]);
    await watch.stop();
  });

  it("puts back what a session forgot, and looks again", async () => {
    const { watch, seen, logger, look, number } = await watching([WORKING, FORGOTTEN, WORKING]);
    await look();
    expect(seen).toMatchObject({ configured: 1, looks: 3 });
    expect(number.webhook).toBe("in_place");
    expect(logger.messages("warn").at(-1)).toContain("configured again");
    await watch.stop();
  });

  it("of several instances only the one that leads puts it back; the others look", async () => {
    const leadership = { isLeading: false };
    const { watch, seen, look, number } = await watching([WORKING, FORGOTTEN], { leadership });
    await look();
    await look();
    expect([seen.configured, number.webhook]).toEqual([0, "missing"]);
    leadership.isLeading = true;
    await look();
    expect(seen.configured).toBe(1);
    await watch.stop();
  });

  it("what one instance saw of the session being away, the one that leads has read back", async () => {
    const state = keptState();
    const other = await watching([WORKING], { state, leadership: { isLeading: false } });
    const leader = await watching([WORKING], { state });
    leader.connections.length = 0;
    await leader.look();
    expect(leader.connections).toEqual([true]);
    other.watch.noteStatus({ status: "STARTING", atMs: other.clock.nowMs() });
    await eventually(() => state.values.has("waha-seen-away-at-ms"));
    leader.connections.length = 0;
    await leader.look();
    await leader.look();
    expect(leader.connections).toEqual([false, true, true]);
    await other.watch.stop();
    await leader.watch.stop();
  });

  it("configures once in ten minutes, also across a restart", async () => {
    const state = keptState();
    const first = await watching([WORKING, FORGOTTEN], { state });
    for (let turn = 0; turn < 8; turn += 1) await first.look();
    expect(first.seen.configured).toBe(1);
    expect(first.logger.messages("warn").filter((line) => line.includes("put back later"))).toHaveLength(1);
    await first.watch.stop();
    const next = await watching([FORGOTTEN], { state, clock: first.clock });
    expect(next.seen.configured).toBe(0);
    await next.look(10 * 60_000);
    expect(next.seen.configured).toBe(1);
    await next.watch.stop();
  });

  it("leaves alone a session that was never set up by it, and says what to do, once", async () => {
    const { watch, seen, logger, look } = await watching([FORGOTTEN]);
    await look(5_000);
    expect(seen.configured).toBe(0);
    expect(logger.messages("warn").filter((line) => line.includes("npx gateway deploy"))).toHaveLength(1);
    await watch.stop();
  });

  it("says so where it can't be configured, and goes on", async () => {
    const { watch, logger, look, control, number } = await watching([WORKING, FORGOTTEN, WORKING]);
    control.configure = () => Promise.reject(GONE);
    await look();
    expect(logger.messages("error")).toEqual([
      "🔧 The WAHA session could not be configured again: WAHA can't be reached",
    ]);
    expect(number.webhook).toBe("missing");
    await look();
    expect(number.webhook).toBe("in_place");
    await watch.stop();
  });

  it("tries again at the next look where WAHA could not be reached to configure it", async () => {
    const { watch, seen, look, control } = await watching([WORKING, FORGOTTEN, FORGOTTEN, WORKING]);
    const { configure } = control;
    control.configure = () => Promise.reject(GONE);
    await look();
    control.configure = configure;
    await look(5_000);
    expect(seen.configured).toBe(1);
    await watch.stop();
  });

  it("leaves the number alone that was set by hand", async () => {
    const { watch, number } = await watching([WORKING], { configured: "15551234567" as PhoneNumber });
    expect(number.phoneNumber).toBe("15551234567");
    await watch.stop();
  });

  it("does not wait for an answer when it stops", async () => {
    const clock = new ManualClock();
    const watch = new WahaSessionWatch({
      session: {
        inspect: (signal) =>
          new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(GONE))),
        configure: async () => undefined,
      },
      ...{ number: new SharedNumber(undefined), state: keptState(), clock, logger: new RecordingLogger() },
      onConnection: () => undefined,
      leadership: { isLeading: true },
    });
    watch.start();
    await watch.stop();
    expect(clock.waiting).toBe(0);
  });
});

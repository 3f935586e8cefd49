import { GatewayError, type PhoneNumber } from "@gateway-router/core";
import { eventually, ManualClock, RecordingLogger } from "@gateway-router/core/testing";
import type { WahaSession } from "@gateway-router/waha";
import { SharedNumber } from "./shared-number.js";
import { SharedNumberWatch } from "./shared-number-watch.js";

const WORKING: WahaSession = { status: "WORKING", me: { id: "971557357753@c.us" } };
const GONE = new GatewayError("waha_unreachable", "WAHA can't be reached", { retryable: true });

async function watching(session: () => Promise<WahaSession>, configured?: PhoneNumber) {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const number = new SharedNumber(configured);
  let asked = 0;
  const watch = new SharedNumberWatch({
    client: {
      session: () => {
        asked += 1;
        return session();
      },
    },
    ...{ number, clock, logger },
  });
  watch.start();
  const waits = () => eventually(() => clock.waiting === 1);
  await waits();
  return { watch, number, clock, logger, waits, asked: () => asked };
}

describe("SharedNumberWatch", () => {
  it("learns the number, and says so once", async () => {
    const { watch, number, clock, logger, waits } = await watching(async () => WORKING);
    expect(number.phoneNumber).toBe("971557357753");
    clock.advance(60_000);
    await waits();
    expect(logger.messages()).toEqual(["📱 The shared number is 971557357753"]);
    await watch.stop();
    expect(clock.waiting).toBe(0);
  });

  it("asks more often until the number is known", async () => {
    const answers: WahaSession[] = [{ status: "SCAN_QR_CODE" }, WORKING];
    const { watch, number, clock, waits, asked } = await watching(async () => answers.shift() ?? WORKING);
    expect(number).toMatchObject({ sessionStatus: "SCAN_QR_CODE", phoneNumber: undefined });
    clock.advance(10_000);
    await waits();
    expect(number).toMatchObject({ sessionStatus: "WORKING", phoneNumber: "971557357753" });
    clock.advance(10_000);
    expect(asked()).toBe(2);
    await watch.stop();
  });

  it("goes on when WAHA is not there, and warns once until it is", async () => {
    const answers = [GONE, GONE, WORKING, GONE];
    const { watch, number, clock, logger, waits } = await watching(async () => {
      const answer = answers.shift()!;
      if (answer instanceof Error) throw answer;
      return answer;
    });
    expect(number.sessionStatus).toBe("UNREACHABLE");
    for (let turn = 0; turn < 3; turn += 1) {
      clock.advance(60_000);
      await waits();
    }
    expect(logger.messages("warn")).toHaveLength(2);
    expect(number).toMatchObject({ sessionStatus: "UNREACHABLE", phoneNumber: "971557357753" });
    await watch.stop();
  });

  it("leaves the number alone that was set by hand", async () => {
    const { watch, number, logger } = await watching(async () => WORKING, "15551234567" as PhoneNumber);
    expect(number.phoneNumber).toBe("15551234567");
    expect(logger.messages()).toEqual([]);
    await watch.stop();
  });

  it("does not wait for an answer when it stops", async () => {
    const clock = new ManualClock();
    const watch = new SharedNumberWatch({
      client: {
        session: (signal) =>
          new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(GONE))),
      },
      ...{ number: new SharedNumber(undefined), clock, logger: new RecordingLogger() },
    });
    watch.start();
    await watch.stop();
    expect(clock.waiting).toBe(0);
  });
});

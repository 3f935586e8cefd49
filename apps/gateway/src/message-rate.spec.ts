import { ManualClock } from "@gateway-router/core/testing";
import { MessageRate } from "./message-rate.js";

const MINUTE_MS = 60_000;

describe("MessageRate", () => {
  it("counts by the minute, and forgets what is an hour old", () => {
    const clock = new ManualClock();
    const rate = new MessageRate({ clock });
    rate.note();
    rate.note();
    clock.advance(2 * MINUTE_MS);
    rate.note();
    const perMinute = rate.perMinute();
    expect(perMinute).toHaveLength(60);
    expect(perMinute.slice(-3)).toEqual([2, 0, 1]);
    clock.advance(57 * MINUTE_MS);
    expect(rate.perMinute().slice(0, 3)).toEqual([2, 0, 1]);
    clock.advance(MINUTE_MS);
    rate.note();
    expect(rate.perMinute()[0]).toBe(0);
    expect(rate.perMinute().reduce((sum, count) => sum + count)).toBe(2);
  });
});

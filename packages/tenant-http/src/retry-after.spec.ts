import { retryAfterMs } from "./retry-after.js";

const nowMs = Date.UTC(2026, 10, 23, 16, 0, 0);

describe("retryAfterMs", () => {
  it.each([
    ["0", 0],
    ["120", 120_000],
    [" 5 ", 5_000],
    ["3601", 3_600_000],
    ["9".repeat(400), 3_600_000],
    ["Mon, 23 Nov 2026 16:02:00 GMT", 120_000],
    ["Monday, 23-Nov-26 16:02:00 GMT", 120_000],
    ["Mon Nov 23 16:02:00 2026", 120_000],
    ["Mon, 23 Nov 2026 15:00:00 GMT", 0],
    ["Wed, 25 Nov 2026 16:00:00 GMT", 3_600_000],
  ])("reads %j", (header, expected) => {
    expect(retryAfterMs(header, nowMs)).toBe(expected);
  });

  it.each([undefined, 5, ["5"], "", "soon", "-1", "1.5", "2026-11-23T16:02:00Z", "Mon, nonsense"])(
    "makes nothing of %j",
    (header) => {
      expect(retryAfterMs(header, nowMs)).toBeUndefined();
    },
  );
});

import { isAbsentTime, parseTimestampMs } from "./waha-timestamp.js";

describe("a time as WAHA writes it", () => {
  it.each<[string, unknown, string]>([
    ["seconds", 1795452361, "2026-11-23T16:46:01.000Z"],
    ["seconds in digits", "1795452361", "2026-11-23T16:46:01.000Z"],
    ["seconds with a fraction", 1795452361.25, "2026-11-23T16:46:01.250Z"],
    ["milliseconds", 1795452361027, "2026-11-23T16:46:01.027Z"],
    ["milliseconds in digits", "1795452361027", "2026-11-23T16:46:01.027Z"],
    ["ISO 8601 in UTC", "2025-12-15T08:30:00Z", "2025-12-15T08:30:00.000Z"],
    ["ISO 8601 with a zone", "2025-12-15T12:30:00.5+04:00", "2025-12-15T08:30:00.500Z"],
    ["ISO 8601 without a zone, so in UTC", "2025-12-15T08:30:00", "2025-12-15T08:30:00.000Z"],
    ["the last moment of all", 253402300799999, "9999-12-31T23:59:59.999Z"],
  ])("is read from %s", (_, value, expected) => {
    expect(new Date(parseTimestampMs(value)!).toISOString()).toBe(expected);
    expect(isAbsentTime(value)).toBe(false);
  });

  it.each<unknown>([undefined, null, "", 0, "0"])("is absent where it is %j", (value) => {
    expect(isAbsentTime(value)).toBe(true);
    expect(parseTimestampMs(value)).toBeUndefined();
  });

  it.each<unknown>([
    -1,
    NaN,
    Infinity,
    1e18,
    253402300800000,
    true,
    [],
    {},
    [1795452361],
    { low: 1795452361, high: 0 },
    "soon",
    "2025-12-15",
    "2025-13-15T08:30:00Z",
    "1e9",
    "0x10",
    " 1795452361",
    "١٧٩٥٤٥٢٣٦١",
    "9".repeat(1_000_000),
  ])("is none where it is %j", (value) => {
    expect(isAbsentTime(value)).toBe(false);
    expect(parseTimestampMs(value)).toBeUndefined();
  });
});

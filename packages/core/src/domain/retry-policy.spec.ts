import { ExponentialRetryPolicy } from "./retry-policy.js";

describe("ExponentialRetryPolicy", () => {
  const policy = (random: () => number) =>
    new ExponentialRetryPolicy({ firstDelayMs: 1_000, longestDelayMs: 300_000, random });

  it("doubles up to the longest delay", () => {
    const delays = [1, 2, 3, 4, 9, 10, 1_000, 1e9].map((failures) => policy(() => 0).delayMs(failures));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000, 300_000]);
  });

  it("takes off up to half by chance", () => {
    expect(policy(() => 0.5).delayMs(1)).toBe(750);
    expect(policy(() => 0.999_999).delayMs(1)).toBe(500);
  });
});

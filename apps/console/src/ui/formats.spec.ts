import { agoText, grouped, phoneText } from "./formats.js";

describe("formats", () => {
  it("shows phone numbers as people write them, and what is none as it is", () => {
    expect(phoneText("971501234567")).toBe("+971 50 123 4567");
    expect(phoneText("447911123456")).toBe("+44 7911 123456");
    expect(phoneText("88112233445566@lid")).toBe("88112233445566@lid");
    expect(phoneText("9999999")).toBe("+9999999");
  });

  it("groups numbers", () => {
    expect(grouped(1_234_567)).toMatch(/^1\D234\D567$/);
  });

  it.each([
    [0, "now"],
    [59_999, "59 seconds ago"],
    [60_000, "1 minute ago"],
    [3_600_000 * 5, "5 hours ago"],
    [86_400_000, "yesterday"],
    [86_400_000 * 400, "last year"],
    [-5_000, "now"],
  ])("says how long ago %i ms is", (agoMs, text) => {
    expect(agoText(new Date(1_000_000_000_000 - agoMs).toISOString(), 1_000_000_000_000)).toBe(text);
  });
});

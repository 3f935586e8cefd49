import fc from "fast-check";
import { isLid, parseContactId } from "./contact-id.js";
import { parsePhoneNumber } from "./phone-number.js";

describe("parsePhoneNumber", () => {
  it.each([
    "971501234567",
    "+971501234567",
    "00971501234567",
    "+971 50-123 4567",
    "+971 (50) 123.4567",
    " 971501234567 ",
    "+971\u00a050\u202f123\u00a04567",
    "971501234567@c.us",
    "971501234567@s.whatsapp.net",
    "971501234567:12@s.whatsapp.net",
  ])("reads %j", (text) => {
    expect(parsePhoneNumber(text)).toBe("971501234567");
  });

  it.each(["1234567", "123456789012345"])("takes the shortest and the longest number: %j", (text) => {
    expect(parsePhoneNumber(text)).toBe(text);
  });

  it.each([
    "",
    "+",
    "00",
    "hello",
    "123456",
    "1234567890123456",
    "0501234567",
    "+0501234567",
    "000971501234567",
    "97150123456x",
    "٩٧١٥٠١٢٣٤٥٦٧",
    "971501234567@g.us",
    "971501234567@lid",
    "971501234567@c.us.evil",
    "971501234567:@c.us",
    "0501234567@c.us",
    "__proto__",
    "constructor",
    "1e9",
    "9".repeat(1_000_000),
    " ".repeat(1_000_000),
  ])("reads nothing from what is no number", (text) => {
    expect(parsePhoneNumber(text)).toBeUndefined();
  });

  it("answers canonical digits or nothing, whatever comes, and reads its own answer as itself", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: "binary" }),
          fc.stringMatching(/^[+0]{0,2}[0-9 ().-]{5,20}$/),
        ),
        (text) => {
          const number = parsePhoneNumber(text);
          if (number === undefined) return;
          expect(number).toMatch(/^[1-9][0-9]{6,14}$/);
          expect(parsePhoneNumber(number)).toBe(number);
          expect(text.replace(/[^0-9]/g, "")).toContain(number);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("parseContactId", () => {
  it("keeps a LID as it is, without its device", () => {
    expect(parseContactId("88112233445566@lid")).toBe("88112233445566@lid");
    expect(parseContactId("88112233445566:7@lid")).toBe("88112233445566@lid");
  });

  it("reads a number from any form", () => {
    expect(parseContactId("+971 50 123 4567")).toBe("971501234567");
  });

  it.each([
    "120363001@g.us",
    "status@broadcast",
    "120363999@newsletter",
    "@lid",
    "x@lid",
    "1@lid@lid",
    "__proto__",
  ])("knows no contact %j", (text) => {
    expect(parseContactId(text)).toBeUndefined();
  });

  it("tells a LID from a number", () => {
    expect(isLid(parseContactId("88112233445566@lid")!)).toBe(true);
    expect(isLid(parseContactId("971501234567")!)).toBe(false);
  });
});

import { parseContactId } from "./contact-id.js";
import { fingerprintOf, isReplyMediaUrl, isReplyTextTooLong, wordsOf } from "./reply.js";

const contact = parseContactId("971501234567")!;
const ofText = (text: string) => fingerprintOf({ contact, text, hasMedia: false });

describe("fingerprintOf", () => {
  it("is the same for what WhatsApp may have changed on the way", () => {
    expect(ofText(" a\r\nb\rc\n")).toBe(ofText("a\nb\nc"));
    expect(ofText("e\u0301")).toBe(ofText("\u00e9"));
  });

  it("differs by contact, by text, and between text and file", () => {
    const made = new Set([
      ofText("Hello"),
      ofText("hello"),
      ofText(""),
      fingerprintOf({ contact: parseContactId("971501234568")!, text: "Hello", hasMedia: false }),
      fingerprintOf({ contact, text: "Hello", hasMedia: true }),
    ]);
    expect(made.size).toBe(5);
  });

  it("tells texts apart, tells nothing of them, and stays short", () => {
    const texts = Array.from({ length: 20_000 }, (_, index) => `Your code is ${index}.`);
    const made = texts.map(ofText);
    expect(new Set(made).size).toBe(texts.length);
    expect(made[0]).not.toContain("code");
    expect(ofText("x".repeat(65_536)).length).toBeLessThan(80);
  });

  it("is that of what is seen at the source", () => {
    const content = { kind: "media", url: "https://cdn.test/a.pdf", caption: "Plan" } as const;
    expect(fingerprintOf(wordsOf(contact, content))).toBe(
      fingerprintOf({ contact, text: "a.pdf", hasMedia: true }),
    );
    expect(fingerprintOf(wordsOf(contact, { kind: "text", text: "Hello" }))).toBe(ofText("Hello"));
  });
});

describe("the bounds of a reply", () => {
  it.each(["a", "😀", "🇦🇪", "e\u0301"])("count characters as people do: %s", (character) => {
    expect(isReplyTextTooLong(character.repeat(4_096))).toBe(false);
    expect(isReplyTextTooLong(character.repeat(4_097))).toBe(true);
  });

  it("take http and https URLs of at most 2,048 characters", () => {
    expect(isReplyMediaUrl(`https://cdn.test/${"a".repeat(2_031)}`)).toBe(true);
    expect(isReplyMediaUrl(`https://cdn.test/${"a".repeat(2_032)}`)).toBe(false);
    for (const text of ["ftp://cdn.test/a", "file:///etc/passwd", "cdn.test/a", ""])
      expect(isReplyMediaUrl(text)).toBe(false);
  });
});

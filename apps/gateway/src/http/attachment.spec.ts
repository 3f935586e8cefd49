import { attachmentName } from "./attachment.js";

describe("attachmentName", () => {
  it.each([
    ["house.jpg", "house.jpg"],
    ["My house (2).jpg", "My house (2).jpg"],
    ["بيت.jpg", "بيت.jpg"],
    ["🏠.png", "🏠.png"],
    ["../../etc/passwd", "_.._etc_passwd"],
    ["C:\\Windows\\win.ini", "C__Windows_win.ini"],
    [".bashrc", "bashrc"],
    ["evil\u202egpj.exe", "evilgpj.exe"],
    ['a"; filename="b', "a_; filename=_b"],
    ["a\r\nSet-Cookie: x", "aSet-Cookie_ x"],
    ["half\ud800.txt", "half.txt"],
    ["nul\0.txt", "nul.txt"],
    ["trailing. . ", "trailing"],
  ])("%j becomes %j", (given, expected) => {
    expect(attachmentName(given)).toBe(expected);
  });

  it.each([undefined, "", "..", " . ", "\u202e", "\0"])("nothing is left of %j", (given) => {
    expect(attachmentName(given)).toBeUndefined();
  });

  it("keeps the ending of a name that is too long, unless that is all there is", () => {
    const name = attachmentName(`${"ب".repeat(500)}.jpeg`)!;
    expect(Array.from(name)).toHaveLength(150);
    expect(name.endsWith("ب.jpeg")).toBe(true);
    expect(attachmentName(`a.${"x".repeat(500)}`)).toHaveLength(150);
  });
});

import { Transcript } from "./transcript.js";

function printed(isColoured: boolean): string {
  let text = "";
  const transcript = new Transcript({ write: (part) => (text += part), isColoured });
  transcript.scene("Hello");
  transcript.says("contact", "Mohamed", "start_realty_2");
  transcript.says("tenant", "Agent 2", "Welcome!\u001b[2J\nSecond line");
  transcript.scene("The end");
  transcript.block("{\n}\n");
  return text;
}

describe("the transcript", () => {
  it("is plain text with a column for who says what", () => {
    expect(printed(false)).toBe(
      [
        "",
        "1. Hello",
        "   Mohamed    ▸ start_realty_2",
        "   Agent 2    ◂ Welcome! [2J Second line",
        "",
        "2. The end",
        "     {",
        "     }",
        "",
      ].join("\n"),
    );
  });

  it("has colours on a terminal, and the same words", () => {
    // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
    const colours = /\u001b\[[0-9]+m/g;
    expect(printed(true)).toMatch(colours);
    expect(printed(true).replace(colours, "")).toBe(printed(false));
  });
});

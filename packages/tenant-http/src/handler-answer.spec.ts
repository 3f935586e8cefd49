import fc from "fast-check";
import { readHandlerAnswer } from "./handler-answer.js";

const readable = (...replies: unknown[]) => ({ kind: "readable", replies });

describe("readHandlerAnswer", () => {
  it.each([
    ["nothing", "", []],
    ["white space", " \r\n\t", []],
    ["a reply", '{"reply":"Hello!"}', [{ kind: "text", text: "Hello!" }]],
    ["an empty reply", '{"reply":""}', []],
    ["a blank reply", '{"reply":" \\n"}', []],
    ["a reply that was left null", '{"reply":null}', []],
    ["both left null", '{"reply":null,"replies":null}', []],
    ["no replies", '{"replies":[]}', []],
    ["an empty reply beside replies", '{"reply":"","replies":[{"text":"a"}]}', [{ kind: "text", text: "a" }]],
    ["a reply beside no replies", '{"reply":"a","replies":[]}', [{ kind: "text", text: "a" }]],
    ["fields it does not know", '{"reply":"a","debug":{"ms":3}}', [{ kind: "text", text: "a" }]],
    [
      "several replies in their order",
      '{"replies":[{"text":"a"},{"text":""},{"text":"b","media":null}]}',
      [
        { kind: "text", text: "a" },
        { kind: "text", text: "b" },
      ],
    ],
    [
      "media",
      '{"replies":[{"media":{"url":"https://cdn.test/a.pdf","filename":"a.pdf","caption":"Plan"}},{"media":{"url":"http://cdn.test/b","filename":null,"caption":""}}]}',
      [
        { kind: "media", url: "https://cdn.test/a.pdf", filename: "a.pdf", caption: "Plan" },
        { kind: "media", url: "http://cdn.test/b" },
      ],
    ],
  ])("reads %s", (_name, text, replies) => {
    expect(readHandlerAnswer(text)).toEqual(readable(...replies));
  });

  it.each([
    ["OK", 'the answer is not JSON, it begins with "OK"'],
    ["<!DOCTYPE html><html>", 'the answer is not JSON, it begins with "<!DOCTYPE html><html>"'],
    ['{"reply":"a"', 'the answer is not JSON, it begins with "{\\"reply\\":\\"a\\""'],
    ["null", "the answer is null, not an object"],
    ["true", "the answer is a boolean, not an object"],
    ["42", "the answer is a number, not an object"],
    ['"Hello"', "the answer is text, not an object"],
    ["[]", "the answer is a list, not an object"],
    ["{}", "the answer has neither reply nor replies"],
    ['{"status":"ok"}', "the answer has neither reply nor replies"],
    ['{"__proto__":{"reply":"a"}}', "the answer has neither reply nor replies"],
    ['{"reply":7}', "reply is a number, not text"],
    ['{"reply":{"text":"a"}}', "reply is an object, not text"],
    ['{"replies":"a"}', "replies is text, not a list"],
    ['{"replies":{"text":"a"}}', "replies is an object, not a list"],
    ['{"replies":["a"]}', "replies[0] is text, not an object"],
    ['{"replies":[null]}', "replies[0] is null, not an object"],
    ['{"replies":[{"text":"a"},{}]}', "replies[1] has neither text nor media"],
    ['{"replies":[{"text":["a"]}]}', "replies[0].text is a list, not text"],
    ['{"replies":[{"text":"a","media":{"url":"http://b"}}]}', "replies[0] has both text and media"],
    ['{"reply":"a","replies":[{"text":"b"}]}', "the answer has both reply and replies"],
    ['{"replies":[{"media":"http://b"}]}', "replies[0].media is text, not an object"],
    ['{"replies":[{"media":{}}]}', "replies[0].media.url is no http or https URL of at most 2048 characters"],
    [
      '{"replies":[{"media":{"url":"file:///etc/passwd"}}]}',
      "replies[0].media.url is no http or https URL of at most 2048 characters",
    ],
    [
      '{"replies":[{"media":{"url":"http://b","filename":1}}]}',
      "replies[0].media.filename is no text of at most 255 characters",
    ],
    [
      '{"replies":[{"media":{"url":"http://b","caption":false}}]}',
      "replies[0].media.caption is a boolean, not text",
    ],
  ])("says what is wrong with %s", (text, fault) => {
    expect(readHandlerAnswer(text)).toEqual({ kind: "unreadable", fault });
  });

  it("takes ten replies and not eleven", () => {
    const replies = (count: number) => JSON.stringify({ replies: Array(count).fill({ text: "a" }) });
    expect(readHandlerAnswer(replies(10))).toMatchObject({ kind: "readable" });
    expect(readHandlerAnswer(replies(11))).toEqual({
      kind: "unreadable",
      fault: "the answer has 11 replies, more than 10",
    });
  });

  it.each([
    ["letters", "a"],
    ["characters beyond the first plane", "😀"],
    ["flags", "🇦🇪"],
    ["letters with marks", "e\u0301"],
  ])("counts 4,096 characters as people do: %s", (_name, character) => {
    const answer = (count: number) => readHandlerAnswer(JSON.stringify({ reply: character.repeat(count) }));
    expect(answer(4096)).toMatchObject({ kind: "readable" });
    expect(answer(4097)).toEqual({ kind: "unreadable", fault: "reply has more than 4096 characters" });
  });

  it("bounds the caption as it does a text", () => {
    const media = { url: "http://b", caption: "a".repeat(4097) };
    expect(readHandlerAnswer(JSON.stringify({ replies: [{ media }] }))).toEqual({
      kind: "unreadable",
      fault: "replies[0].media.caption has more than 4096 characters",
    });
  });

  it("takes one character that is too long for WhatsApp as too long", () => {
    const reply = "e" + "\u0301".repeat(65_536);
    expect(readHandlerAnswer(JSON.stringify({ reply }))).toMatchObject({ kind: "unreadable" });
  });

  it("reads any text and any JSON without throwing", () => {
    const shaped = fc.record(
      {
        reply: fc.oneof(fc.jsonValue(), fc.string()),
        replies: fc.oneof(
          fc.jsonValue(),
          fc.array(fc.record({ text: fc.jsonValue(), media: fc.jsonValue() }, { requiredKeys: [] })),
        ),
      },
      { requiredKeys: [] },
    );
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      shaped.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const answer = readHandlerAnswer(text);
        expect(["readable", "unreadable"]).toContain(answer.kind);
      }),
      { numRuns: 500 },
    );
  });
});

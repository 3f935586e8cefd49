import type { ContactId, TenantId } from "@gateway-router/core";
import fc from "fast-check";
import { formatMapping, parseMappingFile } from "./mapping-file.js";

const parse = (text: string) => parseMappingFile(Buffer.from(text));
const format = (entries: Iterable<readonly [string, number]>, chunkEntries?: number) =>
  [...formatMapping(entries as Iterable<[ContactId, TenantId]>, chunkEntries)].join("");

const contact = fc.oneof(
  fc.stringMatching(/^[1-9][0-9]{6,14}$/),
  fc.stringMatching(/^[0-9]{1,32}$/).map((digits) => `${digits}@lid`),
);
const tenantId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const mapping = fc.array(fc.tuple(contact, tenantId)).map((entries) => new Map(entries));

describe("parseMappingFile", () => {
  it.each([
    ["{}", {}],
    ["{}\n", {}],
    [" \r\n{ \t}\n\n", {}],
    ['{"971501234567": 2}', { "971501234567": 2 }],
    ['{\n  "971501234567": 2,\n  "88112233445566@lid": 9007199254740991\n}\n', undefined],
    ['\ufeff{"971501234567":2}', { "971501234567": 2 }],
  ])("reads %j", (text, expected) => {
    const result = parse(text);
    const wanted = expected ?? (JSON.parse(text) as Record<string, number>);
    expect(result).toEqual({ kind: "parsed", mapping: new Map(Object.entries(wanted)) });
  });

  it.each([
    ["", 1, 1, "it is empty"],
    [" \n ", 2, 2, "it is empty"],
    ["[]", 1, 1, "no JSON object"],
    ["null", 1, 1, "no JSON object"],
    ["{", 1, 2, "cut off"],
    ["{}{}", 1, 3, "something follows"],
    ['{"971501234567": 2}}', 1, 20, "something follows"],
    ['{\n  "971501234567": 2,\n}\n', 3, 1, "comma before the closing }"],
    ['{"971501234567": 2', 1, 19, "cut off"],
    ['{"971501234567": ', 1, 18, "cut off"],
    ['{"971501234567"', 1, 16, "cut off"],
    ['{"97150', 1, 8, "cut off"],
    ['{"97150\n', 1, 2, "not closed"],
    ['{\n  "+971501234567": 2\n}', 2, 3, 'not in canonical form: write "971501234567"'],
    ['{"00971501234567": 2}', 1, 2, 'write "971501234567"'],
    ['{"971501234567@c.us": 2}', 1, 2, 'write "971501234567"'],
    ['{"0501234567": 2}', 1, 2, "is no contact"],
    ['{"123456": 2}', 1, 2, "is no contact"],
    ['{"__proto__": 2}', 1, 2, "is no contact"],
    ['{"٩٧١٥٠١٢٣٤٥٦٧": 2}', 1, 2, "is no contact"],
    ['{"120363000000000000@g.us": 2}', 1, 2, "is no contact"],
    ["{971501234567: 2}", 1, 2, "double quotes is expected"],
    ['{"971501234567" 2}', 1, 17, "a colon is expected"],
    ['{"971501234567": "2"}', 1, 18, '"2" is no tenant id'],
    ['{"971501234567": 0}', 1, 18, "0 is no tenant id"],
    ['{"971501234567": -2}', 1, 18, "-2 is no tenant id"],
    ['{"971501234567": 2.0}', 1, 18, "2.0 is no tenant id"],
    ['{"971501234567": 1e3}', 1, 18, "1e3 is no tenant id"],
    ['{"971501234567": 02}', 1, 18, "02 is no tenant id"],
    ['{"971501234567": 9007199254740992}', 1, 18, "is no tenant id"],
    ['{"971501234567": null}', 1, 18, "null is no tenant id"],
    ['{"971501234567": {}}', 1, 18, "is no tenant id"],
    ['{"971501234567": 2 "971501234568": 3}', 1, 20, "a comma or the closing }"],
    [
      '{\n  "971501234567": 2,\n  "971501234568": 3,\n  "971501234567": 2\n}',
      4,
      3,
      '"971501234567" is there twice, first in line 2',
    ],
  ])("refuses %j", (text, line, column, reason) => {
    expect(parse(text)).toEqual({
      kind: "damaged",
      fault: { line, column, reason: expect.stringContaining(reason) },
    });
  });

  it("refuses what is no UTF-8", () => {
    expect(parseMappingFile(Uint8Array.of(0x7b, 0xff, 0x7d))).toMatchObject({ kind: "damaged" });
  });

  it("reads what formatMapping wrote", () => {
    fc.assert(
      fc.property(mapping, fc.integer({ min: 1, max: 5 }), (entries, chunkEntries) => {
        const text = format(entries, chunkEntries);
        expect(parse(text)).toEqual({ kind: "parsed", mapping: entries });
        expect(JSON.parse(text)).toEqual(Object.fromEntries(entries));
      }),
    );
  });

  it("never takes a file cut off at any byte for another mapping", () => {
    fc.assert(
      fc.property(mapping, fc.nat(), (entries, cut) => {
        const whole = Buffer.from(format(entries));
        const result = parseMappingFile(whole.subarray(0, cut % whole.length));
        if (result.kind === "parsed") expect(result.mapping).toEqual(entries);
        else expect(result.fault.reason).toMatch(/cut off|empty|not closed/);
      }),
    );
  });

  it("takes a flat object as JSON.parse does, or refuses it", () => {
    const key = fc.oneof(contact, fc.string(), fc.constantFrom("__proto__", "constructor", "+971501234567"));
    const value = fc.oneof(tenantId, fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.nat({ max: 4 }), (object, indent) => {
        const text = JSON.stringify(object, undefined, indent);
        const result = parse(text);
        if (result.kind === "parsed") {
          expect([...result.mapping].sort()).toEqual(Object.entries(JSON.parse(text) as object).sort());
        }
      }),
    );
  });

  it("answers for any text whatever", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const damaged = parse(`{"971501234567": 2${text}`);
        expect(["parsed", "damaged"]).toContain(damaged.kind);
      }),
    );
  });
});

describe("formatMapping", () => {
  it("indents by two and ends with a line break", () => {
    expect(format([])).toBe("{}\n");
    expect(
      format([
        ["971501234567", 2],
        ["88112233445566@lid", 55],
      ]),
    ).toBe('{\n  "971501234567": 2,\n  "88112233445566@lid": 55\n}\n');
  });
});

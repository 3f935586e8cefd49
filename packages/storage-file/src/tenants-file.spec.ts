import fc from "fast-check";
import { parseTenantsFile } from "./tenants-file.js";

const SECRET = "whsec_dGVzdCBzZWNyZXQgb2YgYSB0ZW5hbnQ=";
const faultsOf = (entries: unknown) => {
  const result = parseTenantsFile(JSON.stringify(entries));
  return result.kind === "damaged" ? result.faults : [];
};

describe("parseTenantsFile", () => {
  it("reads tenants, with what may be left out", () => {
    const text = JSON.stringify([
      { id: 2, name: "Agent 2", url: "http://127.0.0.1:9002/messages", active: false, secret: SECRET },
      { id: 55, token_hash: "abc" },
    ]);
    const result = parseTenantsFile(`\ufeff${text}`);
    expect(result.kind === "parsed" && [...result.tenants.values()]).toEqual([
      {
        id: 2,
        name: "Agent 2",
        url: "http://127.0.0.1:9002/messages",
        active: false,
        signingSecrets: [SECRET],
      },
      { id: 55, active: true, signingSecrets: [] },
    ]);
  });

  it("says which entry and which field, all of them", () => {
    expect(
      faultsOf([
        { id: "2" },
        { id: 2.5, name: 7 },
        { id: 3, url: "ftp://x", active: "yes", secret: "whsec_!" },
        { id: 4, url: "/messages" },
        { id: 5 },
        { id: 5 },
        null,
        [],
      ]),
    ).toEqual([
      "entry 1: id must be a whole number from 1, without quotes",
      "entry 2: id must be a whole number from 1, without quotes",
      "entry 2: name must be text of at most 200 characters",
      "entry 3 (id 3): url must be a whole http or https URL",
      "entry 3 (id 3): active must be true or false",
      "entry 3 (id 3): secret must be whsec_ and Base64",
      "entry 4 (id 4): url must be a whole http or https URL",
      "entry 6 (id 5): its id is there twice",
      "entry 7: it is no JSON object",
      "entry 8: it is no JSON object",
    ]);
  });

  it("tells of a thousand faults in twenty lines", () => {
    expect(faultsOf(Array.from({ length: 1000 }, () => ({})))).toHaveLength(21);
  });

  it.each(["", "[", "{}", "null", '"text"'])("refuses %j", (text) => {
    expect(parseTenantsFile(text)).toMatchObject({ kind: "damaged", faults: [expect.any(String)] });
  });

  it("says where the JSON is broken, and shows nothing of it", () => {
    const result = parseTenantsFile(`[\n  {"id": 2, "secret": "${SECRET}" "url": "x"}\n]`);
    expect(result).toEqual({ kind: "damaged", faults: [expect.stringMatching(/^it is no JSON, line 2/)] });
  });

  it("answers for any JSON whatever, and never shows a secret", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.jsonValue(), fc.record({ id: fc.nat(), secret: fc.string() }))),
        (entries) => {
          expect(faultsOf([...entries, { id: 0, secret: "hidden" }]).join()).not.toContain("hidden");
        },
      ),
    );
  });
});

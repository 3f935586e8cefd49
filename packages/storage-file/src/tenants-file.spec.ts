import fc from "fast-check";
import { aTenantId } from "@gateway-router/core/testing";
import { parseTenantsFile } from "./tenants-file.js";
import { formatJsonListFile } from "./json-list-file.js";

const HASH = "ab".repeat(32);
const SECRET = "whsec_dGVzdCBzZWNyZXQgb2YgYSB0ZW5hbnQ=";
const faultsOf = (entries: unknown) => {
  const result = parseTenantsFile(JSON.stringify(entries));
  return result.kind === "damaged" ? result.faults : [];
};

describe("parseTenantsFile", () => {
  it("reads entries as they stand, with what may be left out and what it does not know", () => {
    const entries = [
      { id: 2, name: "Agent 2", url: "http://127.0.0.1:9002/messages", active: false, secret: SECRET },
      { id: 55, colour: "red" },
      { id: 7, removed: true },
      { id: 8, token_hash: HASH, previous_secret: SECRET, overlap_until: "2026-11-23T16:46:00.000Z" },
    ];
    expect(parseTenantsFile(`\ufeff${JSON.stringify(entries)}`)).toEqual({ kind: "parsed", entries });
  });

  it("is read back as it was written", () => {
    const entries = [
      { id: aTenantId(2), name: "Agent 2" },
      { id: aTenantId(1), removed: true },
    ];
    const text = formatJsonListFile(entries);
    expect(text).toMatch(/^\[\n {2}\{\n {4}"id": 2,\n/);
    expect(parseTenantsFile(text)).toEqual({ kind: "parsed", entries });
  });

  it("refuses one token for two, as copying an entry makes, unless one of them was removed", () => {
    const entry = { id: 1, token_hash: HASH };
    expect(faultsOf([entry, { ...entry, id: 2 }])).toEqual(["entry 2 (id 2): its token_hash is there twice"]);
    expect(faultsOf([entry, { id: 2, previous_token_hash: HASH }])).toEqual([
      "entry 2 (id 2): its previous_token_hash is there twice",
    ]);
    expect(faultsOf([entry, { ...entry, id: 2, removed: true }])).toEqual([]);
  });

  it("says which entry and which field, all of them", () => {
    expect(
      faultsOf([
        { id: "2" },
        { id: 2.5, name: 7 },
        { id: 3, url: "ftp://x", active: "yes", secret: "whsec_!" },
        { id: 4, url: "/messages" },
        { id: 5 },
        { id: 5, removed: true },
        {
          id: 6,
          removed: 1,
          token_hash: "ABC",
          previous_secret: "x",
          previous_token_hash: 2,
          overlap_until: "soon",
        },
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
      "entry 7 (id 6): removed must be true or false",
      "entry 7 (id 6): token_hash must be 64 hexadecimal digits in lower case",
      "entry 7 (id 6): previous_secret must be whsec_ and Base64",
      "entry 7 (id 6): previous_token_hash must be 64 hexadecimal digits in lower case",
      "entry 7 (id 6): overlap_until must be a time such as 2026-11-23T16:46:00.000Z",
      "entry 8: it is no JSON object",
      "entry 9: it is no JSON object",
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

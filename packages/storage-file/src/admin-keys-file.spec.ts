import fc from "fast-check";
import { parseAdminKeysFile, type AdminKeyEntry } from "./admin-keys-file.js";
import { formatJsonListFile } from "./json-list-file.js";

const entry = (overrides: object = {}): AdminKeyEntry => ({
  ...{ name: "anna", role: "admin", created_at: "2026-11-23T16:46:00.000Z", key_hash: "ab".repeat(32) },
  ...overrides,
});
const faultsOf = (entries: unknown) => {
  const result = parseAdminKeysFile(JSON.stringify(entries));
  return result.kind === "damaged" ? result.faults : [];
};

describe("parseAdminKeysFile", () => {
  it("reads entries as they stand, with what it does not know", () => {
    const entries = [
      entry({ note: "on call" }),
      entry({ name: "g", role: "read", key_hash: "cd".repeat(32) }),
    ];
    expect(parseAdminKeysFile(`\ufeff${JSON.stringify(entries)}`)).toEqual({ kind: "parsed", entries });
  });

  it("is read back as it was written", () => {
    const text = formatJsonListFile([entry()]);
    expect(text).toMatch(/^\[\n {2}\{\n {4}"name": "anna",\n/);
    expect(parseAdminKeysFile(text)).toEqual({ kind: "parsed", entries: [entry()] });
  });

  it("says which entry and which field, all of them", () => {
    expect(
      faultsOf([
        entry(),
        entry({ key_hash: "cd".repeat(32) }),
        entry({ name: "omar" }),
        {},
        entry({ name: "Omar", role: "root", created_at: "today", key_hash: "AB".repeat(32) }),
        entry({ name: "first", key_hash: "ef".repeat(32) }),
        entry({ name: "gateway", key_hash: "01".repeat(32) }),
        null,
        [],
      ]),
    ).toEqual([
      "entry 2 (anna): its name is there twice",
      "entry 3 (omar): its key_hash is there twice",
      "entry 4: name must be 1 to 40 of a-z 0-9 - _, and not gateway",
      "entry 4: role must be admin or read",
      "entry 4: created_at must be a time such as 2026-11-23T16:46:00.000Z",
      "entry 4: key_hash must be 64 hexadecimal digits in lower case",
      "entry 5: name must be 1 to 40 of a-z 0-9 - _, and not gateway",
      "entry 5: role must be admin or read",
      "entry 5: created_at must be a time such as 2026-11-23T16:46:00.000Z",
      "entry 5: key_hash must be 64 hexadecimal digits in lower case",
      "entry 6 (first): name must not be first, as the key of the settings is called",
      "entry 7: name must be 1 to 40 of a-z 0-9 - _, and not gateway",
      "entry 8: it is no JSON object",
      "entry 9: it is no JSON object",
    ]);
  });

  it("tells of a thousand faults in twenty lines", () => {
    expect(faultsOf(Array.from({ length: 1_000 }, () => ({})))).toHaveLength(21);
  });

  it.each(["", "[", "{}", "null", '"text"'])("refuses %j", (text) => {
    expect(parseAdminKeysFile(text)).toMatchObject({ kind: "damaged", faults: [expect.any(String)] });
  });

  it("says where the JSON is broken, and shows nothing of it", () => {
    const result = parseAdminKeysFile(`[\n  {"name": "anna" "key_hash": "${"ab".repeat(32)}"}\n]`);
    expect(result).toEqual({ kind: "damaged", faults: [expect.stringMatching(/^it is no JSON, line 2/)] });
  });

  it("answers for any JSON whatever, and never shows a hash", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (entries) => {
        const faults = faultsOf([...entries, entry({ role: "none", key_hash: "hidden" })]);
        expect(faults.length).toBeGreaterThan(0);
        expect(faults.join()).not.toContain("hidden");
      }),
    );
  });
});

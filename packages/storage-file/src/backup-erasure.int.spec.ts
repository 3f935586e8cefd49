import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aContact } from "@gateway-router/core/testing";
import { eraseFromBackups } from "./backup-erasure.js";
import { parseMappingFile } from "./mapping-file.js";

const ERASED = aContact("971501234567");
const LID = aContact("88112233445566@lid");

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "backup-erasure-")), "backups");
  mkdirSync(folder);
});

afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const erase = () => eraseFromBackups(folder, [ERASED, LID]);

describe("eraseFromBackups", () => {
  it.each([
    ["first", [`  "${ERASED}": 2,`, '  "971509876543": 55'], ['  "971509876543": 55']],
    ["last", ['  "971509876543": 55,', `  "${ERASED}": 2`], ['  "971509876543": 55']],
    ["only", [`  "${ERASED}": 2`], []],
    ["both names", ['  "971509876543": 55,', `  "${ERASED}": 2,`, `  "${LID}": 2`], ['  "971509876543": 55']],
  ])("takes the %s entry out of a mapping, which stays readable", async (_where, entries, left) => {
    write("mapping_20261125.json", ["{", ...entries, "}", ""].join("\n"));
    expect(await erase()).toEqual({ changed: 1, unreadable: [] });
    expect(read("mapping_20261125.json")).toBe(["{", ...left, "}", ""].join("\n"));
    expect(parseMappingFile(readFileSync(join(folder, "mapping_20261125.json"))).kind).toBe("parsed");
    expect(await erase()).toEqual({ changed: 0, unreadable: [] });
  });

  it("takes every entry out of records, and leaves the rest to the byte", async () => {
    const text = (entries: readonly string[]) =>
      ["{", '  "version": 1,', '  "tenants_file": "[{\\"id\\": 2}]",', ...entries, "}", ""].join("\n");
    write(
      "records_20261125.json",
      text([
        '  "aliases": [',
        `    {"name":"${LID}","canonical":"${ERASED}","lid":"${LID}"}`,
        "  ],",
        '  "mappings": [',
        '    {"contact":"971509876543","tenant_id":55},',
        `    {"contact":"${ERASED}","tenant_id":2}`,
        "  ],",
        '  "removals": [',
        `    {"contact":"${ERASED}","removed_at_ms":1},`,
        '    {"contact":"9715012345670","removed_at_ms":971501234567}',
        "  ]",
      ]),
    );
    expect(await erase()).toEqual({ changed: 1, unreadable: [] });
    expect(read("records_20261125.json")).toBe(
      text([
        '  "aliases": [',
        "  ],",
        '  "mappings": [',
        '    {"contact":"971509876543","tenant_id":55}',
        "  ],",
        '  "removals": [',
        '    {"contact":"9715012345670","removed_at_ms":971501234567}',
        "  ]",
      ]),
    );
  });

  it("takes the contact out of a copy that somebody laid out by hand, and out of lists of differences", async () => {
    write("edited_20261125_120000.json", `{"${ERASED}": 2, "971509876543": 55}`);
    write("differences_20261125_120000.txt", `${ERASED}: added, tenant 2\n971509876543: tenant 2 → 55\n`);
    expect(await erase()).toEqual({ changed: 2, unreadable: [] });
    expect(read("edited_20261125_120000.json")).toBe('{\n  "971509876543": 55\n}\n');
    expect(read("differences_20261125_120000.txt")).toBe("971509876543: tenant 2 → 55\n");
  });

  it("tells which file names the contact and can't be read, and leaves it as it is", async () => {
    write("replaced_20261125_120000.json", `{"${ERASED}": 2, "9715`);
    write("replaced_20261125_130000.json", '{"9715');
    expect(await erase()).toEqual({
      changed: 0,
      unreadable: [join(folder, "replaced_20261125_120000.json")],
    });
    expect(read("replaced_20261125_120000.json")).toBe(`{"${ERASED}": 2, "9715`);
  });

  it("keeps a file's age, by which the newest backup is told, and nobody else's to read", async () => {
    write("mapping_20261125.json", `{\n  "${ERASED}": 2\n}\n`);
    const then = new Date("2026-11-20T12:00:00Z");
    utimesSync(join(folder, "mapping_20261125.json"), then, then);
    await erase();
    const { mtime, mode } = statSync(join(folder, "mapping_20261125.json"));
    expect([mtime, mode & 0o777]).toEqual([then, 0o600]);
    expect(readdirSync(folder)).toEqual(["mapping_20261125.json"]);
  });

  it("where there are no backups, there is nothing to do", async () => {
    rmSync(folder, { recursive: true });
    expect(await erase()).toEqual({ changed: 0, unreadable: [] });
  });
});

import type { TenantId } from "@gateway-router/core";
import type { DataDirCondition } from "@gateway-router/storage-file";
import { parseSettings } from "../../config/parse-settings.js";
import { checkFiles } from "./check-files.js";
import type { CheckName } from "./finding.js";

const NOW_MS = Date.UTC(2026, 10, 23, 16, 46);
const HOUR_MS = 3_600_000;

const empty: DataDirCondition = {
  mapping: { kind: "absent" },
  tenants: { kind: "absent" },
  records: { kind: "absent" },
  newestBackup: undefined,
};
const damaged = { kind: "damaged", fault: "line 2, column 3: it was cut off" } as const;
const unreadable = { kind: "unreadable", fault: "EACCES" } as const;
const mappings = (count: number) => ({ kind: "sound", content: { mappings: count } }) as const;
const tenants = (...ids: number[]) =>
  ({ kind: "sound", content: ids.map((id) => ({ id: id as TenantId })) }) as const;
const backup = (ageHours: number, count = 3) => ({
  ...{ path: "/data/backups/mapping_20261123.json", mappings: count },
  writtenAtMs: NOW_MS - ageHours * HOUR_MS,
});

const findingOf = (
  check: CheckName,
  condition: Partial<DataDirCondition>,
  settings: Record<string, string> = {},
) => {
  const config = parseSettings({ DATA_DIR: "/data", ...settings }, "/");
  const findings = checkFiles({ config, condition: { ...empty, ...condition }, nowMs: NOW_MS });
  return findings.find((each) => each.check === check)!;
};

describe("checkFiles", () => {
  it("finds nothing wrong with a data folder that no gateway wrote to yet, but that nobody is a tenant", () => {
    const config = parseSettings({ DATA_DIR: "/data" }, "/");
    const verdicts = checkFiles({ config, condition: empty, nowMs: NOW_MS }).map(({ check, verdict }) => [
      ...[check, verdict],
    ]);
    expect(verdicts).toEqual([
      ["mapping_file", "fine"],
      ["tenants_file", "warning"],
      ["records_file", "fine"],
      ["backup", "fine"],
    ]);
  });

  it("tells how many mappings there are", () => {
    expect(findingOf("mapping_file", { mapping: mappings(1) })).toMatchObject({
      ...{ verdict: "fine", finding: "/data/user_tenant_mapping.json has 1 mapping" },
    });
  });

  it("names fault and newest good backup of a damaged mapping file", () => {
    const { verdict, finding, mend } = findingOf("mapping_file", {
      mapping: damaged,
      newestBackup: backup(1),
    });
    expect(verdict).toBe("broken");
    expect(finding).toBe("/data/user_tenant_mapping.json is damaged, line 2, column 3: it was cut off");
    expect(mend).toContain("npx gateway restore /data/backups/mapping_20261123.json");
    expect(findingOf("mapping_file", { mapping: damaged }).mend).toContain("npx gateway restore FILE");
  });

  it("knows by its backups that a mapping file is missing", () => {
    expect(findingOf("mapping_file", { newestBackup: backup(1) })).toMatchObject({ verdict: "broken" });
    expect(findingOf("mapping_file", { newestBackup: backup(1, 0) })).toMatchObject({ verdict: "fine" });
  });

  it.each(["mapping_file", "tenants_file", "records_file"] as const)(
    "says of each file that it can't be read, or is damaged: %s",
    (check) => {
      const all = (condition: typeof damaged | typeof unreadable) =>
        findingOf(check, { mapping: condition, tenants: condition, records: condition });
      expect(all(unreadable)).toMatchObject({
        ...{ verdict: "broken", finding: expect.stringMatching(/can't be read \(EACCES\)$/) as string },
      });
      expect(all(damaged)).toMatchObject({
        ...{ verdict: "broken", finding: expect.stringContaining("is damaged, line 2") as string },
      });
    },
  );

  it("is content with records that look whole", () => {
    expect(findingOf("records_file", { records: { kind: "sound", content: undefined } }).verdict).toBe(
      "fine",
    );
  });

  it("warns where there are no tenants, and no template that makes some", () => {
    expect(findingOf("tenants_file", { tenants: tenants(2, 55) })).toMatchObject({
      ...{ verdict: "fine", finding: "/data/tenants.json has 2 tenants" },
    });
    expect(findingOf("tenants_file", { tenants: tenants() }).verdict).toBe("warning");
    const template = { TENANT_URL_TEMPLATE: "https://agents.example/{tenant_id}" };
    expect(findingOf("tenants_file", {}, template).verdict).toBe("fine");
    expect(findingOf("tenants_file", {}, { ...template, TENANTS_FILE: "/elsewhere.json" })).toMatchObject({
      ...{ verdict: "warning", finding: expect.stringContaining("/elsewhere.json") as string },
    });
  });

  it.each([
    [48, "fine"],
    [49, "warning"],
  ])("a newest backup that is %s h old: %s", (ageHours, verdict) => {
    const found = findingOf("backup", { mapping: mappings(3), newestBackup: backup(ageHours) });
    expect(found).toMatchObject({ verdict, finding: expect.stringContaining(`${ageHours} h old`) as string });
  });

  it("warns of no backup, but not where there is nothing to be lost", () => {
    expect(findingOf("backup", { mapping: mappings(3) })).toMatchObject({
      ...{ verdict: "warning", mend: expect.stringContaining("npx gateway backup") as string },
    });
    expect(findingOf("backup", { mapping: mappings(0) }).verdict).toBe("fine");
    expect(findingOf("backup", { mapping: mappings(0), newestBackup: backup(1_000) }).verdict).toBe("fine");
  });
});

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  GatewayError,
  MigrateRecords,
  randomIds,
  systemClock,
  type Logger,
  type Migratable,
  type MigrationProgress,
  type MigrationReport,
  type RecordsOfKind,
} from "@gateway-router/core";
import { dataDirLayout, FileMigratable } from "@gateway-router/storage-file";
import { PostgresMigratable } from "@gateway-router/storage-postgres";
import { dataPlaceOf, type GatewayConfig } from "../config/gateway-config.js";
import { createLogger } from "../logging/create-logger.js";
import { usingPath } from "../unusable-path-error.js";

export interface MigrateRequest {
  readonly from: MigrationPlace;
  readonly to: MigrationPlace;
  readonly dryRun: boolean;
  readonly onProgress?: (progress: MigrationProgress) => void;
}

/** Where data is. */
export type MigrationPlace =
  { readonly kind: "file"; readonly dataDir: string } | { readonly kind: "postgres"; readonly url: string };

/** The place that a URL, or a path, names; or what is wrong with it, for people, without a password. */
export function parseMigrationPlace(text: string): MigrationPlace | { readonly fault: string } {
  if (/^postgres(ql)?:\/\/./.test(text) && URL.canParse(text)) return { kind: "postgres", url: text };
  if (/^rediss?:/.test(text)) {
    return { fault: "This version carries between files and PostgreSQL only, not to Redis or from it." };
  }
  const path = text.startsWith("file:") ? text.slice("file:".length).replace(/^\/\/(?=\/)/, "") : text;
  // A URL of another kind is no path, and may have a password, so it is not repeated.
  if (path === "" || path.startsWith("//") || /^[a-z][a-z0-9+.-]*:\/\//i.test(path) || path.includes("\0")) {
    return { fault: "It must be file:PATH, the path of a data folder, or postgres://USER@HOST/DATABASE." };
  }
  return { kind: "file", dataDir: resolve(path) };
}

/** As it is shown. */
export function migrationPlaceText(place: MigrationPlace): string {
  return place.kind === "file" ? place.dataDir : dataPlaceOf({ storage: place, dataDir: "" });
}

/** Carries everything from one engine to the other, while no gateway runs on either. */
export async function migrate(config: GatewayConfig, request: MigrateRequest): Promise<MigrationReport> {
  const { from: source, to: target, dryRun, onProgress } = request;
  if (migrationPlaceText(source) === migrationPlaceText(target)) {
    throw new GatewayError("same_place", "--from and --to are the same place. Nothing was done.", {
      retryable: false,
    });
  }
  if (source.kind === "file" && !existsSync(dataDirLayout(source.dataDir).environment)) {
    throw new GatewayError("no_data", `There is no data in ${source.dataDir}. Nothing was done.`, {
      retryable: false,
    });
  }
  const logger = createLogger(config, process.stderr);
  const from = await openPlace(config, source, logger);
  try {
    const to = await openPlace(config, target, logger);
    try {
      const migration = new MigrateRecords({
        ...{ from, to, sha256: (text: string) => createHash("sha256").update(text).digest("hex") },
        ...(onProgress === undefined ? {} : { onProgress }),
      });
      return await migration.execute({ dryRun });
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

function openPlace(config: GatewayConfig, place: MigrationPlace, logger: Logger): Promise<Migratable> {
  const runtime = { clock: systemClock, ids: randomIds, logger };
  if (place.kind === "postgres") return PostgresMigratable.open({ ...runtime, url: place.url });
  const { dataDir } = place;
  const { backupKeepDays, duplicateMemoryDays, tenants } = config;
  // A tenants' file elsewhere belongs to the data folder that the settings name.
  const tenantsFile =
    dataDir === resolve(config.dataDir) ? resolve(tenants.file) : join(dataDir, "tenants.json");
  return usingPath({ setting: "The data folder", path: dataDir }, () =>
    FileMigratable.open({ ...runtime, dataDir, tenantsFile, backupKeepDays, duplicateMemoryDays }),
  );
}

export function progressText({ step, kind, records }: MigrationProgress): string {
  return `${step} ${kind}: ${records}`;
}

export function migrationText(report: MigrationReport, request: MigrateRequest): string {
  const from = migrationPlaceText(request.from);
  const to = migrationPlaceText(request.to);
  switch (report.kind) {
    case "refused":
      return `${refusalLines(report, to).join("\n")}\n`;
    case "planned":
      return `${tableLines(report.kinds).join("\n")}\nA dry run: nothing was changed. This is what would be carried from ${from} to ${to}.\n`;
    case "migrated":
      return `${tableLines(report.kinds).join("\n")}\nEverything in ${from} is in ${to}: all counts and checksums are the same.\nNot carried, since nothing is lost by it: pauses of tenants that did not answer, delays of what waits, send budgets; people sign in to the console anew. Secrets that the gateway made itself are files in its DATA_DIR: keep it, or copy them.\n`;
    case "differs":
      return `${tableLines(report.kinds).join("\n")}\n${to} does not have all of ${from}: see the lines marked with ✗. Make sure that nobody works with either, and run it again.\n`;
  }
}

function refusalLines(report: Extract<MigrationReport, { readonly kind: "refused" }>, to: string): string[] {
  const { conflicts, listed } = report;
  const lines = listed.map(({ kind, name, tenants }) =>
    tenants === undefined || tenants.from === tenants.to
      ? `✗ ${kind} ${name} is there otherwise`
      : `✗ contact ${name} is locked to tenant ${tenants.to} there, and to tenant ${tenants.from} here`,
  );
  return [
    ...lines,
    ...(conflicts > listed.length ? [`and ${conflicts - listed.length} more`] : []),
    `${to} has ${conflicts === 1 ? "one record" : `${conflicts} records`} otherwise, and nothing there is overwritten. Nothing was changed.`,
  ];
}

function tableLines(kinds: readonly RecordsOfKind[]): string[] {
  const some = kinds.filter(({ records }) => records > 0);
  if (some.length === 0) return ["There is nothing to carry."];
  return some.map(({ kind, records, alreadyThere, compared, checksum }) => {
    const there = alreadyThere === 0 ? "" : `, ${alreadyThere} of them there before`;
    if (checksum === undefined) return `  ${kind}: ${records}${there}`;
    const isSame = records === compared && checksum.from === checksum.to;
    const sums = isSame ? checksum.from : `${checksum.from}, and ${checksum.to} of ${compared ?? 0} there`;
    return `${isSame ? "✓" : "✗"} ${kind}: ${records}${there}, checksum ${sums}`;
  });
}

/** For scripts. */
export function migrationJson(report: MigrationReport, request: MigrateRequest): object {
  const places = { from: migrationPlaceText(request.from), to: migrationPlaceText(request.to) };
  if (report.kind === "refused") {
    return {
      ...{ status: report.kind, ...places, conflicts: report.conflicts },
      listed: report.listed.map(({ kind, name, tenants }) => ({
        ...{ kind, name },
        ...(tenants === undefined ? {} : { tenant_from: tenants.from, tenant_to: tenants.to }),
      })),
    };
  }
  return {
    ...{ status: report.kind, ...places },
    records: report.kinds.map(({ kind, records, alreadyThere, compared, checksum }) => ({
      ...{ kind, records, already_there: alreadyThere },
      ...(compared === undefined ? {} : { compared }),
      ...(checksum === undefined ? {} : { checksum_from: checksum.from, checksum_to: checksum.to }),
    })),
  };
}

import type { FoundRecord, MigratedTenant, MigrationKind, MigrationRecord } from "@gateway-router/core";
import { parseAdminKeysFile, type AdminKeyEntry } from "./admin-keys-file.js";
import { writeFileAtomically } from "./atomic-file.js";
import { DamagedFileError } from "./damaged-file-error.js";
import { readVersion, targetOf } from "./file-version.js";
import { formatJsonListFile, type JsonListFileResult } from "./json-list-file.js";
import { parseTenantsFile, type TenantEntry } from "./tenants-file.js";

/** Records that stand in one JSON file. */
export interface MigratedList {
  readonly kind: MigrationKind;
  records(): readonly MigrationRecord[];
  find(record: MigrationRecord): FoundRecord;
  add(records: readonly MigrationRecord[]): Promise<void>;
}

async function readEntries<Entry>(
  path: string,
  parse: (text: string) => JsonListFileResult<Entry>,
): Promise<readonly Entry[]> {
  const { text } = await readVersion(path);
  const result = parse(text ?? "[]");
  if (result.kind === "parsed") return result.entries;
  throw new DamagedFileError(
    path,
    `${path} can't be used: ${result.faults.join("; ")}. Nothing was changed. Correct the file first.`,
  );
}

async function writeEntries(path: string, entries: readonly object[]): Promise<void> {
  await writeFileAtomically({ path: await targetOf(path), chunks: [formatJsonListFile(entries)] });
}

/** The tenants' file. */
export class MigratedTenants implements MigratedList {
  readonly kind = "tenant";

  private constructor(
    private readonly path: string,
    private entries: readonly TenantEntry[],
  ) {}

  static async open(path: string): Promise<MigratedTenants> {
    return new MigratedTenants(path, await readEntries(path, parseTenantsFile));
  }

  records(): readonly MigrationRecord[] {
    return this.entries.map(tenantRecord);
  }

  find(record: MigrationRecord): FoundRecord {
    const entry = record.kind === this.kind && this.entries.find(({ id }) => id === record.id);
    return entry ? tenantRecord(entry) : undefined;
  }

  async add(records: readonly MigrationRecord[]): Promise<void> {
    const added = records.flatMap((record) => (record.kind === this.kind ? [tenantEntry(record)] : []));
    const entries = [...this.entries, ...added].toSorted((one, other) => one.id - other.id);
    await writeEntries(this.path, entries);
    this.entries = entries;
  }
}

/** The admin keys' file. */
export class MigratedAdminKeys implements MigratedList {
  readonly kind = "admin_key";

  private constructor(
    private readonly path: string,
    private entries: readonly AdminKeyEntry[],
  ) {}

  static async open(path: string): Promise<MigratedAdminKeys> {
    return new MigratedAdminKeys(path, await readEntries(path, parseAdminKeysFile));
  }

  records(): readonly MigrationRecord[] {
    return this.entries.map(keyRecord);
  }

  find(record: MigrationRecord): FoundRecord {
    const entry = record.kind === this.kind && this.entries.find(({ name }) => name === record.name);
    return entry ? keyRecord(entry) : undefined;
  }

  async add(records: readonly MigrationRecord[]): Promise<void> {
    const added = records.flatMap((record) => (record.kind === this.kind ? [keyEntry(record)] : []));
    const entries = [...this.entries, ...added];
    await writeEntries(this.path, entries);
    this.entries = entries;
  }
}

function tenantRecord(entry: TenantEntry): MigrationRecord<"tenant"> {
  const { id, removed, name, url, active, secret } = entry;
  if (removed === true) return { kind: "tenant", id, removed, active: false };
  const { token_hash: tokenHash, previous_secret: previousSecret } = entry;
  const { previous_token_hash: previousTokenHash, overlap_until: overlapUntil } = entry;
  return {
    ...{ kind: "tenant", id, active: active ?? true },
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    ...(secret === undefined ? {} : { secret }),
    ...(tokenHash === undefined ? {} : { tokenHash }),
    ...(previousSecret === undefined ? {} : { previousSecret }),
    ...(previousTokenHash === undefined ? {} : { previousTokenHash }),
    ...(overlapUntil === undefined ? {} : { overlapUntilMs: Date.parse(overlapUntil) }),
  };
}

function tenantEntry(tenant: MigratedTenant): TenantEntry {
  const { id, removed, name, url, active, secret } = tenant;
  if (removed === true) return { id, removed };
  const { tokenHash, previousSecret, previousTokenHash, overlapUntilMs } = tenant;
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    active,
    ...(secret === undefined ? {} : { secret }),
    ...(tokenHash === undefined ? {} : { token_hash: tokenHash }),
    ...(previousSecret === undefined ? {} : { previous_secret: previousSecret }),
    ...(previousTokenHash === undefined ? {} : { previous_token_hash: previousTokenHash }),
    ...(overlapUntilMs === undefined ? {} : { overlap_until: new Date(overlapUntilMs).toISOString() }),
  };
}

function keyRecord({ name, role, created_at, key_hash }: AdminKeyEntry): MigrationRecord<"admin_key"> {
  return { kind: "admin_key", name, role, createdAtMs: Date.parse(created_at), keyHash: key_hash };
}

function keyEntry({ name, role, createdAtMs, keyHash }: MigrationRecord<"admin_key">): AdminKeyEntry {
  return { name, role, created_at: new Date(createdAtMs).toISOString(), key_hash: keyHash };
}

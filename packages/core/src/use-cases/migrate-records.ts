import {
  MIGRATION_KINDS,
  type FoundRecord,
  type Migratable,
  type MigrationKind,
  type MigrationRecord,
} from "../ports/migratable.js";
import { comparableText, RecordsChecksum } from "./records-checksum.js";

export interface MigrateRecordsOptions {
  readonly from: Migratable;
  readonly to: Migratable;
  /** The digest of a text, in hexadecimal. */
  readonly sha256: (text: string) => string;
  /** Told after each batch. */
  readonly onProgress?: (progress: MigrationProgress) => void;
}

export interface MigrationProgress {
  readonly step: "looking" | "carrying" | "comparing";
  readonly kind: MigrationKind;
  /** Of this kind, in this step. */
  readonly records: number;
}

export interface RecordsOfKind {
  readonly kind: MigrationKind;
  readonly records: number;
  /** Of them, those that the target had before. */
  readonly alreadyThere: number;
  /** Of them, those that the target has now, as the source has them. */
  readonly compared?: number;
  readonly checksum?: { readonly from: string; readonly to: string };
}

/** What the target has otherwise. */
export interface MigrationConflict {
  readonly kind: MigrationKind;
  /** Which one: a contact, a tenant's id. Never a secret. */
  readonly name: string;
  /** Where both have a contact: with which tenants. */
  readonly tenants?: { readonly from: number; readonly to: number };
}

export type MigrationReport =
  /** Nothing was changed. */
  | {
      readonly kind: "refused";
      readonly conflicts: number;
      /** The first of them. */
      readonly listed: readonly MigrationConflict[];
    }
  /** A dry run: what would be carried. */
  | { readonly kind: "planned"; readonly kinds: readonly RecordsOfKind[] }
  /** Each count and each checksum is the same on both sides. */
  | { readonly kind: "migrated"; readonly kinds: readonly RecordsOfKind[] }
  | { readonly kind: "differs"; readonly kinds: readonly RecordsOfKind[] };

const LISTED_CONFLICTS = 1_000;

/**
 * Carries all that one engine keeps to another one, while nobody works with either. First it looks at everything: what
 * the target has otherwise is not overwritten, and then nothing at all is changed. What the target has already, as after
 * a run that was cut off, is left as it is. At the end all records are read again and compared.
 */
export class MigrateRecords {
  constructor(private readonly options: MigrateRecordsOptions) {}

  async execute({ dryRun }: { readonly dryRun: boolean }): Promise<MigrationReport> {
    const looked = await this.look();
    if (looked.conflicts > 0) {
      return { kind: "refused", conflicts: looked.conflicts, listed: looked.listed };
    }
    if (dryRun) return { kind: "planned", kinds: looked.kinds };
    for (const kind of MIGRATION_KINDS) await this.carry(kind);
    const kinds: RecordsOfKind[] = [];
    for (const plan of looked.kinds) kinds.push({ ...plan, ...(await this.compare(plan)) });
    const isSame = kinds.every(
      ({ records, compared, checksum }) => records === compared && checksum?.from === checksum?.to,
    );
    return { kind: isSame ? "migrated" : "differs", kinds };
  }

  private async look(): Promise<{
    readonly kinds: readonly RecordsOfKind[];
    readonly conflicts: number;
    readonly listed: readonly MigrationConflict[];
  }> {
    const kinds: RecordsOfKind[] = [];
    const listed: MigrationConflict[] = [];
    let conflicts = 0;
    for (const kind of MIGRATION_KINDS) {
      let records = 0;
      let alreadyThere = 0;
      await this.walk("looking", kind, (record, found) => {
        records += 1;
        if (isHeld(record, found)) alreadyThere += 1;
        else if (found !== undefined) {
          conflicts += 1;
          if (listed.length < LISTED_CONFLICTS) listed.push(conflictOf(record, found));
        }
      });
      kinds.push({ kind, records, alreadyThere });
    }
    return { kinds, conflicts, listed };
  }

  private async carry(kind: MigrationKind): Promise<void> {
    const { from, to, onProgress } = this.options;
    let records = 0;
    for await (const batch of from.records(kind)) {
      await this.confirmAlone();
      const found = await to.find(batch);
      const missing = batch.filter((_, index) => found[index] === undefined);
      for (const record of missing) {
        if (record.kind === "media") await to.takeFile(record, from.content(record));
      }
      if (kind !== "media" && missing.length > 0) await to.take(missing);
      records += batch.length;
      onProgress?.({ step: "carrying", kind, records });
    }
  }

  private async compare({ kind }: RecordsOfKind): Promise<Pick<RecordsOfKind, "compared" | "checksum">> {
    const from = new RecordsChecksum(this.options.sha256);
    const to = new RecordsChecksum(this.options.sha256);
    let compared = 0;
    await this.walk("comparing", kind, (record, found) => {
      from.add(record);
      if (found === undefined) return;
      // What was carried and has gone its way since counts as it was.
      to.add(found === "passed" ? record : found);
      compared += 1;
    });
    return { compared, checksum: { from: from.text, to: to.text } };
  }

  /** Goes through all of the source's, each with what the target holds in its place. */
  private async walk(
    step: MigrationProgress["step"],
    kind: MigrationKind,
    visit: (record: MigrationRecord, found: FoundRecord) => void,
  ): Promise<void> {
    const { from, to, onProgress } = this.options;
    let records = 0;
    for await (const batch of from.records(kind)) {
      await this.confirmAlone();
      const found = await to.find(batch);
      batch.forEach((record, index) => visit(record, found[index]));
      records += batch.length;
      onProgress?.({ step, kind, records });
    }
  }

  private async confirmAlone(): Promise<void> {
    await this.options.from.confirmAlone();
    await this.options.to.confirmAlone();
  }
}

function isHeld(record: MigrationRecord, found: FoundRecord): boolean {
  return found === "passed" || (found !== undefined && comparableText(found) === comparableText(record));
}

function conflictOf(record: MigrationRecord, found: FoundRecord): MigrationConflict {
  const { kind } = record;
  const name = nameOf(record);
  if (record.kind !== "mapping" || typeof found !== "object" || found.kind !== "mapping")
    return { kind, name };
  return { kind, name, tenants: { from: record.tenantId, to: found.tenantId } };
}

function nameOf(record: MigrationRecord): string {
  switch (record.kind) {
    case "contact_hash_key":
      return "the key by which names are hashed";
    case "tenant":
      return `tenant ${record.id}`;
    case "mapping":
    case "removal":
    case "unmapped_mark":
    case "contested":
      return record.contact;
    case "first_words":
      return record.message.contact;
    case "erasure":
    case "opt_out":
      return `the contact with hash ${record.contactHash}`;
    case "erased_generation":
    case "begun_generation":
      return record.generation;
    case "delivery":
      return record.delivery.id;
    case "dead_letter":
      return record.letter.id;
    case "line_order":
      return `${record.line} behind ${record.behind}`;
    case "hold":
      return `tenant ${record.tenantId}`;
    case "media":
    case "reply":
      return record.id;
    case "audit":
      return `${record.action} at ${new Date(record.atMs).toISOString()}`;
    case "idempotency_key":
      return `tenant ${record.tenantId}, ${record.key}`;
    case "identity":
      return record.identity;
    case "alias":
    case "admin_key":
    case "state":
      return record.name;
  }
}

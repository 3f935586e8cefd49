import type { FoundRecord, Migratable, MigrationKind, MigrationRecord } from "../ports/migratable.js";
import { comparableText } from "../use-cases/records-checksum.js";

export interface InMemoryMigratableOptions {
  /** What names a record among those of its kind; all it says where not given. */
  readonly keyOf?: (record: MigrationRecord) => string;
}

/** Records in memory, two in a batch, with the contents of files. */
export class InMemoryMigratable implements Migratable {
  readonly kept: MigrationRecord[] = [];
  readonly files = new Map<string, Uint8Array>();
  /** Named here, records count as gone since they came. */
  readonly passed = new Set<string>();
  /** Takes that succeed before one fails, as a crash would have it. */
  takesLeft = Infinity;
  private readonly keyOf: (record: MigrationRecord) => string;

  constructor(records: readonly MigrationRecord[] = [], { keyOf }: InMemoryMigratableOptions = {}) {
    this.kept.push(...records);
    this.keyOf = keyOf ?? comparableText;
  }

  async *records(kind: MigrationKind): AsyncIterable<readonly MigrationRecord[]> {
    const all = this.kept.filter((record) => record.kind === kind);
    for (let from = 0; from < all.length; from += 2) yield all.slice(from, from + 2);
  }

  async find(records: readonly MigrationRecord[]): Promise<readonly FoundRecord[]> {
    return records.map((record) => {
      const key = this.keyOf(record);
      if (this.passed.has(key)) return "passed";
      return this.kept.find((each) => each.kind === record.kind && this.keyOf(each) === key);
    });
  }

  async take(records: readonly MigrationRecord[]): Promise<void> {
    this.spend();
    this.kept.push(...records);
  }

  async *content({ id }: MigrationRecord<"media">): AsyncIterable<Uint8Array> {
    const content = this.files.get(id);
    if (content !== undefined) yield content;
  }

  async takeFile(file: MigrationRecord<"media">, content: AsyncIterable<Uint8Array>): Promise<void> {
    this.spend();
    for await (const piece of content) this.files.set(file.id, piece);
    this.kept.push(file);
  }

  async confirmAlone(): Promise<void> {}

  async close(): Promise<void> {}

  private spend(): void {
    if (this.takesLeft === 0) throw new Error("cut off");
    this.takesLeft -= 1;
  }
}

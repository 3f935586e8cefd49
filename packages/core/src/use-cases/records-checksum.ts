import type { MigrationRecord } from "../ports/migratable.js";

const BYTES = 16;
const MODULUS = 2n ** BigInt(BYTES * 8);

/** A checksum over records in any order: the sum of their digests. One that is there twice counts twice. */
export class RecordsChecksum {
  private sum = 0n;

  /** `sha256` answers the digest of a text in hexadecimal. */
  constructor(private readonly sha256: (text: string) => string) {}

  add(record: MigrationRecord): void {
    const digest = this.sha256(comparableText(record));
    this.sum = (this.sum + BigInt(`0x${digest.slice(0, BYTES * 2)}`)) % MODULUS;
  }

  get text(): string {
    return this.sum.toString(16).padStart(BYTES * 2, "0");
  }
}

/** The same for records that say the same, whatever the order of their fields. */
export function comparableText(record: MigrationRecord): string {
  // Engines remember for how long in their own ways: one by the message, another by the week.
  if (record.kind === "identity") return JSON.stringify(sorted({ ...record, atMs: undefined }));
  // An error's text may hold a NUL, for which an engine may put the sign for what can't be shown.
  return JSON.stringify(sorted(record)).replaceAll("\\u0000", "\uFFFD");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([name, each]) => [name, sorted(each)]));
}

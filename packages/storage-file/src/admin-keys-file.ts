import { FIRST_ADMIN_KEY, isAdminKeyName, isAdminRole, type AdminRole } from "@gateway-router/core";
import { placeOfJsonFault } from "./json-fault.js";

/** One admin key as it stands in the file, with whatever else stands there. */
export interface AdminKeyEntry {
  readonly name: string;
  readonly role: AdminRole;
  /** ISO 8601. */
  readonly created_at: string;
  /** SHA-256 of the key, as 64 hexadecimal digits. */
  readonly key_hash: string;
  readonly [unknown: string]: unknown;
}

export type AdminKeysFileResult =
  /** In the order of the file. */
  | { readonly kind: "parsed"; readonly entries: readonly AdminKeyEntry[] }
  /** What is wrong, one sentence part per fault. Never shows a hash. */
  | { readonly kind: "damaged"; readonly faults: readonly string[] };

const HASH = /^[0-9a-f]{64}$/;
/** Faults that are told; a file with more has one cause. */
const TOLD = 20;

/**
 * Reads `[{"name": "grafana", "role": "read", "created_at": "2026-…", "key_hash": "…"}]`. Fields that are not
 * known are let through: other versions of the gateway may have put them there.
 */
export function parseAdminKeysFile(text: string): AdminKeysFileResult {
  let entries: unknown;
  try {
    entries = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    return { kind: "damaged", faults: [`it is no JSON${placeOfJsonFault(error, text)}`] };
  }
  if (!Array.isArray(entries))
    return { kind: "damaged", faults: ["it is no JSON list: it must start with ["] };

  const faults: string[] = [];
  const names = new Set<string>();
  const hashes = new Set<unknown>();
  entries.forEach((entry: unknown, index) => {
    const found = faultsOf(entry);
    const { name, key_hash } = (entry ?? {}) as Partial<AdminKeyEntry>;
    if (isAdminKeyName(name)) {
      if (names.has(name)) found.push("its name is there twice");
      names.add(name);
    }
    if (isHash(key_hash)) {
      // One key would be two people's: what copying an entry makes.
      if (hashes.has(key_hash)) found.push("its key_hash is there twice");
      hashes.add(key_hash);
    }
    const title = `entry ${index + 1}${isAdminKeyName(name) ? ` (${name})` : ""}`;
    faults.push(...found.map((fault) => `${title}: ${fault}`));
  });
  if (faults.length === 0) return { kind: "parsed", entries: entries as readonly AdminKeyEntry[] };
  const more = faults.length > TOLD ? [`and ${faults.length - TOLD} more`] : [];
  return { kind: "damaged", faults: [...faults.slice(0, TOLD), ...more] };
}

export function formatAdminKeysFile(entries: readonly AdminKeyEntry[]): string {
  return `${JSON.stringify(entries, null, 2)}\n`;
}

const CHECKS: readonly (readonly [field: string, accepts: (value: unknown) => boolean, fault: string])[] = [
  ["name", isAdminKeyName, "must be 1 to 40 of a-z 0-9 - _, and not gateway"],
  ["name", (value) => value !== FIRST_ADMIN_KEY, "must not be first, as the key of the settings is called"],
  ["role", isAdminRole, "must be admin or read"],
  ["created_at", isTime, "must be a time such as 2026-11-23T16:46:00.000Z"],
  ["key_hash", isHash, "must be 64 hexadecimal digits in lower case"],
];

function faultsOf(entry: unknown): string[] {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return ["it is no JSON object"];
  const fields = entry as Record<string, unknown>;
  return CHECKS.filter(([field, accepts]) => !accepts(fields[field])).map(
    ([field, , fault]) => `${field} ${fault}`,
  );
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && HASH.test(value);
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value));
}

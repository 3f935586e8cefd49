import { FIRST_ADMIN_KEY, isAdminKeyName, isAdminRole, type AdminRole } from "@gateway-router/core";
import {
  isSha256,
  isTimeText,
  parseJsonListFile,
  type FieldCheck,
  type Fields,
  type JsonListFileResult,
} from "./json-list-file.js";

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

export type AdminKeysFileResult = JsonListFileResult<AdminKeyEntry>;

/**
 * Reads `[{"name": "grafana", "role": "read", "created_at": "2026-…", "key_hash": "…"}]`. Fields that are not
 * known are let through: other versions of the gateway may have put them there.
 */
export function parseAdminKeysFile(text: string): AdminKeysFileResult {
  const names = new Set<string>();
  const hashes = new Set<string>();
  return parseJsonListFile(text, {
    title: ({ name }) => (isAdminKeyName(name) ? name : undefined),
    judge: (entry) => {
      const found = faultsOf(entry);
      const { name, key_hash: hash } = entry;
      if (isAdminKeyName(name)) {
        if (names.has(name)) found.push("its name is there twice");
        names.add(name);
      }
      if (isSha256(hash)) {
        // One key would be two people's: what copying an entry makes.
        if (hashes.has(hash)) found.push("its key_hash is there twice");
        hashes.add(hash);
      }
      return found;
    },
  });
}

const CHECKS: readonly FieldCheck[] = [
  ["name", isAdminKeyName, "must be 1 to 40 of a-z 0-9 - _, and not gateway"],
  ["name", (value) => value !== FIRST_ADMIN_KEY, "must not be first, as the key of the settings is called"],
  ["role", isAdminRole, "must be admin or read"],
  ["created_at", isTimeText, "must be a time such as 2026-11-23T16:46:00.000Z"],
  ["key_hash", isSha256, "must be 64 hexadecimal digits in lower case"],
];

function faultsOf(entry: Fields): string[] {
  return CHECKS.filter(([field, accepts]) => !accepts(entry[field])).map(
    ([field, , fault]) => `${field} ${fault}`,
  );
}

import { isTenantId, type TenantId } from "@gateway-router/core";
import {
  isSha256,
  isTimeText,
  parseJsonListFile,
  type FieldCheck,
  type Fields,
  type JsonListFileResult,
} from "./json-list-file.js";

/** One tenant as it stands in the file, with whatever else stands there. */
export interface TenantEntry {
  readonly id: TenantId;
  /** The tenant is no more, and its id is never given again. All other fields mean nothing then. */
  readonly removed?: boolean;
  readonly name?: string;
  readonly url?: string;
  readonly active?: boolean;
  readonly secret?: string;
  /** SHA-256 of the tenant's token, as 64 hexadecimal digits. */
  readonly token_hash?: string;
  /** What the tenant had before its last rotation, good until `overlap_until`. */
  readonly previous_secret?: string;
  readonly previous_token_hash?: string;
  /** ISO 8601. */
  readonly overlap_until?: string;
  readonly [unknown: string]: unknown;
}

export type TenantsFileResult = JsonListFileResult<TenantEntry>;

const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/;
const LONGEST_NAME = 200;

/**
 * Reads `[{"id": 2, "name": "Agent 2", "url": "http://…", "active": true, "secret": "whsec_…"}]`. Fields that
 * are not known are let through: other versions of the gateway may have put them there.
 */
export function parseTenantsFile(text: string): TenantsFileResult {
  const ids = new Set<TenantId>();
  const hashes = new Set<string>();
  return parseJsonListFile(text, {
    title: ({ id }) => (isTenantId(id) ? `id ${id}` : undefined),
    judge: (entry) => {
      const found = faultsOf(entry);
      const { id } = entry;
      if (isTenantId(id)) {
        if (ids.has(id)) found.push("its id is there twice");
        ids.add(id);
      }
      for (const [field, hash] of hashesOf(entry)) {
        // One token would be two tenants', or go on after its end: what copying an entry makes.
        if (hashes.has(hash)) found.push(`its ${field} is there twice`);
        hashes.add(hash);
      }
      return found;
    },
  });
}

export function isSigningSecret(value: unknown): value is string {
  return typeof value === "string" && SECRET.test(value);
}

export function isHandlerUrl(value: unknown): value is string {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  return ["http:", "https:"].includes(new URL(value).protocol);
}

const CHECKS: readonly FieldCheck[] = [
  ["removed", isBoolean, "must be true or false"],
  [
    "name",
    (value) => typeof value === "string" && value.length <= LONGEST_NAME,
    `must be text of at most ${LONGEST_NAME} characters`,
  ],
  ["url", isHandlerUrl, "must be a whole http or https URL"],
  ["active", isBoolean, "must be true or false"],
  ["secret", isSigningSecret, "must be whsec_ and Base64"],
  ["token_hash", isSha256, "must be 64 hexadecimal digits in lower case"],
  ["previous_secret", isSigningSecret, "must be whsec_ and Base64"],
  ["previous_token_hash", isSha256, "must be 64 hexadecimal digits in lower case"],
  ["overlap_until", isTimeText, "must be a time such as 2026-11-23T16:46:00.000Z"],
];

function faultsOf(entry: Fields): string[] {
  const faults = CHECKS.filter(([field, accepts]) => entry[field] !== undefined && !accepts(entry[field]));
  return [
    ...(isTenantId(entry["id"]) ? [] : ["id must be a whole number from 1, without quotes"]),
    ...faults.map(([field, , fault]) => `${field} ${fault}`),
  ];
}

function hashesOf({ removed, token_hash, previous_token_hash }: Fields): [field: string, hash: string][] {
  if (removed === true) return [];
  return Object.entries({ token_hash, previous_token_hash }).filter((pair): pair is [string, string] =>
    isSha256(pair[1]),
  );
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

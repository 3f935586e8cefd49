import { isTenantId, type TenantId } from "@gateway-router/core";
import { placeOfJsonFault } from "./json-fault.js";

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

export type TenantsFileResult =
  /** In the order of the file. */
  | { readonly kind: "parsed"; readonly entries: readonly TenantEntry[] }
  /** What is wrong, one sentence part per fault. Never shows a secret. */
  | { readonly kind: "damaged"; readonly faults: readonly string[] };

const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/;
const HASH = /^[0-9a-f]{64}$/;
const LONGEST_NAME = 200;
/** Faults that are told; a file with more has one cause. */
const TOLD = 20;

/**
 * Reads `[{"id": 2, "name": "Agent 2", "url": "http://…", "active": true, "secret": "whsec_…"}]`. Fields that
 * are not known are let through: other versions of the gateway may have put them there.
 */
export function parseTenantsFile(text: string): TenantsFileResult {
  let entries: unknown;
  try {
    entries = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    return { kind: "damaged", faults: [`it is no JSON${placeOfJsonFault(error, text)}`] };
  }
  if (!Array.isArray(entries))
    return { kind: "damaged", faults: ["it is no JSON list: it must start with ["] };

  const faults: string[] = [];
  const ids = new Set<TenantId>();
  const hashes = new Set<unknown>();
  entries.forEach((entry: unknown, index) => {
    const found = faultsOf(entry);
    const { id } = (entry ?? {}) as { readonly id?: unknown };
    if (isTenantId(id)) {
      if (ids.has(id)) found.push("its id is there twice");
      ids.add(id);
    }
    for (const [field, hash] of hashesOf(entry)) {
      // One token would be two tenants', or go on after its end: what copying an entry makes.
      if (hashes.has(hash)) found.push(`its ${field} is there twice`);
      hashes.add(hash);
    }
    const name = `entry ${index + 1}${isTenantId(id) ? ` (id ${id})` : ""}`;
    faults.push(...found.map((fault) => `${name}: ${fault}`));
  });
  if (faults.length === 0) return { kind: "parsed", entries: entries as readonly TenantEntry[] };
  const more = faults.length > TOLD ? [`and ${faults.length - TOLD} more`] : [];
  return { kind: "damaged", faults: [...faults.slice(0, TOLD), ...more] };
}

export function formatTenantsFile(entries: readonly TenantEntry[]): string {
  return `${JSON.stringify(entries, null, 2)}\n`;
}

export function isSigningSecret(value: unknown): value is string {
  return typeof value === "string" && SECRET.test(value);
}

export function isHandlerUrl(value: unknown): value is string {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  return ["http:", "https:"].includes(new URL(value).protocol);
}

const CHECKS: readonly (readonly [field: string, accepts: (value: unknown) => boolean, fault: string])[] = [
  ["removed", isBoolean, "must be true or false"],
  [
    "name",
    (value) => typeof value === "string" && value.length <= LONGEST_NAME,
    `must be text of at most ${LONGEST_NAME} characters`,
  ],
  ["url", isHandlerUrl, "must be a whole http or https URL"],
  ["active", isBoolean, "must be true or false"],
  ["secret", isSigningSecret, "must be whsec_ and Base64"],
  ["token_hash", isHash, "must be 64 hexadecimal digits in lower case"],
  ["previous_secret", isSigningSecret, "must be whsec_ and Base64"],
  ["previous_token_hash", isHash, "must be 64 hexadecimal digits in lower case"],
  ["overlap_until", isTime, "must be a time such as 2026-11-23T16:46:00.000Z"],
];

function faultsOf(entry: unknown): string[] {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return ["it is no JSON object"];
  const fields = entry as Record<string, unknown>;
  const faults = CHECKS.filter(([field, accepts]) => fields[field] !== undefined && !accepts(fields[field]));
  return [
    ...(isTenantId(fields["id"]) ? [] : ["id must be a whole number from 1, without quotes"]),
    ...faults.map(([field, , fault]) => `${field} ${fault}`),
  ];
}

function hashesOf(entry: unknown): [field: string, hash: string][] {
  const { removed, token_hash, previous_token_hash } = (entry ?? {}) as Partial<TenantEntry>;
  if (removed === true) return [];
  return Object.entries({ token_hash, previous_token_hash }).filter((pair): pair is [string, string] =>
    isHash(pair[1]),
  );
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && HASH.test(value);
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value));
}

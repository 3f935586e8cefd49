import { isTenantId, type Tenant, type TenantId } from "@gateway-router/core";
import { errorMessage } from "./error-code.js";

export type TenantsFileResult =
  | { readonly kind: "parsed"; readonly tenants: ReadonlyMap<TenantId, Tenant> }
  /** What is wrong, one sentence part per fault. Never shows a secret. */
  | { readonly kind: "damaged"; readonly faults: readonly string[] };

const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/;
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
    return { kind: "damaged", faults: [`it is no JSON${placeOf(error, text)}`] };
  }
  if (!Array.isArray(entries))
    return { kind: "damaged", faults: ["it is no JSON list: it must start with ["] };

  const faults: string[] = [];
  const tenants = new Map<TenantId, Tenant>();
  entries.forEach((entry: unknown, index) => {
    const found = faultsOf(entry);
    const id = (entry as { id?: unknown } | null)?.id;
    if (isTenantId(id) && tenants.has(id)) found.push("its id is there twice");
    const name = `entry ${index + 1}${isTenantId(id) ? ` (id ${id})` : ""}`;
    faults.push(...found.map((fault) => `${name}: ${fault}`));
    if (found.length === 0) tenants.set(id as TenantId, tenantOf(entry as ValidEntry));
  });
  if (faults.length === 0) return { kind: "parsed", tenants };
  const more = faults.length > TOLD ? [`and ${faults.length - TOLD} more`] : [];
  return { kind: "damaged", faults: [...faults.slice(0, TOLD), ...more] };
}

export function isSigningSecret(value: unknown): value is string {
  return typeof value === "string" && SECRET.test(value);
}

export function isHandlerUrl(value: unknown): value is string {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  return ["http:", "https:"].includes(new URL(value).protocol);
}

interface ValidEntry {
  readonly id: TenantId;
  readonly name?: string;
  readonly url?: string;
  readonly active?: boolean;
  readonly secret?: string;
}

function faultsOf(entry: unknown): string[] {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return ["it is no JSON object"];
  const { id, name, url, active, secret } = entry as Record<string, unknown>;
  const faults: string[] = [];
  if (!isTenantId(id)) faults.push("id must be a whole number from 1, without quotes");
  if (name !== undefined && (typeof name !== "string" || name.length > LONGEST_NAME)) {
    faults.push(`name must be text of at most ${LONGEST_NAME} characters`);
  }
  if (url !== undefined && !isHandlerUrl(url)) faults.push("url must be a whole http or https URL");
  if (active !== undefined && typeof active !== "boolean") faults.push("active must be true or false");
  if (secret !== undefined && !isSigningSecret(secret)) {
    faults.push("secret must be whsec_ and Base64");
  }
  return faults;
}

function tenantOf({ id, name, url, active = true, secret }: ValidEntry): Tenant {
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    active,
    signingSecrets: secret === undefined ? [] : [secret],
  };
}

/** The parser's message quotes the text around the fault, where a secret may be; only the place is told. */
function placeOf(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(errorMessage(error))?.[1];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return `, line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

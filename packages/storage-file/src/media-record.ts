import { isTenantId, type ContactId, type MediaOutcome, type TenantId } from "@gateway-router/core";

/** What stands beside a file, or in its place where there is none. */
export interface MediaRecord {
  /** The file's id; its name in the folder is made of it. */
  readonly id: string;
  readonly contact: ContactId;
  readonly keptAtMs: number;
  readonly outcome: MediaOutcome;
  /** Who may open it. */
  readonly tenantId?: TenantId;
}

export function mediaRecordText({ id, contact, keptAtMs, outcome, tenantId }: MediaRecord): string {
  const { kind, ...told } = outcome;
  const { sizeBytes, ...others } = { sizeBytes: undefined, ...told };
  const fields = {
    ...{ id, contact, kept_at_ms: keptAtMs, kind, size_bytes: sizeBytes, ...others },
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
  };
  return `${JSON.stringify(fields, undefined, 2)}\n`;
}

/** The record in the text; `undefined` where it is none. */
export function readMediaRecord(text: string): MediaRecord | undefined {
  const fields = parseObject(text);
  if (fields === undefined) return undefined;
  const { id, contact, kept_at_ms: keptAtMs, tenant_id: tenantId } = fields;
  const outcome = outcomeIn(fields);
  if (typeof id !== "string" || typeof contact !== "string" || typeof keptAtMs !== "number") return undefined;
  if (outcome === undefined || (tenantId !== undefined && !isTenantId(tenantId))) return undefined;
  return {
    ...{ id, contact: contact as ContactId, keptAtMs, outcome },
    ...(tenantId === undefined ? {} : { tenantId }),
  };
}

function outcomeIn(fields: Readonly<Record<string, unknown>>): MediaOutcome | undefined {
  const { kind, error, size_bytes: sizeBytes, mimetype, filename } = fields;
  if (kind === "failed") return typeof error === "string" ? { kind, error } : undefined;
  if (kind !== "kept" || typeof sizeBytes !== "number") return undefined;
  return {
    ...{ kind, sizeBytes },
    ...(typeof mimetype === "string" ? { mimetype } : {}),
    ...(typeof filename === "string" ? { filename } : {}),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

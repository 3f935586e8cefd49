import type {
  HandlerTestResult,
  KnownTenant,
  PutTenantResult,
  RemoveTenantResult,
  RotateTenantResult,
  TenantHealth,
  TenantId,
} from "@gateway-router/core";
import { HttpError } from "./http-error.js";
import { withoutPassword } from "./without-password.js";

/** What is told of tenants' affairs, and by which status. What was refused is thrown as the error it is answered with. */
export interface TenantAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A tenant without its secrets. */
export function tenantBody({ tenant, source }: KnownTenant) {
  const { id, name = null, url, active } = tenant;
  return { id, name, url: url === undefined ? null : withoutPassword(url), active, source };
}

export function putAnswer(result: PutTenantResult): TenantAnswer {
  switch (result.kind) {
    case "created":
      return {
        status: 201,
        body: { ...tenantBody({ tenant: result.tenant, source: "directory" }), ...result.credentials },
      };
    case "changed":
      return { status: 200, body: tenantBody({ tenant: result.tenant, source: "directory" }) };
    case "exists":
      throw new HttpError(412, "tenant_exists", `Tenant ${result.id} is there already.`);
    case "retired":
      throw new HttpError(
        409,
        "tenant_id_retired",
        `Tenant ${result.id} was removed, and its id is never given again.`,
      );
    case "other_secret":
      throw new HttpError(
        409,
        "tenant_has_secret",
        `Tenant ${result.id} has a secret, which is only changed by a rotation.`,
      );
  }
}

export function rotateAnswer(result: RotateTenantResult): TenantAnswer {
  if (result.kind === "unknown") throw unknownTenant(result.id);
  if (result.kind === "template_only") {
    throw new HttpError(
      409,
      "tenant_not_in_directory",
      `Tenant ${result.id} is there by TENANT_URL_TEMPLATE alone: put it into the directory, which gives it a secret and token.`,
    );
  }
  const { id, credentials, overlapUntilMs } = result;
  const overlap_until = overlapUntilMs === undefined ? null : new Date(overlapUntilMs).toISOString();
  return { status: 200, body: { id, ...credentials, overlap_until } };
}

export function removeAnswer(result: RemoveTenantResult): TenantAnswer {
  switch (result.kind) {
    case "removed":
      return {
        status: 200,
        body: { status: "deleted", tenant_id: result.id, unlocked_users: result.contacts },
      };
    case "has_contacts":
      throw new HttpError(
        409,
        "tenant_has_contacts",
        `Tenant ${result.id} has ${result.contacts} ${result.contacts === 1 ? "contact" : "contacts"}, which only a removal by force (?force=true, or --force on the command line) frees.`,
        { details: [{ field: "contacts", message: String(result.contacts) }] },
      );
    case "unknown":
      throw unknownTenant(result.id);
  }
}

export function testAnswer(id: TenantId, { status, durationMs, error }: HandlerTestResult): TenantAnswer {
  return {
    status: 200,
    body: { tenant_id: id, status: status ?? null, time_ms: durationMs, error: error ?? null },
  };
}

export function healthBody(id: TenantId, health: TenantHealth) {
  const { state, waiting, dead, oldestEnqueuedAtMs, lastError } = health;
  return {
    ...{ tenant_id: id, state },
    ...{ waiting: waiting.count, more_waiting: waiting.isMore, dead: dead.count, more_dead: dead.isMore },
    oldest_at: oldestEnqueuedAtMs === undefined ? null : new Date(oldestEnqueuedAtMs).toISOString(),
    last_error: lastError ?? null,
  };
}

export function unknownTenant(id: TenantId): HttpError {
  return new HttpError(404, "unknown_tenant", `There is no tenant ${id}.`);
}

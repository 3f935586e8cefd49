import type { Tenant, TenantId } from "../domain/tenant.js";
import type { Actor, AuditLog } from "../ports/audit-log.js";
import type { Page } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { Clock, Logger } from "../ports/runtime.js";
import type { TenantDirectory } from "../ports/tenant-directory.js";
import type {
  CredentialSource,
  SigningOverlap,
  TenantChange,
  TenantCredentials,
  TenantPageRequest,
  TenantRegistry,
} from "../ports/tenant-registry.js";
import { auditedTenant } from "./audited.js";
import { filteredPage } from "./filtered-page.js";
import type { ClearTenant } from "./clear-tenant.js";

export interface ManageTenantsOptions {
  readonly registry: TenantRegistry;
  /** The tenants as the rest of the gateway sees them: with what the registry leaves out filled in. */
  readonly directory: TenantDirectory;
  readonly mappings: Pick<MappingStore, "stats">;
  readonly clearTenant: Pick<ClearTenant, "execute">;
  readonly credentials: CredentialSource;
  readonly audit: Pick<AuditLog, "append">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where a tenant is known from: written down, or made by the pattern that fills in what is not. */
export type TenantSource = "directory" | "template";

export interface KnownTenant {
  readonly tenant: Tenant;
  readonly source: TenantSource;
}

export interface ListTenantsRequest extends TenantPageRequest {
  /** What the tenant's name has in it, in any case, or its id begins with. */
  readonly search?: string;
}

export interface PutTenantCommand {
  readonly actor: Actor;
  readonly id: TenantId;
  readonly change: TenantChange;
  /** For a new tenant, in place of one that is made. */
  readonly secret?: string;
  /** Whether a tenant that is there is left as it is. */
  readonly onlyNew?: boolean;
}

export type PutTenantResult =
  | { readonly kind: "created"; readonly tenant: Tenant; readonly credentials: TenantCredentials }
  | { readonly kind: "changed"; readonly tenant: Tenant }
  | { readonly kind: "exists"; readonly id: TenantId }
  | { readonly kind: "retired"; readonly id: TenantId }
  /** The tenant has another secret than the one given, and only a rotation gives it a new one. */
  | { readonly kind: "other_secret"; readonly id: TenantId };

export type RotateTenantResult =
  | {
      readonly kind: "rotated";
      readonly id: TenantId;
      readonly credentials: TenantCredentials;
      /** Until when what the tenant had before is good too; `undefined` where it ended at once. */
      readonly overlapUntilMs: number | undefined;
    }
  /** It is a tenant by the template alone, and has nothing of its own that could be changed. */
  | { readonly kind: "template_only"; readonly id: TenantId }
  | { readonly kind: "unknown"; readonly id: TenantId };

export type RemoveTenantResult =
  | { readonly kind: "removed"; readonly id: TenantId; readonly contacts: number }
  | { readonly kind: "has_contacts"; readonly id: TenantId; readonly contacts: number }
  | { readonly kind: "unknown"; readonly id: TenantId };

export const DEFAULT_OVERLAP_HOURS = 24;
export const LONGEST_OVERLAP_HOURS = 168;
const HOUR_MS = 3_600_000;

/** An admin's work on who the tenants are. Secrets and tokens leave it once each, and never by the log. */
export class ManageTenants {
  constructor(private readonly options: ManageTenantsOptions) {}

  /** With a search, a page may have fewer than asked for, and even none, before the last one. */
  async list({ search, ...request }: ListTenantsRequest): Promise<Page<Tenant>> {
    const { registry } = this.options;
    const { items, nextCursor } = await (search === undefined
      ? registry.list(request)
      : filteredPage({
          ...request,
          list: (page) => registry.list(page),
          isAskedFor: (tenant) => isFoundBy(tenant, search),
        }));
    return { items: await Promise.all(items.map((tenant) => this.completed(tenant))), nextCursor };
  }

  async find(id: TenantId): Promise<KnownTenant | undefined> {
    const tenant = await this.options.directory.find(id);
    if (tenant === undefined) return undefined;
    const isWrittenDown = (await this.options.registry.find(id)) !== undefined;
    return { tenant, source: isWrittenDown ? "directory" : "template" };
  }

  async put({ actor, id, change, secret, onlyNew = false }: PutTenantCommand): Promise<PutTenantResult> {
    const { registry, credentials, logger } = this.options;
    await registry.confirmUnedited();
    const known = await this.find(id);
    if (secret !== undefined && known?.source === "directory" && known.tenant.signingSecrets[0] !== secret) {
      return onlyNew ? { kind: "exists", id } : { kind: "other_secret", id };
    }
    const made = { ...credentials.credentials(), ...(secret === undefined ? {} : { secret }) };
    const overlap = this.overlapWith(known?.tenant, made.secret);
    const outcome = await registry.put({
      ...{ id, change, credentials: made, onlyNew },
      ...(overlap === undefined ? {} : { overlap }),
    });
    if (outcome.kind === "exists" || outcome.kind === "retired") return { kind: outcome.kind, id };
    const tenant = await this.completed(outcome.tenant);
    await this.enter(actor, `tenant.${outcome.kind}`, id, {
      before: known === undefined ? null : auditedTenant(known.tenant),
      after: auditedTenant(tenant),
    });
    logger.log("info", `🏢 Tenant ${id} was ${outcome.kind}${tenant.active ? "" : "; it is inactive"}`, {
      event: `tenant.${outcome.kind}`,
      tenant_id: id,
      active: tenant.active,
    });
    return outcome.kind === "created"
      ? { kind: "created", tenant, credentials: made }
      : { kind: "changed", tenant };
  }

  async rotate(
    id: TenantId,
    {
      actor,
      overlapHours = DEFAULT_OVERLAP_HOURS,
    }: { readonly actor: Actor; readonly overlapHours?: number | undefined },
  ): Promise<RotateTenantResult> {
    const { registry, directory, credentials, clock, logger } = this.options;
    await registry.confirmUnedited();
    const made = credentials.credentials();
    const overlapUntilMs = overlapHours === 0 ? undefined : clock.nowMs() + overlapHours * HOUR_MS;
    const tenant = await directory.find(id);
    const signedWithBefore = tenant?.signingSecrets[0];
    const rotated = await registry.rotate({ id, credentials: made, overlapUntilMs, signedWithBefore });
    if (rotated === undefined) return { kind: tenant === undefined ? "unknown" : "template_only", id };
    await this.enter(actor, "tenant.rotated", id, {
      overlap_until: overlapUntilMs === undefined ? null : new Date(overlapUntilMs).toISOString(),
    });
    logger.log(
      "info",
      `🔑 Tenant ${id} has a new secret and token; the old ones end ${endOf(overlapUntilMs)}`,
      {
        event: "tenant.rotated",
        tenant_id: id,
        ...(overlapUntilMs === undefined ? {} : { overlap_until: new Date(overlapUntilMs).toISOString() }),
      },
    );
    return { kind: "rotated", id, credentials: made, overlapUntilMs };
  }

  /**
   * Removes a tenant that has no contact, or any with `force`: then its contacts go free. The id is retired
   * first, so that no contact comes while others go; where that is as far as it came, a repeat does the rest.
   */
  async remove(
    id: TenantId,
    { actor, force = false }: { readonly actor: Actor; readonly force?: boolean },
  ): Promise<RemoveTenantResult> {
    const { registry, mappings, clearTenant, logger } = this.options;
    await registry.confirmUnedited();
    const { contactsPerTenant } = await mappings.stats();
    const contacts = contactsPerTenant.get(id) ?? 0;
    const known = await this.find(id);
    const isKnown = known !== undefined;
    if (!isKnown && (contacts === 0 || !(await registry.isRetired(id)))) return { kind: "unknown", id };
    if (contacts > 0 && !force) return { kind: "has_contacts", id, contacts };
    if (isKnown) await registry.remove(id);
    const freed = await clearTenant.execute(id, actor);
    await this.enter(actor, "tenant.removed", id, {
      before: known === undefined ? null : auditedTenant(known.tenant),
      after: null,
      contacts: freed,
    });
    logger.log("warn", `🏢 Tenant ${id} was removed; ${freed} contacts went free`, {
      event: "tenant.removed",
      tenant_id: id,
      contacts: freed,
    });
    return { kind: "removed", id, contacts: freed };
  }

  private async enter(
    actor: Actor,
    action: string,
    id: TenantId,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { audit, clock } = this.options;
    await audit.append({ atMs: clock.nowMs(), actor, action, subject: `tenant ${id}`, details });
  }

  /** A tenant that gets its own secret now knows the gateway by what was signed with before, and is given time. */
  private overlapWith(tenant: Tenant | undefined, newSecret: string): SigningOverlap | undefined {
    const secret = tenant?.signingSecrets[0];
    if (secret === undefined || secret === newSecret) return undefined;
    return { secret, untilMs: this.options.clock.nowMs() + DEFAULT_OVERLAP_HOURS * HOUR_MS };
  }

  private async completed(tenant: Tenant): Promise<Tenant> {
    return (await this.options.directory.find(tenant.id)) ?? tenant;
  }
}

function endOf(overlapUntilMs: number | undefined): string {
  return overlapUntilMs === undefined ? "now" : new Date(overlapUntilMs).toISOString();
}

function isFoundBy({ id, name = "" }: Tenant, search: string): boolean {
  const text = search.trim().toLowerCase();
  return name.toLowerCase().includes(text) || String(id).startsWith(text);
}

import {
  isTenantId,
  type Tenant,
  type TenantDirectory,
  type TenantId,
  type TenantRegistry,
} from "@gateway-router/core";

export interface TemplateTenantDirectoryOptions {
  /** Whose entries come first. */
  readonly tenants: Pick<TenantRegistry, "find" | "isRetired">;
  /** The handler's URL with `{tenant_id}` for the id; without it only the directory's own entries are tenants. */
  readonly urlTemplate?: string | undefined;
  /** With a template, every id from 1 to this is a tenant. */
  readonly maxTenantId: number;
  /** `whsec_…` to sign with for tenants without a secret of their own. */
  readonly defaultSigningSecret: string;
}

/**
 * Fills in what another directory leaves out: handler URLs from a template, and a default signing secret.
 * With a template, ids that the directory does not know are tenants too; what it does say stays, above all
 * that a tenant is inactive, or was removed.
 */
export class TemplateTenantDirectory implements TenantDirectory {
  constructor(private readonly options: TemplateTenantDirectoryOptions) {}

  async find(id: TenantId): Promise<Tenant | undefined> {
    const { tenants, urlTemplate, maxTenantId, defaultSigningSecret } = this.options;
    const own = await tenants.find(id);
    const signingSecrets =
      own === undefined || own.signingSecrets.length === 0 ? [defaultSigningSecret] : own.signingSecrets;
    const url = urlTemplate?.replaceAll("{tenant_id}", String(id));
    if (own !== undefined) return { ...(url === undefined ? {} : { url }), ...own, signingSecrets };
    if (url === undefined || !isTenantId(id) || id > maxTenantId) return undefined;
    if (await tenants.isRetired(id)) return undefined;
    return { id, url, active: true, signingSecrets };
  }
}

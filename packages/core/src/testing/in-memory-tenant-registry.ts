import { BadCursorError } from "../domain/errors.js";
import { parseTenantId, type Tenant, type TenantId } from "../domain/tenant.js";
import type { Page } from "../ports/delivery-queue.js";
import type { Clock } from "../ports/runtime.js";
import type {
  PutTenantOutcome,
  PutTenantRequest,
  RotateTenantRequest,
  TenantChange,
  TenantPageRequest,
  TenantRegistry,
} from "../ports/tenant-registry.js";

interface Credentials {
  readonly secret: string | undefined;
  readonly token: string | undefined;
}

interface Registered extends Credentials {
  readonly tenant: Omit<Tenant, "signingSecrets">;
  readonly previous?: Credentials & { readonly untilMs: number };
}

/** Tenants in memory: a real adapter for tests, demonstrations and services that can afford to forget. */
export class InMemoryTenantRegistry implements TenantRegistry {
  private readonly registered = new Map<TenantId, Registered>();
  private readonly retired = new Set<TenantId>();

  /** The tenants given are there from the start, without tokens. */
  constructor(
    private readonly options: { readonly clock: Clock },
    tenants: Iterable<Tenant> = [],
  ) {
    for (const { signingSecrets, ...tenant } of tenants) {
      this.registered.set(tenant.id, { tenant, secret: signingSecrets[0], token: undefined });
    }
  }

  async find(id: TenantId): Promise<Tenant | undefined> {
    const registered = this.registered.get(id);
    return registered && this.tenantOf(registered);
  }

  async findByToken(token: string): Promise<Tenant | undefined> {
    for (const registered of this.registered.values()) {
      const previous = this.currentOverlap(registered);
      if (registered.token === token || previous?.token === token) return this.tenantOf(registered);
    }
    return undefined;
  }

  async isRetired(id: TenantId): Promise<boolean> {
    return this.retired.has(id);
  }

  async list({ limit, cursor }: TenantPageRequest): Promise<Page<Tenant>> {
    const after = cursor === undefined ? 0 : parseTenantId(cursor);
    if (after === undefined) throw new BadCursorError();
    const following = [...this.registered.values()]
      .filter(({ tenant }) => tenant.id > after)
      .sort((a, b) => a.tenant.id - b.tenant.id);
    const items = following.slice(0, limit).map((registered) => this.tenantOf(registered));
    return { items, nextCursor: following.length > limit ? String(items.at(-1)!.id) : undefined };
  }

  async put({ id, change, credentials, overlap, onlyNew }: PutTenantRequest): Promise<PutTenantOutcome> {
    if (this.retired.has(id)) return { kind: "retired" };
    const known = this.registered.get(id);
    if (known !== undefined && onlyNew) return { kind: "exists" };
    const tenant = changed(known?.tenant ?? { id, active: true }, change);
    const previous = overlap && { secret: overlap.secret, token: undefined, untilMs: overlap.untilMs };
    const registered =
      known === undefined
        ? { tenant, ...credentials, ...(previous === undefined ? {} : { previous }) }
        : { ...known, tenant };
    this.registered.set(id, registered);
    return { kind: known === undefined ? "created" : "changed", tenant: this.tenantOf(registered) };
  }

  async rotate(request: RotateTenantRequest): Promise<Tenant | undefined> {
    const { id, credentials, overlapUntilMs: untilMs, signedWithBefore } = request;
    const known = this.registered.get(id);
    if (known === undefined) return undefined;
    const { tenant, secret = signedWithBefore, token } = known;
    const previous = untilMs === undefined ? {} : { previous: { secret, token, untilMs } };
    const registered = { tenant, ...credentials, ...previous };
    this.registered.set(id, registered);
    return this.tenantOf(registered);
  }

  async remove(id: TenantId): Promise<void> {
    this.registered.delete(id);
    this.retired.add(id);
  }

  private tenantOf(registered: Registered): Tenant {
    const { tenant, secret } = registered;
    const previous = this.currentOverlap(registered);
    const signingSecrets =
      secret === undefined ? [] : [secret, ...(previous?.secret ? [previous.secret] : [])];
    return { ...tenant, signingSecrets };
  }

  private currentOverlap({ previous }: Registered): Registered["previous"] {
    return previous !== undefined && this.options.clock.nowMs() < previous.untilMs ? previous : undefined;
  }
}

function changed(tenant: Registered["tenant"], change: TenantChange): Registered["tenant"] {
  const { name = tenant.name, url = tenant.url, active = tenant.active } = change;
  return {
    id: tenant.id,
    ...(name === undefined || name === null ? {} : { name }),
    ...(url === undefined || url === null ? {} : { url }),
    active,
  };
}

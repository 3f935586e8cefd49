import type { Tenant } from "@gateway-router/core";
import { aTenant, aTenantId, InMemoryTenantRegistry, ManualClock } from "@gateway-router/core/testing";
import { TemplateTenantDirectory } from "./template-tenant-directory.js";

const defaultSigningSecret = "whsec_ZGVmYXVsdCBzZWNyZXQgb2YgZ2F0ZXdheQ==";
const own = aTenant({ id: 2 });
const inactive = aTenant({ id: 3, active: false });
const withoutUrl: Tenant = { id: aTenantId(4), active: true, signingSecrets: [] };
const far = aTenant({ id: 5000 });
const tenants = new InMemoryTenantRegistry({ clock: new ManualClock() }, [own, inactive, withoutUrl, far]);
const find = (id: number, urlTemplate?: string) =>
  new TemplateTenantDirectory({ tenants, urlTemplate, maxTenantId: 1000, defaultSigningSecret }).find(
    aTenantId(id),
  );
const TEMPLATE = "http://127.0.0.1:9000/{tenant_id}/messages?tenant={tenant_id}";

describe("TemplateTenantDirectory", () => {
  it("leaves the directory's own entries as they are, whatever their ids", async () => {
    for (const tenant of [own, inactive, far]) expect(await find(tenant.id, TEMPLATE)).toEqual(tenant);
  });

  it("fills in URL and secret where an entry has none", async () => {
    const url = "http://127.0.0.1:9000/4/messages?tenant=4";
    expect(await find(4, TEMPLATE)).toEqual({ ...withoutUrl, url, signingSecrets: [defaultSigningSecret] });
    expect(await find(4)).toEqual({ ...withoutUrl, signingSecrets: [defaultSigningSecret] });
  });

  it("makes every id up to the maximum a tenant", async () => {
    expect(await find(1000, TEMPLATE)).toEqual({
      id: 1000,
      url: "http://127.0.0.1:9000/1000/messages?tenant=1000",
      active: true,
      signingSecrets: [defaultSigningSecret],
    });
    expect(await find(1001, TEMPLATE)).toBeUndefined();
  });

  it("does not revive a tenant that was removed", async () => {
    const retired = aTenantId(77);
    expect(await find(retired, TEMPLATE)).toMatchObject({ id: 77 });
    await tenants.remove(retired);
    expect(await find(retired, TEMPLATE)).toBeUndefined();
  });

  it("adds no tenants without a template", async () => {
    expect(await find(1)).toBeUndefined();
  });
});

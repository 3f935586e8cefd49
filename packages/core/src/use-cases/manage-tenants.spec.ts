import { aContact, aDelivery, aGeneration, aMapping, aTenant, aTenantId } from "../testing/builders.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { InMemoryTenantRegistry } from "../testing/in-memory-tenant-registry.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { someCredentials } from "../testing/tenant-registry-contract.js";
import type { Tenant, TenantId } from "../domain/tenant.js";
import { TenantRegistryEditedError } from "../ports/tenant-registry.js";
import { ClearTenant } from "./clear-tenant.js";
import { ManageTenants } from "./manage-tenants.js";
import { RemoveMapping } from "./remove-mapping.js";

const two = aTenantId(2);
const DEFAULT_SECRET = "whsec_ZGVmYXVsdCBzZWNyZXQgb2YgZ2F0ZXdheQ==";
const TEMPLATE_URL = "http://127.0.0.1:9000/";

function aHouse({ tenants = [] as Tenant[], hasTemplate = false } = {}) {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const { mappings, deliveries: queue, replies, audit } = new InMemoryStorage({ clock });
  const registry = new InMemoryTenantRegistry({ clock }, tenants);
  /** Fills in a secret and, with the template, a URL, as the gateway's directory does. */
  const directory = {
    find: async (id: TenantId): Promise<Tenant | undefined> => {
      const own = await registry.find(id);
      if (own === undefined && (!hasTemplate || (await registry.isRetired(id)))) return undefined;
      const { signingSecrets = [], ...rest } = own ?? { id, active: true };
      const url = hasTemplate ? { url: `${TEMPLATE_URL}${id}` } : {};
      return {
        ...url,
        ...rest,
        signingSecrets: signingSecrets.length > 0 ? signingSecrets : [DEFAULT_SECRET],
      };
    },
  };
  const made: ReturnType<typeof someCredentials>[] = [];
  const credentials = {
    credentials: () => {
      made.push(someCredentials());
      return made.at(-1)!;
    },
  };
  const removeMapping = new RemoveMapping({ mappings, queue, replies, audit, clock, logger });
  const clearTenant = new ClearTenant({ mappings, queue, replies, removeMapping });
  const manage = new ManageTenants({
    registry,
    directory,
    mappings,
    clearTenant,
    credentials,
    audit,
    clock,
    logger,
  });
  return { manage, registry, mappings, queue, replies, clearTenant, removeMapping, made, clock, logger };
}

function withoutSecret(): Tenant {
  return { id: two, active: true, signingSecrets: [] };
}

describe("ManageTenants", () => {
  it("answers tenants as they are delivered to, with what the registry leaves out filled in", async () => {
    const { manage } = aHouse({ tenants: [withoutSecret()], hasTemplate: true });
    const { items } = await manage.list({ limit: 10 });
    expect(items).toEqual([
      { id: 2, url: `${TEMPLATE_URL}2`, active: true, signingSecrets: [DEFAULT_SECRET] },
    ]);
    expect(await manage.find(two)).toMatchObject({
      source: "directory",
      tenant: { url: `${TEMPLATE_URL}2` },
    });
    expect(await manage.find(aTenantId(3))).toMatchObject({ source: "template" });
    expect(await manage.put({ actor: "first", id: aTenantId(3), change: {} })).toMatchObject({
      kind: "created",
      tenant: { url: `${TEMPLATE_URL}3` },
    });
  });

  it("a tenant signed for with the gateway's secret until now is given a day beside its own", async () => {
    const { manage, registry, clock, made } = aHouse({ tenants: [withoutSecret()], hasTemplate: true });
    const three = aTenantId(3);
    await manage.rotate(two, { actor: "first" });
    await manage.put({ actor: "first", id: three, change: {} });
    const secrets = async (id: TenantId) => (await registry.find(id))?.signingSecrets;
    expect(await secrets(two)).toEqual([made[0]!.secret, DEFAULT_SECRET]);
    expect(await secrets(three)).toEqual([made[1]!.secret, DEFAULT_SECRET]);
    clock.advance(24 * 3_600_000);
    expect(await secrets(two)).toEqual([made[0]!.secret]);
    expect(await secrets(three)).toEqual([made[1]!.secret]);
  });

  it("a tenant that is quite new was signed for with nothing", async () => {
    const { manage, registry, made } = aHouse();
    await manage.put({ actor: "first", id: two, change: {} });
    expect((await registry.find(two))?.signingSecrets).toEqual([made[0]!.secret]);
  });

  it("a tenant that takes the gateway's own secret for its own is signed for once", async () => {
    const { manage, registry } = aHouse({ hasTemplate: true });
    await manage.put({ actor: "first", id: two, change: {}, secret: DEFAULT_SECRET });
    expect((await registry.find(two))?.signingSecrets).toEqual([DEFAULT_SECRET]);
  });

  it("another secret for a tenant that has one changes nothing", async () => {
    const { manage, registry } = aHouse({ tenants: [aTenant()] });
    const [{ signingSecrets }] = [aTenant()];
    const change = { name: "Ali" };
    expect(await manage.put({ actor: "first", id: two, change, secret: DEFAULT_SECRET })).toEqual({
      kind: "other_secret",
      id: 2,
    });
    expect(
      await manage.put({ actor: "first", id: two, change, secret: DEFAULT_SECRET, onlyNew: true }),
    ).toEqual({
      kind: "exists",
      id: 2,
    });
    expect((await registry.find(two))?.name).toBe("Agent 2");
    expect(await manage.put({ actor: "first", id: two, change, secret: signingSecrets[0]! })).toMatchObject({
      kind: "changed",
    });
  });

  it("changes nothing over an edit that nobody has seen, and does not read it in unnoticed", async () => {
    const { manage, registry, logger } = aHouse({ tenants: [aTenant()] });
    let reads = 0;
    const find = registry.find.bind(registry);
    registry.find = (id) => {
      reads += 1;
      return find(id);
    };
    const edited = new TenantRegistryEditedError("tenants_file_edited", "edited");
    registry.confirmUnedited = () => Promise.reject(edited);
    await expect(manage.put({ actor: "first", id: two, change: { name: "Ali" } })).rejects.toBe(edited);
    await expect(manage.rotate(two, { actor: "first" })).rejects.toBe(edited);
    await expect(manage.remove(two, { actor: "first" })).rejects.toBe(edited);
    expect([reads, logger.lines]).toEqual([0, []]);
    expect(await find(two)).toEqual(aTenant());
  });

  it("logs what was done, and nothing of it that is secret", async () => {
    const { manage, logger, made } = aHouse({ hasTemplate: true });
    await manage.put({ actor: "first", id: two, change: { active: false } });
    await manage.put({ actor: "first", id: two, change: { active: true } });
    await manage.rotate(two, { actor: "first" });
    await manage.remove(two, { actor: "first" });
    expect(logger.lines.map(({ fields }) => fields["event"])).toEqual([
      "tenant.created",
      "tenant.changed",
      "tenant.rotated",
      "tenant.removed",
    ]);
    const text = JSON.stringify(logger.lines);
    for (const { secret, token } of made) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(token);
    }
  });
});

describe("ManageTenants.remove", () => {
  it("retires the id before contacts go free, so that none comes meanwhile", async () => {
    const { manage, mappings, registry, removeMapping } = aHouse({ tenants: [aTenant()] });
    await mappings.lock(aMapping(), 0);
    const retiredFirst: boolean[] = [];
    const execute = removeMapping.execute.bind(removeMapping);
    removeMapping.execute = async (...contact) => {
      retiredFirst.push(await registry.isRetired(two));
      return execute(...contact);
    };
    expect(await manage.remove(two, { actor: "first", force: true })).toEqual({
      kind: "removed",
      id: 2,
      contacts: 1,
    });
    expect(retiredFirst).toEqual([true]);
  });

  it("frees a contact that was locked in the moment between the count and the removal", async () => {
    const { manage, mappings, registry } = aHouse({ tenants: [aTenant()] });
    const contact = aContact();
    const remove = registry.remove.bind(registry);
    registry.remove = async (id) => {
      await mappings.lock(aMapping({ contact }), 0);
      return remove(id);
    };
    expect(await manage.remove(two, { actor: "first" })).toEqual({ kind: "removed", id: 2, contacts: 1 });
    expect(await mappings.find(contact)).toBeUndefined();
  });
});

describe("ClearTenant", () => {
  it("leaves a contact alone that another tenant locked meanwhile", async () => {
    const { clearTenant, mappings, removeMapping } = aHouse();
    const [first, second] = [aContact(), aContact()];
    for (const contact of [first, second]) await mappings.lock(aMapping({ contact }), 0);
    const execute = removeMapping.execute.bind(removeMapping);
    removeMapping.execute = async (...args) => {
      await mappings.unlock(second);
      await mappings.lock(
        aMapping({ contact: second, tenantId: aTenantId(55), generation: aGeneration() }),
        Number.MAX_SAFE_INTEGER,
      );
      return execute(...args);
    };
    expect(await clearTenant.execute(two, "first")).toBe(1);
    expect(await mappings.find(second)).toMatchObject({ tenantId: 55 });
  });

  it("gives up replies, too, ends the tenant's hold, and touches nobody else's", async () => {
    const { clearTenant, mappings, queue, replies } = aHouse();
    const [mapping, other] = [aMapping(), aMapping({ tenantId: aTenantId(55) })];
    for (const each of [mapping, other]) {
      await mappings.lock(each, 0);
      await queue.enqueue(aDelivery(each));
      const { id, identity, tenantId, contact, generation } = aDelivery(each);
      await replies.enqueue({
        id,
        identity,
        tenantId,
        contact,
        generation,
        body: { kind: "text", text: "Hi" },
      });
    }
    await queue.holdTenant(two);
    await clearTenant.execute(two, "first");
    expect(await queue.heldTenants()).toEqual([]);
    for (const each of [queue, replies]) {
      expect(await each.counts()).toMatchObject({ pending: 1, dead: 1 });
      expect((await each.deadLetters({ limit: 10 })).items).toMatchObject([
        { tenantId: 2, reason: "tenant_removed" },
      ]);
    }
  });
});

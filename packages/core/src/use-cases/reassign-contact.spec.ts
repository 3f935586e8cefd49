import { randomIds } from "../runtime/system-runtime.js";
import { aContact, aDelivery, aMapping, aTenant, aTenantId } from "../testing/builders.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { InMemoryTenantRegistry } from "../testing/in-memory-tenant-registry.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { ManageTenants } from "./manage-tenants.js";
import { ReassignContact } from "./reassign-contact.js";
import { RemoveMapping } from "./remove-mapping.js";
import { ReplayDeadLetters } from "./replay-dead-letters.js";
import { ClearTenant } from "./clear-tenant.js";

function house() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const { mappings, deliveries: queue, replies, audit } = new InMemoryStorage({ clock });
  const registry = new InMemoryTenantRegistry({ clock }, [
    aTenant({ id: 2, url: "https://user:pass@agents.example/2?key=hidden" }),
    aTenant({ id: 55 }),
    aTenant({ id: 9, active: false }),
  ]);
  const common = { mappings, queue, replies, audit, clock, logger };
  const removeMapping = new RemoveMapping(common);
  let credentials = 0;
  return {
    ...common,
    reassign: new ReassignContact({ ...common, tenants: registry, ids: randomIds }),
    removeMapping,
    replay: new ReplayDeadLetters(common),
    manage: new ManageTenants({
      ...{ ...common, registry, directory: registry },
      clearTenant: new ClearTenant({ ...common, removeMapping }),
      credentials: {
        credentials: () => ({
          secret: `whsec_${Buffer.from(`the secret number ${(credentials += 1)}`).toString("base64")}`,
          token: `gwt_the_token_number_${credentials}`,
        }),
      },
    }),
    entries: async () => (await audit.list({ limit: 50 })).items.toReversed(),
  };
}

const contact = aContact("971501234567");
const command = { contact, tenantId: aTenantId(55), reason: "moved to another agent", actor: "anna" };

describe("ReassignContact", () => {
  it("gives a contact to another tenant under a new lock; what waits becomes dead letters, and replies are dropped", async () => {
    const { reassign, mappings, queue, replies, clock, entries } = house();
    const before = aMapping({ contact, tenantId: aTenantId(2) });
    await mappings.lock(before, clock.nowMs());
    await queue.enqueue(aDelivery(before));
    await replies.enqueue({
      ...{ ...before, id: "r1", identity: "r1", body: { kind: "text", text: "late" } },
    });
    const outcome = await reassign.execute(command);
    expect(outcome).toMatchObject({ kind: "reassigned", before });
    const mapping = await mappings.find(contact);
    expect(mapping).toMatchObject({ tenantId: 55, lockedAtMs: clock.nowMs() });
    expect(mapping!.generation).not.toBe(before.generation);
    expect((await queue.deadLetters({ limit: 10 })).items).toMatchObject([{ reason: "mapping_changed" }]);
    expect((await replies.counts()).pending).toBe(0);
    expect((await queue.enqueue(aDelivery(mapping!))).kind).toBe("first");
    expect(await entries()).toMatchObject([
      { actor: "gateway", action: "reply.dropped", subject: contact },
      {
        ...{ actor: "anna", action: "contact.reassigned", subject: contact },
        details: {
          before: { tenant_id: 2 },
          after: { tenant_id: 55 },
          reason: "moved to another agent",
          dead_letters: 1,
        },
      },
    ]);
  });

  it("assigns a contact that nobody has", async () => {
    const { reassign, mappings, entries } = house();
    expect(await reassign.execute(command)).toMatchObject({ kind: "reassigned", before: undefined });
    expect(await mappings.find(contact)).toMatchObject({ tenantId: 55 });
    expect(await entries()).toMatchObject([{ action: "contact.reassigned", details: { before: null } }]);
  });

  it("changes nothing where the tenant has the contact, and enters nothing", async () => {
    const { reassign, mappings, clock, entries } = house();
    const mapping = aMapping({ contact, tenantId: aTenantId(55) });
    await mappings.lock(mapping, clock.nowMs());
    expect(await reassign.execute(command)).toEqual({ kind: "unchanged", mapping });
    expect(await entries()).toEqual([]);
  });

  it.each([
    [999, "unknown_tenant"],
    [9, "inactive_tenant"],
  ])("gives nobody to tenant %i: %s", async (tenantId, kind) => {
    const { reassign, mappings, entries } = house();
    expect(await reassign.execute({ ...command, tenantId: aTenantId(tenantId) })).toEqual({ kind });
    expect(await mappings.find(contact)).toBeUndefined();
    expect(await entries()).toEqual([]);
  });
});

describe("the audit log", () => {
  it("has who freed a contact, from whom", async () => {
    const { removeMapping, mappings, clock, entries } = house();
    await mappings.lock(aMapping({ contact, tenantId: aTenantId(2) }), clock.nowMs());
    await removeMapping.execute(contact, { actor: "anna" });
    await removeMapping.execute(contact, { actor: "anna" });
    expect(await entries()).toMatchObject([
      {
        ...{ atMs: clock.nowMs(), actor: "anna", action: "contact.unlocked", subject: contact },
        details: { before: { tenant_id: 2 }, after: null, reason: "mapping_changed", dead_letters: 0 },
      },
    ]);
  });

  it("has what was done to tenants, before and after, without a secret, a token or what stands in a URL", async () => {
    const { manage, mappings, clock, entries } = house();
    const [id, actor] = [aTenantId(2), "anna"];
    await mappings.lock(aMapping({ contact, tenantId: id }), clock.nowMs());
    await manage.put({ actor, id: aTenantId(3), change: { name: "New" } });
    await manage.put({ actor, id, change: { active: false } });
    await manage.rotate(id, { actor, overlapHours: 0 });
    await manage.remove(id, { actor });
    await manage.remove(id, { actor, force: true });
    const all = await entries();
    expect(all.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      "tenant.created tenant 3",
      "tenant.changed tenant 2",
      "tenant.rotated tenant 2",
      `contact.unlocked ${contact}`,
      "tenant.removed tenant 2",
    ]);
    expect(all.every((entry) => entry.actor === actor)).toBe(true);
    expect(all[1]!.details).toEqual({
      before: { name: "Agent 2", url: "https://agents.example/2", active: true },
      after: { name: "Agent 2", url: "https://agents.example/2", active: false },
    });
    expect(all.at(-1)!.details).toMatchObject({ after: null, contacts: 1 });
    expect(JSON.stringify(all)).not.toMatch(/whsec_|gwt_|hidden|pass@/);
  });

  it("has what of a tenant's dead letters was replayed before it broke off", async () => {
    const { replay, mappings, queue, clock, entries } = house();
    const mapping = aMapping({ contact, tenantId: aTenantId(2) });
    await mappings.lock(mapping, clock.nowMs());
    for (const delivery of [aDelivery(mapping), aDelivery(mapping)]) await queue.enqueue(delivery);
    await queue.retire(mapping.generation, "refused");
    clock.advance(1);
    const replayOne = queue.replay.bind(queue);
    let count = 0;
    queue.replay = (...letter) => {
      count += 1;
      return count === 1 ? replayOne(...letter) : Promise.reject(new Error("the disk is gone"));
    };
    await expect(replay.ofTenant(aTenantId(2), "bert")).rejects.toThrow("the disk is gone");
    expect(await entries()).toMatchObject([
      { actor: "bert", action: "deliveries.replayed", details: { replayed: 1 } },
    ]);
  });

  it("has who replayed what, and nothing of what could not be", async () => {
    const { replay, removeMapping, mappings, queue, clock, entries } = house();
    const mapping = aMapping({ contact, tenantId: aTenantId(2) });
    await mappings.lock(mapping, clock.nowMs());
    const delivery = aDelivery(mapping);
    await queue.enqueue(delivery);
    await removeMapping.execute(contact, { actor: "anna" });
    await replay.one(delivery.id, "anna");
    clock.advance(2_000);
    await mappings.lock(aMapping({ contact, tenantId: aTenantId(55) }), clock.nowMs());
    await replay.one(delivery.id, "bert");
    await replay.ofTenant(aTenantId(2), "bert");
    expect((await entries()).slice(1)).toMatchObject([
      {
        ...{ actor: "bert", action: "delivery.replayed", subject: contact },
        details: { delivery_id: delivery.id, tenant_id: 55 },
      },
    ]);
  });
});

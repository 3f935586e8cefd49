import { aContact, aDelivery, aMapping, aMessage, aTenant, aTenantId } from "../testing/builders.js";
import { eventually } from "../testing/eventually.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { InMemoryTenantDirectory } from "../testing/in-memory-tenant-directory.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { ClearTenant } from "./clear-tenant.js";
import { Housekeeping } from "./housekeeping.js";
import { RemoveMapping } from "./remove-mapping.js";

const DAY_MS = 24 * 3_600_000;

function house() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const storage = new InMemoryStorage({ clock });
  const tenants = new InMemoryTenantDirectory([aTenant({ id: 2 })]);
  const retired = new Set<number>();
  const clearing = { isUnderWay: false };
  const { mappings, deliveries: queue, replies, audit } = storage;
  const removeMapping = new RemoveMapping({ mappings, queue, replies, audit, clock, logger });
  const clearTenant = new ClearTenant({ mappings, queue, replies, removeMapping });
  const housekeeping = new Housekeeping({
    queue: storage.deliveries,
    replies: storage.replies,
    replyJournal: storage.replyJournal,
    firstWords: storage.firstWords,
    unmappedMarks: storage.unmappedMarks,
    idempotencyKeys: storage.idempotencyKeys,
    media: storage.media,
    audit: storage.audit,
    contested: storage.contested,
    tenants,
    registry: { isRetired: async (id) => retired.has(id) },
    clearTenant: {
      execute: (...of) => clearTenant.execute(...of),
      isUnderWay: () => clearing.isUnderWay,
    },
    clock,
    logger,
    settings: {
      maxAgeMs: 3 * DAY_MS,
      maxHeldAgeMs: 30 * DAY_MS,
      deadLettersKeptMs: 30 * DAY_MS,
      mediaKeptMs: 7 * DAY_MS,
    },
  });
  return { clock, logger, storage, tenants, retired, clearing, clearTenant, housekeeping };
}

describe("Housekeeping", () => {
  it("releases a held tenant once it can receive again, and not before", async () => {
    const { storage, tenants, housekeeping } = house();
    const { id } = aTenant({ id: 2 });
    tenants.put(aTenant({ id: 2, active: false }));
    await storage.deliveries.holdTenant(id);
    await housekeeping.releaseTenants();
    expect(await storage.deliveries.heldTenants()).toEqual([2]);
    tenants.put(aTenant({ id: 2 }));
    await housekeeping.releaseTenants();
    expect(await storage.deliveries.heldTenants()).toEqual([]);
  });

  it("frees a contact that a removed tenant has all the same, once a message of it waits for nobody", async () => {
    const { storage, tenants, retired, clearing, housekeeping, clock } = house();
    const mapping = aMapping({ tenantId: aTenantId(2) });
    await storage.mappings.lock(mapping, clock.nowMs());
    await storage.deliveries.enqueue(aDelivery(mapping));
    tenants.remove(aTenantId(2));
    await storage.deliveries.holdTenant(aTenantId(2));
    await housekeeping.releaseTenants();
    expect(await storage.mappings.find(mapping.contact)).toBeDefined();
    retired.add(2);
    clearing.isUnderWay = true;
    await housekeeping.releaseTenants();
    expect(await storage.mappings.find(mapping.contact)).toBeDefined();
    clearing.isUnderWay = false;
    await housekeeping.releaseTenants();
    expect(await storage.mappings.find(mapping.contact)).toBeUndefined();
    expect((await storage.deliveries.deadLetters({ limit: 2 })).items).toMatchObject([
      { reason: "tenant_removed" },
    ]);
    expect(await storage.deliveries.heldTenants()).toEqual([]);
    expect((await storage.audit.list({ limit: 1 })).items).toMatchObject([
      { actor: "gateway", action: "contact.unlocked", subject: mapping.contact },
    ]);
  });

  it("leaves a removal to whoever is about it, who is known as long as it takes", async () => {
    const { clearTenant } = house();
    const cleared = clearTenant.execute(aTenantId(2), "first");
    expect([clearTenant.isUnderWay(aTenantId(2)), clearTenant.isUnderWay(aTenantId(3))]).toEqual([
      true,
      false,
    ]);
    await cleared;
    expect(clearTenant.isUnderWay(aTenantId(2))).toBe(false);
  });

  it("gives up what is too old, visibly, and removes what is kept long enough", async () => {
    const { storage, housekeeping, clock, logger } = house();
    await storage.deliveries.enqueue(aDelivery(aMapping()));
    await storage.firstWords.hold({ deliveryId: "msg_1", message: aMessage() });
    await storage.replyJournal.open({ ...aMapping(), id: "msg_1_0" });
    clock.advance(3 * DAY_MS + 1);
    await housekeeping.tidy();
    expect(await storage.replyJournal.find("msg_1_0")).toBeDefined();
    expect(await storage.deliveries.counts()).toMatchObject({ pending: 0, dead: 1 });
    expect(logger.messages("error")).toEqual(["☠️ Gave up 1 messages that waited too long"]);
    expect(await storage.firstWords.prune()).toBe(0);
    clock.advance(30 * DAY_MS + 1);
    await housekeeping.tidy();
    expect((await storage.deliveries.counts()).dead).toBe(0);
    expect(await storage.replyJournal.find("msg_1_0")).toBeUndefined();
  });

  it("keeps what admins can ask about the past for a year", async () => {
    const { storage, housekeeping, clock } = house();
    const use = { contact: aContact(), heldBy: aTenantId(2), linkOf: aTenantId(55), atMs: clock.nowMs() };
    await storage.contested.note(use);
    clock.advance(365 * DAY_MS);
    await housekeeping.tidy();
    expect((await storage.contested.list({ limit: 1 })).items).toHaveLength(1);
    clock.advance(1);
    await housekeeping.tidy();
    expect((await storage.contested.list({ limit: 1 })).items).toEqual([]);
  });

  it("does the rest, and tells each fault, where some of it can't be done", async () => {
    const { storage, housekeeping, clock, logger } = house();
    storage.deliveries.expire = () => Promise.reject(new Error("gone"));
    storage.replies.pruneDeadLetters = () => Promise.reject(new Error("gone too"));
    await storage.firstWords.hold({ deliveryId: "msg_1", message: aMessage() });
    clock.advance(DAY_MS);
    await housekeeping.tidy();
    expect(await storage.firstWords.prune()).toBe(0);
    expect(logger.lines.map(({ fields }) => String(fields["error"]))).toEqual([
      "Error: gone",
      "Error: gone too",
    ]);
  });

  it("works on its own from start to stop, and goes on after a fault", async () => {
    const { storage, housekeeping, clock, logger } = house();
    const expire = storage.deliveries.expire.bind(storage.deliveries);
    storage.deliveries.expire = () => Promise.reject(new Error("gone"));
    await storage.deliveries.enqueue(aDelivery(aMapping()));
    clock.advance(3 * DAY_MS + 1);
    housekeeping.start();
    clock.advance(30_000);
    await eventually(() => logger.lines.some((line) => line.fields["event"] === "housekeeping.failed"));
    storage.deliveries.expire = expire;
    await eventually(async () => {
      clock.advance(30_000);
      return (await storage.deliveries.counts()).dead === 1;
    });
    await housekeeping.stop();
    expect(clock.waiting).toBe(0);
  });
});

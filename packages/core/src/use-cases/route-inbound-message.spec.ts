import type { ContactId } from "../domain/contact-id.js";
import { StorageUnavailableError } from "../domain/errors.js";
import type { ContactLookup } from "../ports/contact-lookup.js";
import { randomIds } from "../runtime/system-runtime.js";
import { aContact, aMessage, aTenant, aTraceContext } from "../testing/builders.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { InMemoryTenantDirectory } from "../testing/in-memory-tenant-directory.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { RecordingTracer } from "../testing/recording-tracer.js";
import { RouteInboundMessage } from "./route-inbound-message.js";

function house() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const tracer = new RecordingTracer();
  const storage = new InMemoryStorage({ clock });
  const tenants = new InMemoryTenantDirectory([
    aTenant({ id: 2 }),
    aTenant({ id: 55 }),
    aTenant({ id: 9, active: false }),
  ]);
  const phones = new Map<ContactId, ContactId | Promise<ContactId>>();
  const asked: ContactId[] = [];
  const lookup: ContactLookup = {
    async phoneOf(lid) {
      asked.push(lid);
      return phones.get(lid);
    },
  };
  const unmapped: ContactId[] = [];
  const route = new RouteInboundMessage({
    intake: storage.intake,
    mappings: storage.mappings,
    queue: storage.deliveries,
    replies: storage.replies,
    audit: storage.audit,
    lookup,
    onUnmapped: ({ contact }) => void unmapped.push(contact),
    tenants,
    clock,
    ids: randomIds,
    logger,
    tracer,
    linkPrefix: "start_realty_",
  });
  return { clock, logger, tracer, storage, tenants, route, lookup, phones, asked, unmapped };
}

const contact = aContact("971501234567");

describe("RouteInboundMessage", () => {
  it("locks on the first link and says that a session is new", async () => {
    const { route, storage } = house();
    const outcome = await route.execute(aMessage({ text: "start_realty_2" }));
    expect(outcome).toEqual({ kind: "routed", tenantId: 2, contact, isNewSession: true });
    expect(await storage.mappings.find(contact)).toMatchObject({ tenantId: 2 });
  });

  it("keeps with a message and a change what led to them, and nothing with what is found later", async () => {
    const { route, tracer, storage, clock } = house();
    const trace = aTraceContext();
    tracer.currentSpan = { context: trace, set: () => undefined, fail: () => undefined };
    const message = aMessage({ text: "start_realty_2" });
    await route.execute(message);
    await route.executeChange({
      ...{ kind: "edited", identity: "default/false/edit", contact, sentAtMs: clock.nowMs() },
      ...{ messageId: message.content.id, concerns: message.identity, text: "Hello!" },
    });
    await route.execute(aMessage({ text: "Hello" }), { isCatchUp: true });
    const { items } = await storage.deliveries.pending({ limit: 10 });
    expect(items.map((item) => item.trace)).toEqual([trace, trace, undefined]);
  });

  it("routes what follows to the same tenant", async () => {
    const { route } = house();
    await route.execute(aMessage({ text: "start_realty_2" }));
    expect(await route.execute(aMessage({ text: "Hello" }))).toEqual({
      kind: "routed",
      tenantId: 2,
      contact,
      isNewSession: false,
    });
  });

  it("leaves a contact without link unmapped", async () => {
    const { route } = house();
    expect(await route.execute(aMessage({ text: "Hello" }))).toEqual({ kind: "unmapped", contact });
  });

  it("leaves a contact unmapped that sends no text at all", async () => {
    const { route } = house();
    const message = { ...aMessage(), content: { id: "1", type: "location" as const } };
    expect(await route.execute(message)).toEqual({ kind: "unmapped", contact });
  });

  it.each([
    ["does not exist", 999],
    ["is inactive", 9],
  ])("locks nothing by the code of a tenant that %s", async (_, tenantId) => {
    const { route, storage } = house();
    const outcome = await route.execute(aMessage({ text: `start_realty_${tenantId}` }));
    expect(outcome).toEqual({ kind: "unknown_tenant", tenantId, contact });
    expect(await storage.mappings.find(contact)).toBeUndefined();
    expect(await storage.firstWords.heldFor(contact)).toEqual([]);
  });

  it("keeps a locked contact where it is though it uses another tenant's link, and says so", async () => {
    const { route, logger } = house();
    await route.execute(aMessage({ text: "start_realty_2" }));
    expect(await route.execute(aMessage({ text: "start_realty_55" }))).toMatchObject({
      kind: "routed",
      tenantId: 2,
    });
    expect(await route.execute(aMessage({ text: "start_realty_999" }))).toMatchObject({
      kind: "routed",
      tenantId: 2,
    });
    expect(logger.lines.filter((line) => line.fields["event"] === "contact.contested")).toHaveLength(2);
  });

  it("counts a link as contested where it is another tenant's that takes contacts, and no other", async () => {
    const { route, storage } = house();
    await route.execute(aMessage({ text: "start_realty_2" }));
    // The holder's own, one of nobody, one of a tenant that is inactive, and one that came in a change.
    for (const text of ["start_realty_2", "start_realty_999", "start_realty_9", "no link"]) {
      await route.execute(aMessage({ text }));
    }
    const edited = aMessage();
    await route.executeChange({
      ...{ kind: "edited", identity: "default/false/edit", contact, sentAtMs: edited.sentAtMs },
      ...{ messageId: edited.content.id, text: "start_realty_55" },
    });
    expect(await storage.contested.counts()).toEqual(new Map());
    const link = aMessage({ text: "start_realty_55_flyer" });
    await route.execute(link);
    await route.execute(link);
    expect((await storage.contested.list({ limit: 10 })).items).toMatchObject([
      { contact, heldBy: 2, linkOf: 55, campaign: "flyer", times: 1 },
    ]);
  });

  it("goes on routing to a tenant that became inactive", async () => {
    const { route, tenants } = house();
    await route.execute(aMessage({ text: "start_realty_2" }));
    tenants.put(aTenant({ id: 2, active: false }));
    expect(await route.execute(aMessage({ text: "still there?" }))).toMatchObject({
      kind: "routed",
      tenantId: 2,
    });
  });

  it("remembers the campaign of the first contact", async () => {
    const { route, storage } = house();
    await route.execute(aMessage({ text: "START_REALTY_2_Instagram" }));
    await route.execute(aMessage({ text: "start_realty_2_radio" }));
    expect(await storage.mappings.find(contact)).toMatchObject({ tenantId: 2, campaign: "instagram" });
  });

  it("recognises a message that comes again", async () => {
    const { route } = house();
    const message = aMessage({ text: "start_realty_2" });
    await route.execute(message);
    expect(await route.execute(message)).toEqual({ kind: "duplicate", tenantId: 2, contact });
  });

  it("lets 500 messages with ten links at once agree on one tenant", async () => {
    const { route, tenants, storage } = house();
    for (let id = 1; id <= 10; id += 1) tenants.put(aTenant({ id }));
    const outcomes = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        route.execute(aMessage({ text: `start_realty_${(index % 10) + 1}` })),
      ),
    );
    const tenantIds = new Set(outcomes.map((outcome) => outcome.kind === "routed" && outcome.tenantId));
    expect(tenantIds.size).toBe(1);
    expect(outcomes.filter((outcome) => outcome.kind === "routed" && outcome.isNewSession)).toHaveLength(1);
    expect((await storage.mappings.stats()).contacts).toBe(1);
  });

  it("rejects where the message could not be made durable", async () => {
    const { storage, tenants, clock, logger, lookup } = house();
    const fault = new StorageUnavailableError("disk full");
    const route = new RouteInboundMessage({
      intake: { take: () => Promise.reject(fault) },
      mappings: storage.mappings,
      queue: storage.deliveries,
      replies: storage.replies,
      audit: storage.audit,
      lookup,
      tenants,
      clock,
      logger,
      ids: randomIds,
      linkPrefix: "start_realty_",
    });
    await expect(route.execute(aMessage({ text: "start_realty_2" }))).rejects.toBe(fault);
    expect(await storage.mappings.find(contact)).toBeUndefined();
  });

  describe("logs the lines people look for", () => {
    it("of a first contact, whole at info and step by step at debug", async () => {
      const { route, logger } = house();
      await route.execute(aMessage({ text: "start_realty_2" }));
      expect(logger.messages("info")).toEqual([
        "📨 Received message | ✅ Extracted tenant_id=2 from deep link | 🔒 Locked user 971501234567 to tenant 2 | " +
          "🎯 NEW SESSION: User 971501234567 → Tenant 2 | 📍 ROUTING: User 971501234567 → Tenant 2 | " +
          "🚀 Forwarding to tenant 2",
      ]);
      expect(logger.messages("debug")).toEqual([
        "📨 Received message",
        "✅ Extracted tenant_id=2 from deep link",
        "🔒 Locked user 971501234567 to tenant 2",
        "🎯 NEW SESSION: User 971501234567 → Tenant 2",
        "📍 ROUTING: User 971501234567 → Tenant 2",
      ]);
      expect(logger.lines.at(-1)?.fields).toMatchObject({
        event: "message.routed",
        phone_number: "971501234567",
        tenant_id: 2,
        is_new_session: true,
        locked: true,
      });
    });

    it("of a conversation that goes on", async () => {
      const { route, logger } = house();
      await route.execute(aMessage({ text: "start_realty_2" }));
      await route.execute(aMessage());
      expect(logger.messages("info").at(-1)).toBe(
        "📨 Received message | 📍 ROUTING: User 971501234567 → Tenant 2 | 🚀 Forwarding to tenant 2",
      );
    });

    it("never what a contact wrote", async () => {
      const { route, logger } = house();
      await route.execute(aMessage({ text: "start_realty_2 my secret wish" }));
      await route.execute(aMessage({ text: "my secret wish" }));
      expect(JSON.stringify(logger.lines)).not.toContain("secret wish");
    });
  });
});

import { randomIds } from "../runtime/system-runtime.js";
import { aContact, aMessage, aTenant, aTenantId } from "../testing/builders.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { InMemoryTenantDirectory } from "../testing/in-memory-tenant-directory.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { ExplainMessage } from "./explain-message.js";
import { RouteInboundMessage } from "./route-inbound-message.js";

const contact = aContact("971501234567");
const lid = aContact("4242@lid");

function house() {
  const clock = new ManualClock();
  const storage = new InMemoryStorage({ clock });
  const tenants = new InMemoryTenantDirectory([
    aTenant({ id: 2 }),
    aTenant({ id: 55 }),
    aTenant({ id: 9, active: false }),
    { id: aTenantId(8), active: true, signingSecrets: [] },
  ]);
  const common = {
    ...{ mappings: storage.mappings, optOuts: storage.optOuts, tenants },
    ...{ linkPrefix: "start_realty_", wishWords: { optOut: ["STOP"], optIn: ["START"] } },
  };
  const route = new RouteInboundMessage({
    ...common,
    intake: storage.intake,
    queue: storage.deliveries,
    replies: storage.replies,
    audit: storage.audit,
    clock,
    ids: randomIds,
    logger: new RecordingLogger(),
  });
  return { storage, route, explain: new ExplainMessage(common) };
}

describe("ExplainMessage", () => {
  it.each([
    ["Hello", { kind: "unmapped" }],
    ["start_realty_999", { kind: "unknown_tenant", tenantId: 999 }],
    ["start_realty_9", { kind: "unknown_tenant", tenantId: 9 }],
    ["Hi, start_realty_2 please", { kind: "routed", tenantId: 2, locks: true, tenant: "active" }],
    ["start_realty_8", { kind: "routed", tenantId: 8, locks: true, tenant: "no_handler" }],
  ])("says what becomes of a stranger's %j, and routing agrees", async (text, outcome) => {
    const { explain, route } = house();
    expect((await explain.execute(contact, text)).outcome).toEqual(outcome);
    const { kind, tenantId } = outcome as { kind: string; tenantId?: number };
    expect(await route.execute(aMessage({ text }))).toMatchObject({
      kind,
      ...(tenantId === undefined ? {} : { tenantId }),
    });
  });

  it("changes nothing", async () => {
    const { explain, storage } = house();
    await explain.execute(contact, "start_realty_2");
    expect(await storage.mappings.find(contact)).toBeUndefined();
    expect((await storage.deliveries.counts()).pending).toBe(0);
  });

  it("says that a contact stays where it is, whatever link it sends", async () => {
    const { explain, route } = house();
    await route.execute(aMessage({ text: "start_realty_2_instagram" }));
    const explained = await explain.execute(contact, "start_realty_55");
    expect(explained).toMatchObject({
      names: [contact],
      linkCode: { tenantId: 55, tenant: "active" },
      mapping: { tenantId: 2, campaign: "instagram" },
      outcome: { kind: "routed", tenantId: 2, locks: false, tenant: "active" },
    });
    expect(await route.execute(aMessage({ text: "start_realty_55" }))).toMatchObject({
      kind: "routed",
      tenantId: 2,
    });
  });

  it("says what a contact asks for, and whether it wants nothing sent to it", async () => {
    const { explain, route } = house();
    expect(await explain.execute(contact, "stop")).toMatchObject({ wish: "opt_out", optedOut: false });
    await route.execute(aMessage({ text: "stop" }));
    expect((await explain.execute(contact, "Hello")).optedOut).toBe(true);
    expect(await explain.execute(contact, "START")).toMatchObject({ wish: "opt_in", optedOut: true });
  });

  it("knows a contact by its other name, and tells them all", async () => {
    const { explain, storage, route } = house();
    await route.execute(aMessage({ text: "start_realty_2" }));
    await storage.mappings.learnAlias({ phone: contact, lid });
    expect(await explain.execute(lid, "Hello")).toMatchObject({
      names: [contact, lid],
      outcome: { kind: "routed", tenantId: 2, locks: false },
    });
  });
});

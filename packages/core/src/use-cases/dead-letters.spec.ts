import type { Mapping } from "../domain/mapping.js";
import { aDelivery, aMapping, aTenantId } from "../testing/builders.js";
import { InMemoryStorage } from "../testing/in-memory-storage.js";
import { RecordingLogger } from "../testing/loggers.js";
import { ManualClock } from "../testing/manual-clock.js";
import { RemoveMapping } from "./remove-mapping.js";
import { ReplayDeadLetters } from "./replay-dead-letters.js";

function house() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const storage = new InMemoryStorage({ clock });
  const { mappings, deliveries, replies, audit } = storage;
  return {
    clock,
    logger,
    mappings,
    deliveries,
    replies,
    remove: new RemoveMapping({ mappings, queue: deliveries, replies, audit, clock, logger }),
    replay: new ReplayDeadLetters({ queue: deliveries, mappings, audit, clock, logger }),
    waitingContact: async (tenantId = 2, messages = 1): Promise<Mapping> => {
      const mapping = aMapping({ tenantId: aTenantId(tenantId) });
      await mappings.lock(mapping, clock.nowMs());
      for (let count = 0; count < messages; count += 1) await deliveries.enqueue(aDelivery(mapping));
      return mapping;
    },
  };
}

describe("RemoveMapping", () => {
  it("frees the contact; what waits becomes dead letters, messages and replies alike", async () => {
    const { remove, mappings, deliveries, replies, logger, waitingContact } = house();
    const mapping = await waitingContact(2, 3);
    const { tenantId, contact, generation } = mapping;
    const body = { kind: "text", text: "late" } as const;
    await replies.enqueue({ id: "r1", identity: "r1", tenantId, contact, generation, body });
    expect(await remove.execute(contact, { actor: "first" })).toEqual(mapping);
    expect(await mappings.find(contact)).toBeUndefined();
    expect(await deliveries.counts()).toMatchObject({ pending: 0, dead: 3 });
    expect(await replies.counts()).toMatchObject({ pending: 0, dead: 1 });
    expect(logger.messages("info")).toEqual([`🔓 Unlocked user ${contact} from tenant 2`]);
  });

  it("answers nothing for a contact nobody holds", async () => {
    const { remove, logger } = house();
    expect(await remove.execute(aMapping().contact, { actor: "first" })).toBeUndefined();
    expect(logger.lines).toEqual([]);
  });
});

describe("ReplayDeadLetters", () => {
  it("replays to whoever holds the contact now", async () => {
    const { remove, replay, mappings, deliveries, clock, waitingContact } = house();
    const { contact } = await waitingContact(2);
    await remove.execute(contact, { actor: "first" });
    const [letter] = (await deliveries.deadLetters({ limit: 1 })).items;
    expect(await replay.one(letter!.id, "first")).toEqual({ kind: "no_holder", id: letter!.id });
    clock.advance(5_000);
    await mappings.lock(aMapping({ contact, tenantId: aTenantId(55) }), clock.nowMs());
    expect(await replay.one(letter!.id, "first")).toMatchObject({
      ...{ kind: "replayed", id: letter!.id, tenantId: 55 },
    });
    expect((await deliveries.pending({ limit: 10 })).items).toMatchObject([
      { id: letter!.id, tenantId: 55, replayed: true },
    ]);
    expect(await replay.one(letter!.id, "first")).toEqual({ kind: "not_found", id: letter!.id });
  });

  it("replays all of a tenant, however many, and counts whose contact nobody holds", async () => {
    const { replay, remove, deliveries, clock, waitingContact } = house();
    for (let count = 0; count < 1_200; count += 1) await waitingContact(2);
    await waitingContact(3);
    const { claims } = await deliveries.claimDue({ limit: 2_000, perTenantLimit: 2_000, leaseMs: 1_000 });
    for (const claim of claims)
      await deliveries.settle(claim, { kind: "dead", reason: "refused", error: "HTTP 400" });
    await remove.execute(claims[0]!.contact, { actor: "first" });
    clock.advance(1);
    expect(await replay.ofTenant(aTenantId(2), "first")).toEqual({ replayed: 1_199, withoutHolder: 1 });
    expect(await deliveries.counts()).toMatchObject({ pending: 1_199, dead: 2 });
  });
});

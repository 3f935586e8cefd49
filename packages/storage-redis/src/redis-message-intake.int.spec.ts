import {
  aContact,
  aMapping,
  aMessage,
  aTenantId,
  messageIntakeContract,
  silentLogger,
} from "@gateway-router/core/testing";
import { randomIds, systemClock } from "@gateway-router/core";
import { openRedisStorage } from "./redis-storage.js";
import { describeOnRedis } from "./testing/redis-spec.js";

await describeOnRedis("RedisMessageIntake", (_server, openKeys) => {
  const open = async () => {
    const keys = await openKeys();
    const storage = await openRedisStorage({
      ...{ url: keys.url, prefix: keys.prefix, clockLua: keys.clockLua },
      ...{ clock: systemClock, logger: silentLogger, duplicateMemoryDays: 7 },
    });
    return {
      ...{ ...storage, nowMs: keys.nowMs, advance: keys.advance },
      close: async () => {
        await storage.close();
        await keys.close();
      },
    };
  };

  messageIntakeContract({ test: it, open });

  it("two locks of one tenant that a message shows to be one contact's: what waits under the ended one comes first", async () => {
    const { intake, mappings, deliveries, audit, nowMs, close } = await open();
    const [phone, lid] = [aContact("971501112223"), aContact("6655443322110@lid")];
    const by = (contact: typeof phone, lockedAtMs: number) =>
      aMapping({ contact, tenantId: aTenantId(2), lockedAtMs });
    await mappings.lock(by(phone, 1), nowMs());
    await mappings.lock(by(lid, 2), nowMs());
    const take = (text: string, contact: typeof phone, otherName?: typeof phone) =>
      intake.take({
        message: aMessage({ text, contact, sentAtMs: nowMs(), ...(otherName && { otherName }) }),
        deliveryId: `msg_${text}`,
        holdIfUnmapped: true,
      });
    await take("one", lid);
    await take("two", lid);
    const outcome = await take("three", phone, lid);
    expect(outcome).toMatchObject({ kind: "routed", merge: { alias: lid, ended: { contact: lid } } });
    expect((await audit.list({ limit: 10 })).items.map(({ action }) => action)).toEqual(["contact.merged"]);
    const order: string[] = [];
    for (;;) {
      const { claims } = await deliveries.claimDue({ limit: 10, perTenantLimit: 10, leaseMs: 60_000 });
      if (claims.length === 0) break;
      for (const claim of claims) {
        order.push(claim.id);
        await deliveries.settle(claim, { kind: "delivered" });
      }
    }
    expect(order).toEqual(["msg_one", "msg_two", "msg_three"]);
    await close();
  });

  it("ten contacts' links of ten tenants at once, by names that show meanwhile: one tenant each", async () => {
    const { intake, mappings, nowMs, close } = await open();
    const contacts = Array.from({ length: 10 }, (_, index) => ({
      phone: aContact(),
      lid: aContact(`66554433221${index}@lid`),
    }));
    await Promise.all(
      contacts.flatMap(({ phone, lid }) =>
        Array.from({ length: 10 }, (_, index) =>
          intake.take({
            message: aMessage({
              ...(index % 2 === 0 ? { contact: phone } : { contact: lid }),
              ...(index % 3 === 0 ? { otherName: index % 2 === 0 ? lid : phone } : {}),
              sentAtMs: nowMs(),
            }),
            deliveryId: randomIds.deliveryId(),
            proposal: {
              ...{ tenantId: aTenantId(index + 1), generation: randomIds.generation() },
              lockedAtMs: nowMs() + index,
            },
            holdIfUnmapped: false,
          }),
        ),
      ),
    );
    for (const { phone, lid } of contacts) {
      expect(await mappings.namesOf(lid)).toEqual([phone, lid]);
      expect(await mappings.find(lid)).toEqual(await mappings.find(phone));
    }
    expect((await mappings.stats()).contacts).toBe(10);
    await close();
  });
});

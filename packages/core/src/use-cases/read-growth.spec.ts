import { aContact, aMapping, aTenantId } from "../testing/builders.js";
import { InMemoryMappingStore } from "../testing/in-memory-mapping-store.js";
import { ManualClock } from "../testing/manual-clock.js";
import { GROWTH_KEPT_MS, ReadGrowth } from "./read-growth.js";

const DAY_MS = 24 * 3_600_000;

async function enter() {
  const clock = new ManualClock();
  const mappings = new InMemoryMappingStore({ clock });
  let number = 971501000000;
  const lock = async (tenant: number, daysAgo: number) => {
    const candidate = aMapping({
      contact: aContact(String((number += 1))),
      tenantId: aTenantId(tenant),
      lockedAtMs: clock.nowMs() - daysAgo * DAY_MS,
    });
    await mappings.lock(candidate, clock.nowMs());
  };
  return { clock, lock, growth: new ReadGrowth({ mappings, clock }) };
}

describe("ReadGrowth", () => {
  it("counts the contacts of the days asked for, the tenant that grew most first", async () => {
    const { clock, lock, growth } = await enter();
    for (const [tenant, daysAgo] of [
      ...[
        [2, 1],
        [55, 2],
        [55, 6],
        [7, 3],
        [2, 8],
        [9, 30],
      ],
    ] as const) {
      await lock(tenant, daysAgo);
    }
    expect(await growth.execute({ days: 7 })).toEqual({
      sinceMs: clock.nowMs() - 7 * DAY_MS,
      asOfMs: clock.nowMs(),
      newContacts: 4,
      tenants: [
        { tenantId: 55, newContacts: 2 },
        { tenantId: 2, newContacts: 1 },
        { tenantId: 7, newContacts: 1 },
      ],
    });
    expect((await growth.execute({ days: 31 })).newContacts).toBe(6);
  });

  it("walks through the mappings once in a while, however many ask", async () => {
    const { clock, lock, growth } = await enter();
    await lock(2, 0);
    const [one, other] = await Promise.all([growth.execute({ days: 7 }), growth.execute({ days: 7 })]);
    expect(other).toBe(one);
    await lock(2, 0);
    clock.advance(GROWTH_KEPT_MS - 1);
    expect(await growth.execute({ days: 7 })).toBe(one);
    clock.advance(1);
    expect((await growth.execute({ days: 7 })).newContacts).toBe(2);
  });
});

import { aContact, aMapping, aTenantId, mappingStoreContract } from "@gateway-router/core/testing";
import { RedisContactHashes } from "./redis-contact-hashes.js";
import { RedisMappingStore } from "./redis-mapping-store.js";
import { describeOnRedis } from "./testing/redis-spec.js";

await describeOnRedis("RedisMappingStore", (_server, openKeys) => {
  const openStores = async (instances: number) => {
    const keys = await openKeys();
    const stores = await Promise.all(
      Array.from({ length: instances }, async () => {
        const database = await keys.open();
        return new RedisMappingStore({ database, hashes: new RedisContactHashes(database) });
      }),
    );
    return { ...keys, stores };
  };

  mappingStoreContract({ test: it, openStores });

  it("tells the contacts of more tenants than a script's stack has room for", async () => {
    const { stores, call, prefix, close } = await openStores(1);
    const counts = Array.from({ length: 12_000 }, (_, index) => [String(index + 1), "3"]);
    await call("HSET", `${prefix}counts`, ...counts.flat());
    const { contactsPerTenant } = await stores[0]!.stats();
    expect([contactsPerTenant.size, contactsPerTenant.get(aTenantId(12_000))]).toEqual([12_000, 3]);
    await close();
  });

  it("of names that several instances learn at once, each contact has one mapping by all of them", async () => {
    const { stores, nowMs, close } = await openStores(3);
    const phone = aContact();
    const lids = Array.from({ length: 12 }, (_, index) => aContact(`77001122334${index}@lid`));
    for (const lid of lids) await stores[0]!.lock(aMapping({ contact: lid }), nowMs());
    await Promise.all(lids.map((lid, index) => stores[index % 3]!.learnAlias({ lid, phone })));
    const mapping = await stores[0]!.find(phone);
    expect(mapping?.contact).toBe(phone);
    for (const lid of lids) expect(await stores[1]!.find(lid)).toEqual(mapping);
    expect((await stores[2]!.stats()).contacts).toBe(1);
    expect(mapping?.mergedGenerations).toHaveLength(lids.length - 1);
    await close();
  });
});

import assert from "node:assert/strict";
import { BadCursorError } from "../domain/errors.js";
import type { Mapping } from "../domain/mapping.js";
import type { MappingStore } from "../ports/mapping-store.js";
import { aContact, aMapping, aTenantId } from "./builders.js";
import { withOpened, type DeclareTest } from "./contract.js";

/** Stores on one engine, as several instances of the gateway would open them. */
export interface MappingStoreHarness {
  readonly stores: readonly MappingStore[];
  /** The engine's time. */
  readonly nowMs: () => number;
  /** Lets the engine's time pass. */
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

export interface MappingStoreContractOptions {
  readonly test: DeclareTest;
  /** Opens a fresh, empty engine with that many instances on it. An engine for one process hands out the same instance again. */
  readonly openStores: (instances: number) => Promise<MappingStoreHarness>;
}

/** What every MappingStore keeps. */
export function mappingStoreContract({ test, openStores }: MappingStoreContractOptions): void {
  const check = (name: string, run: (store: MappingStore, harness: MappingStoreHarness) => Promise<void>) =>
    test(name, () =>
      withOpened(
        () => openStores(1),
        (harness) => run(harness.stores[0]!, harness),
      ),
    );

  check("finds nothing where nothing was locked", async (store) => {
    assert.equal(await store.find(aContact()), undefined);
  });

  check("finds what was locked, whole", async (store, { nowMs }) => {
    const mapping = aMapping({ lockedAtMs: nowMs(), campaign: "instagram" });
    assert.deepEqual(await store.lock(mapping, nowMs()), { kind: "locked", mapping });
    assert.deepEqual(await store.find(mapping.contact), mapping);
  });

  check("keeps contacts known by LID apart from those known by number", async (store, { nowMs }) => {
    const byLid = aMapping({ contact: aContact("88112233445566@lid"), tenantId: aTenantId(2) });
    const byNumber = aMapping({ contact: aContact("88112233445566"), tenantId: aTenantId(55) });
    await store.lock(byLid, nowMs());
    await store.lock(byNumber, nowMs());
    assert.deepEqual(await store.find(byLid.contact), byLid);
    assert.deepEqual(await store.find(byNumber.contact), byNumber);
  });

  check("an erased contact has no mapping, and what it sent before locks nobody", async (store, harness) => {
    const { nowMs, advance } = harness;
    const mapping = aMapping({ tenantId: aTenantId(2) });
    const { contact, generation } = mapping;
    const lockedAtMs = nowMs();
    await store.lock(mapping, lockedAtMs);
    await store.lock(aMapping({ tenantId: aTenantId(2) }), lockedAtMs);
    await advance(5_000);
    const erasure = await store.beginErasure(contact);
    assert.deepEqual([erasure.names, erasure.mapping], [[contact], mapping]);
    assert.ok(!erasure.pseudonym.includes(contact));
    await store.endErasure(erasure);
    assert.equal(await store.find(contact), undefined);
    assert.deepEqual((await store.ofTenant({ tenantId: aTenantId(2), limit: 10 })).items.length, 1);
    assert.equal((await store.stats()).contactsPerTenant.get(aTenantId(2)), 1);
    assert.equal(await store.wasErased(generation), true);
    assert.equal(await store.wasErased(aMapping().generation), false);
    assert.equal(await store.wasSentBeforeRemoval(contact, lockedAtMs), true);
    assert.equal(await store.wasErasedSince(contact, lockedAtMs), true);
    assert.equal(await store.wasErasedSince(aContact(), lockedAtMs), false);
    const late = await store.lock(aMapping({ contact }), lockedAtMs);
    assert.equal(late.kind, "predates_removal");
    await advance(5_000);
    const again = aMapping({ contact, tenantId: aTenantId(55) });
    assert.equal((await store.lock(again, nowMs())).kind, "locked");
    assert.equal(await store.wasErasedSince(contact, nowMs()), false);
    assert.equal(await store.wasErased(again.generation), false);
  });

  check(
    "an erasure forgets a contact's other names, and can be begun again until it ended",
    async (store, harness) => {
      const { nowMs, advance } = harness;
      const [phone, lid] = [aContact(), aContact("4242424242@lid")];
      await store.learnAlias({ phone, lid });
      await store.lock(aMapping({ contact: lid }), nowMs());
      const sentAtMs = nowMs();
      await advance(5_000);
      const first = await store.beginErasure(lid);
      assert.deepEqual(first.names, [phone, lid]);
      const second = await store.beginErasure(phone);
      assert.deepEqual(second.names, [phone, lid]);
      assert.deepEqual([second.mapping, second.pseudonym], [undefined, first.pseudonym]);
      await store.endErasure(second);
      await store.endErasure(second);
      assert.deepEqual(await store.namesOf(lid), [lid]);
      assert.deepEqual(await store.namesOf(phone), [phone]);
      for (const name of [phone, lid]) assert.equal(await store.wasSentBeforeRemoval(name, sentAtMs), true);
      // Its names are forgotten, not that what it sent then is nobody's, whoever shows them again.
      await store.learnAlias({ phone, lid });
      assert.equal(await store.wasSentBeforeRemoval(lid, sentAtMs), true);
    },
  );

  check(
    "what is erased of a name counts for the one that it turns out to stand for",
    async (store, harness) => {
      const { nowMs, advance } = harness;
      const [phone, lid] = [aContact(), aContact("4343434343@lid")];
      const sentAtMs = nowMs();
      await advance(5_000);
      await store.endErasure(await store.beginErasure(lid));
      await store.learnAlias({ phone, lid });
      assert.equal(await store.wasSentBeforeRemoval(phone, sentAtMs), true);
      assert.equal((await store.lock(aMapping({ contact: phone }), sentAtMs)).kind, "predates_removal");
    },
  );

  check("who is locked again while it is erased keeps its names", async (store, { nowMs, advance }) => {
    const [phone, lid] = [aContact(), aContact("4444444444@lid")];
    await store.learnAlias({ phone, lid });
    const erasure = await store.beginErasure(phone);
    await advance(2_000);
    const mapping = aMapping({ contact: phone });
    assert.equal((await store.lock(mapping, nowMs())).kind, "locked");
    await store.endErasure(erasure);
    assert.deepEqual(await store.find(lid), mapping);
  });

  check("the first contact wins: a second lock is told who holds it", async (store, { nowMs }) => {
    const held = aMapping({ tenantId: aTenantId(2) });
    await store.lock(held, nowMs());
    const late = aMapping({ contact: held.contact, tenantId: aTenantId(55) });
    assert.deepEqual(await store.lock(late, nowMs()), { kind: "held", mapping: held });
    assert.deepEqual(await store.find(held.contact), held);
  });

  check("unlock answers what was, and then there is nothing", async (store, { nowMs }) => {
    const mapping = aMapping();
    await store.lock(mapping, nowMs());
    assert.deepEqual(await store.unlock(mapping.contact), mapping);
    assert.equal(await store.find(mapping.contact), undefined);
    assert.equal(await store.unlock(mapping.contact), undefined);
  });

  check(
    "a message sent before the removal never locks again, one sent after does",
    async (store, harness) => {
      const mapping = aMapping();
      const sentBeforeMs = harness.nowMs();
      await store.lock(mapping, sentBeforeMs);
      await harness.advance(5_000);
      await store.unlock(mapping.contact);
      const again = aMapping({ contact: mapping.contact, tenantId: aTenantId(55) });
      assert.equal((await store.lock(again, sentBeforeMs)).kind, "predates_removal");
      assert.equal(await store.wasSentBeforeRemoval(mapping.contact, sentBeforeMs), true);
      assert.equal(await store.find(mapping.contact), undefined);
      await harness.advance(1_000);
      assert.equal(await store.wasSentBeforeRemoval(mapping.contact, harness.nowMs()), false);
      assert.deepEqual(await store.lock(again, harness.nowMs()), { kind: "locked", mapping: again });
    },
  );

  check(
    "WhatsApp stamps whole seconds: a message of the removal's own second may lock",
    async (store, harness) => {
      const mapping = aMapping();
      await store.lock(mapping, harness.nowMs());
      await harness.advance(1_000);
      await store.unlock(mapping.contact);
      const sameSecondMs = Math.floor(harness.nowMs() / 1_000) * 1_000;
      const again = aMapping({ contact: mapping.contact });
      assert.equal((await store.lock(again, sameSecondMs)).kind, "locked");
    },
  );

  check("nobody else is touched by a removal", async (store, { nowMs }) => {
    const stays = aMapping();
    const goes = aMapping();
    await store.lock(stays, nowMs());
    await store.lock(goes, nowMs());
    await store.unlock(goes.contact);
    assert.deepEqual(await store.find(stays.contact), stays);
    assert.equal(await store.wasSentBeforeRemoval(stays.contact, 0), false);
  });

  check("counts contacts per tenant through locks, refused locks and removals", async (store, harness) => {
    assert.deepEqual(await store.stats(), {
      contacts: 0,
      contactsPerTenant: new Map(),
      lastChangedAtMs: undefined,
    });
    const mappings = [2, 2, 55].map((tenantId) => aMapping({ tenantId: aTenantId(tenantId) }));
    for (const mapping of mappings) await store.lock(mapping, harness.nowMs());
    await store.lock(aMapping({ contact: mappings[0]!.contact, tenantId: aTenantId(7) }), harness.nowMs());
    let stats = await store.stats();
    assert.equal(stats.contacts, 3);
    assert.deepEqual(
      [...stats.contactsPerTenant].sort((a, b) => a[0] - b[0]),
      [
        [2, 2],
        [55, 1],
      ],
    );
    const changedAtMs = stats.lastChangedAtMs!;
    assert.ok(Math.abs(changedAtMs - harness.nowMs()) < 60_000);
    await harness.advance(1_000);
    await store.unlock(mappings[2]!.contact);
    stats = await store.stats();
    assert.equal(stats.contacts, 2);
    assert.deepEqual([...stats.contactsPerTenant], [[2, 2]]);
    assert.ok(stats.lastChangedAtMs! >= changedAtMs + 1_000);
  });

  check(
    "a reassigned contact has its new mapping at once, and the counts follow",
    async (store, { nowMs, advance }) => {
      const before = aMapping({ tenantId: aTenantId(2) });
      const lockedAtMs = nowMs();
      await store.lock(before, lockedAtMs);
      await advance(2_000);
      const candidate = aMapping({ contact: before.contact, tenantId: aTenantId(55) });
      assert.deepEqual(await store.reassign(candidate), { kind: "reassigned", mapping: candidate, before });
      assert.equal(await store.wasSentBeforeRemoval(before.contact, lockedAtMs), true);
      assert.equal(await store.wasSentBeforeRemoval(before.contact, nowMs()), false);
      assert.deepEqual(await store.find(before.contact), candidate);
      const late = await store.lock(aMapping({ contact: before.contact, tenantId: aTenantId(7) }), nowMs());
      assert.deepEqual(late, { kind: "held", mapping: candidate });
      assert.deepEqual([...(await store.stats()).contactsPerTenant], [[55, 1]]);
    },
  );

  check(
    "reassigning assigns a contact that nobody has, and changes none that the tenant has",
    async (store) => {
      const mapping = aMapping({ tenantId: aTenantId(2) });
      assert.deepEqual(await store.reassign(mapping), { kind: "reassigned", mapping, before: undefined });
      assert.equal(await store.wasSentBeforeRemoval(mapping.contact, 0), false);
      const again = aMapping({ contact: mapping.contact, tenantId: aTenantId(2) });
      assert.deepEqual(await store.reassign(again), { kind: "unchanged", mapping });
      assert.equal((await store.stats()).contacts, 1);
    },
  );

  check("a contact is reassigned by any of its names", async (store, { nowMs }) => {
    const [phone, lid] = [aContact("971501234567"), aContact("4242424242424@lid")];
    await store.learnAlias({ lid, phone });
    const before = aMapping({ contact: phone, tenantId: aTenantId(2) });
    await store.lock(before, nowMs());
    const candidate = aMapping({ contact: lid, tenantId: aTenantId(55) });
    const mapping = { ...candidate, contact: phone };
    assert.deepEqual(await store.reassign(candidate), { kind: "reassigned", mapping, before });
    assert.deepEqual(await store.find(phone), mapping);
  });

  test("of links and a reassignment at once, the reassignment stands, and nobody saw the contact free", () =>
    withOpened(
      () => openStores(2),
      async ({ stores, nowMs }) => {
        const before = aMapping({ tenantId: aTenantId(2) });
        await stores[0]!.lock(before, nowMs());
        const candidate = aMapping({ contact: before.contact, tenantId: aTenantId(55) });
        const locks = Array.from({ length: 40 }, (_, index) => {
          const link = aMapping({ contact: before.contact, tenantId: aTenantId((index % 9) + 3) });
          return stores[index % stores.length]!.lock(link, nowMs());
        });
        const [outcomes, reassigned] = await Promise.all([
          Promise.all(locks),
          stores[1]!.reassign(candidate),
        ]);
        assert.equal(reassigned.kind, "reassigned");
        for (const outcome of outcomes) assert.equal(outcome.kind, "held");
        for (const store of stores) assert.deepEqual(await store.find(before.contact), candidate);
      },
    ));

  check("lists a tenant's contacts page by page, and nobody else's", async (store, { nowMs }) => {
    const own = Array.from({ length: 7 }, () => aMapping({ tenantId: aTenantId(2) }));
    const others = [1, 22, 55].map((tenantId) => aMapping({ tenantId: aTenantId(tenantId) }));
    for (const mapping of [...own, ...others]) await store.lock(mapping, nowMs());
    const listed: Mapping[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.ofTenant({
        ...{ tenantId: aTenantId(2), limit: 3 },
        ...(cursor === undefined ? {} : { cursor }),
      });
      assert.ok(page.items.length <= 3);
      listed.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    assert.deepEqual(
      listed,
      own.toSorted((a, b) => (a.contact < b.contact ? -1 : 1)),
    );
    assert.deepEqual((await store.ofTenant({ tenantId: aTenantId(7), limit: 3 })).items, []);
  });

  check("lists those of one campaign", async (store, { nowMs }) => {
    const campaigns = ["instagram", "flyer", undefined, "instagram"];
    const mappings = campaigns.map((campaign) =>
      aMapping({ tenantId: aTenantId(2), ...(campaign === undefined ? {} : { campaign }) }),
    );
    for (const mapping of mappings) await store.lock(mapping, nowMs());
    const { items } = await store.ofTenant({ tenantId: aTenantId(2), limit: 10, campaign: "instagram" });
    assert.deepEqual(
      new Set(items.map(({ contact }) => contact)),
      new Set([mappings[0]!.contact, mappings[3]!.contact]),
    );
  });

  /** The campaigns as they stand, without what engines add to records. */
  const campaigns = async (store: MappingStore, tenantId?: number, perTenant = 10) => {
    const request = { perTenant, ...(tenantId === undefined ? {} : { tenantId: aTenantId(tenantId) }) };
    const told = await store.campaigns(request);
    return Object.fromEntries(
      Array.from(told, ([id, of]) => [id, of.map(({ campaign, contacts }) => [campaign, contacts])]),
    );
  };
  const lockBy = async (store: MappingStore, sentAtMs: number, lock: Partial<Mapping>) => {
    const mapping = aMapping(lock);
    await store.lock(mapping, sentAtMs);
    return mapping;
  };

  check("counts contacts per campaign, the largest first, each tenant's its own", async (store, harness) => {
    assert.deepEqual(await campaigns(store), {});
    assert.deepEqual(await campaigns(store, 2), {});
    const came = {
      2: ["flyer", "instagram", undefined, "instagram", "bus"],
      55: ["instagram"],
      7: [undefined],
    };
    for (const [tenantId, names] of Object.entries(came)) {
      for (const campaign of names) {
        const lock = { tenantId: aTenantId(Number(tenantId)), ...(campaign && { campaign }) };
        const { contact } = await lockBy(store, harness.nowMs(), lock);
        // What is refused counts nowhere.
        await lockBy(store, harness.nowMs(), { contact, tenantId: aTenantId(9), campaign: "late" });
      }
    }
    const ofTenant2 = [
      ["instagram", 2],
      ["bus", 1],
      ["flyer", 1],
    ];
    assert.deepEqual(await campaigns(store), { 2: ofTenant2, 55: [["instagram", 1]] });
    assert.deepEqual(await campaigns(store, 2), { 2: ofTenant2 });
    assert.deepEqual(await campaigns(store, 7), {});
    assert.deepEqual(await campaigns(store, 2, 2), { 2: ofTenant2.slice(0, 2) });
    assert.deepEqual(await campaigns(store, undefined, 1), { 2: [["instagram", 2]], 55: [["instagram", 1]] });
  });

  check("sizes of campaigns are ordered as numbers, whatever their digits", async (store, { nowMs }) => {
    for (const [campaign, contacts] of Object.entries({ nine: 9, ten: 10, "2026": 11 })) {
      for (let count = 0; count < contacts; count += 1) await lockBy(store, nowMs(), { campaign });
    }
    const ordered = [
      ["2026", 11],
      ["ten", 10],
      ["nine", 9],
    ];
    assert.deepEqual(await campaigns(store), { 2: ordered });
  });

  check("counts per campaign follow removals, new locks and reassignments", async (store, harness) => {
    const first = await lockBy(store, harness.nowMs(), { campaign: "instagram" });
    const second = await lockBy(store, harness.nowMs(), { campaign: "instagram" });
    await harness.advance(1_000);
    await store.unlock(first.contact);
    assert.deepEqual(await campaigns(store), { 2: [["instagram", 1]] });
    await harness.advance(1_000);
    await lockBy(store, harness.nowMs(), { contact: first.contact, campaign: "flyer" });
    await store.reassign(aMapping({ contact: second.contact, tenantId: aTenantId(55) }));
    assert.deepEqual(await campaigns(store), { 2: [["flyer", 1]] });
    await store.reassign(
      aMapping({ contact: second.contact, tenantId: aTenantId(55), campaign: "unchanged" }),
    );
    await store.reassign(aMapping({ contact: first.contact, tenantId: aTenantId(55), campaign: "bus" }));
    assert.deepEqual(await campaigns(store), { 55: [["bus", 1]] });
    await store.unlock(first.contact);
    await store.unlock(second.contact);
    assert.deepEqual(await campaigns(store), {});
  });

  check("a contact that moves to its other name stays one of its campaign", async (store, { nowMs }) => {
    const [phone, lid] = [aContact("971501234567"), aContact("4242424242424@lid")];
    await lockBy(store, nowMs(), { contact: lid, campaign: "instagram" });
    await store.learnAlias({ lid, phone });
    assert.deepEqual(await campaigns(store), { 2: [["instagram", 1]] });
    await store.unlock(lid);
    assert.deepEqual(await campaigns(store), {});
  });

  for (const [name, tenantOfLater] of [
    ["of one tenant", 2],
    ["of two tenants", 55],
  ] as const) {
    check(`of two locks ${name} that were one contact's, the earlier's campaign counts`, async (store, h) => {
      const [phone, lid] = [aContact("971501234567"), aContact("4242424242424@lid")];
      await lockBy(store, h.nowMs(), { contact: lid, campaign: "instagram", lockedAtMs: 1 });
      const later = { contact: phone, tenantId: aTenantId(tenantOfLater), campaign: "flyer", lockedAtMs: 2 };
      await lockBy(store, h.nowMs(), later);
      await lockBy(store, h.nowMs(), { campaign: "flyer" });
      await store.learnAlias({ lid, phone });
      const left = [
        ["flyer", 1],
        ["instagram", 1],
      ];
      assert.deepEqual(await campaigns(store), { 2: left });
    });
  }

  check("a tenant's list follows removals, reassignments and merges", async (store, { nowMs }) => {
    const [phone, lid] = [aContact("971501234567"), aContact("4242424242424@lid")];
    const tenantId = aTenantId(2);
    const contacts = async (of = tenantId) =>
      (await store.ofTenant({ tenantId: of, limit: 10 })).items.map(({ contact }) => contact);
    await store.lock(aMapping({ contact: lid, tenantId }), nowMs());
    await store.learnAlias({ lid, phone });
    assert.deepEqual(await contacts(), [phone]);
    await store.reassign(aMapping({ contact: phone, tenantId: aTenantId(55) }));
    assert.deepEqual([await contacts(), await contacts(aTenantId(55))], [[], [phone]]);
    await store.unlock(phone);
    assert.deepEqual(await contacts(aTenantId(55)), []);
  });

  check("another list's cursor is none of a tenant's", async (store) => {
    const request = { tenantId: aTenantId(2), limit: 10 };
    for (const cursor of ["3.971501234567", "971501234567", "2.", "2.0971501234567", "2.x"]) {
      await assert.rejects(store.ofTenant({ ...request, cursor }), BadCursorError);
    }
  });

  check("walks over every mapping", async (store, { nowMs }) => {
    const locked = Array.from({ length: 25 }, () => aMapping());
    for (const mapping of locked) await store.lock(mapping, nowMs());
    const seen: Mapping[] = [];
    for await (const mapping of store.entries()) seen.push(mapping);
    const byContact = (a: Mapping, b: Mapping) => (a.contact < b.contact ? -1 : 1);
    assert.deepEqual(seen.sort(byContact), locked.sort(byContact));
  });

  test("a hundred links at once over two instances: one lock, all agree", () =>
    withOpened(
      () => openStores(2),
      async ({ stores, nowMs }) => {
        const contact = aContact();
        const outcomes = await Promise.all(
          Array.from({ length: 100 }, (_, index) => {
            const candidate = aMapping({ contact, tenantId: aTenantId((index % 10) + 1) });
            return stores[index % stores.length]!.lock(candidate, nowMs());
          }),
        );
        assert.equal(outcomes.filter((outcome) => outcome.kind === "locked").length, 1);
        const winner = outcomes.find((outcome) => outcome.kind === "locked")!.mapping;
        for (const outcome of outcomes) {
          assert.notEqual(outcome.kind, "predates_removal");
          if (outcome.kind !== "predates_removal") assert.deepEqual(outcome.mapping, winner);
        }
        for (const store of stores) assert.deepEqual(await store.find(contact), winner);
      },
    ));
}

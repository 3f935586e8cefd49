import assert from "node:assert/strict";
import { BadCursorError } from "../domain/errors.js";
import {
  CONTESTED_PER_CONTACT,
  type ContestedContact,
  type ContestedContacts,
  type ContestedUse,
} from "../ports/contested-contacts.js";
import { aContact, aTenantId } from "./builders.js";
import { assertSameRecord, withOpened, type DeclareTest } from "./contract.js";

export interface ContestedContactsHarness {
  readonly contested: ContestedContacts;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

/** What every ContestedContacts keeps. */
export function contestedContactsContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<ContestedContactsHarness>;
}): void {
  const check = (name: string, run: (harness: ContestedContactsHarness) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, run));

  const aUse = (atMs: number, { heldBy = 2, linkOf = 55, ...use }: UseOverrides = {}): ContestedUse => ({
    contact: aContact("971501234567"),
    ...use,
    ...{ heldBy: aTenantId(heldBy), linkOf: aTenantId(linkOf), atMs },
  });

  const walk = async (contested: ContestedContacts, limit: number, tenantId?: number) => {
    const seen: ContestedContact[] = [];
    let cursor: string | undefined;
    do {
      const page = await contested.list({
        limit,
        ...(cursor === undefined ? {} : { cursor }),
        ...(tenantId === undefined ? {} : { tenantId: aTenantId(tenantId) }),
      });
      assert.ok(page.items.length <= limit);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return seen;
  };

  const counts = async (contested: ContestedContacts) =>
    Object.fromEntries(
      Array.from(await contested.counts(), ([tenantId, { kept, missed }]) => [tenantId, { kept, missed }]),
    );

  check("nothing is there at first", async ({ contested }) => {
    assert.deepEqual(await contested.list({ limit: 10 }), { items: [], nextCursor: undefined });
    assert.deepEqual(await counts(contested), {});
    assert.equal(await contested.prune(0), 0);
  });

  check(
    "what is forgotten of a contact is gone from lists and counts, nobody else's",
    async ({ contested, nowMs }) => {
      const [lid, other] = [aContact("88112233445566@lid"), aContact("9715012345670")];
      for (const use of [{}, { linkOf: 7 }, { contact: lid }, { contact: other }])
        await contested.note(aUse(nowMs(), use));
      await contested.forget(aContact("971501234567"), lid);
      await contested.forget(lid);
      assert.deepEqual(
        (await walk(contested, 10)).map(({ contact }) => contact),
        [other],
      );
      assert.deepEqual((await walk(contested, 10, 7)).length, 0);
      assert.deepEqual(await counts(contested), { 2: { kept: 1, missed: 0 }, 55: { kept: 0, missed: 1 } });
    },
  );

  check("keeps a use whole, and counts it for both tenants", async ({ contested, nowMs }) => {
    const use = aUse(nowMs(), { campaign: "instagram" });
    await contested.note(use);
    const { atMs, ...rest } = use;
    const record = { ...rest, times: 1, firstAtMs: atMs, lastAtMs: atMs };
    assertSameRecord((await contested.list({ limit: 10 })).items, [record]);
    assert.deepEqual(await counts(contested), { 2: { kept: 1, missed: 0 }, 55: { kept: 0, missed: 1 } });
  });

  check("a link used a thousand times is one record", async ({ contested, nowMs, advance }) => {
    const firstAtMs = nowMs();
    for (let count = 0; count < 998; count += 1) await contested.note(aUse(firstAtMs, { campaign: "old" }));
    await contested.note(aUse(firstAtMs, { campaign: "flyer" }));
    await advance(1_000);
    await contested.note(aUse(nowMs()));
    const items = await walk(contested, 10);
    assertSameRecord(items, [{ ...aRecord(aUse(nowMs())), times: 1_000, firstAtMs }]);
    assert.deepEqual(await counts(contested), { 2: { kept: 1, missed: 0 }, 55: { kept: 0, missed: 1 } });
  });

  check("each contact, holder and link has a record of its own", async ({ contested, nowMs }) => {
    const other = aContact("971501234568");
    const uses = [
      aUse(nowMs()),
      aUse(nowMs(), { contact: other }),
      aUse(nowMs(), { linkOf: 7 }),
      aUse(nowMs(), { heldBy: 55, linkOf: 2 }),
    ];
    for (const use of uses) await contested.note(use);
    assertSameRecord(await walk(contested, 10), uses.map(aRecord).toReversed());
    assert.deepEqual(await counts(contested), {
      2: { kept: 3, missed: 1 },
      7: { kept: 0, missed: 1 },
      55: { kept: 1, missed: 2 },
    });
  });

  check("lists the last used first, page by page, each once", async ({ contested, nowMs }) => {
    const uses = Array.from({ length: 7 }, () => aUse(nowMs(), { contact: aContact() }));
    for (const use of uses) await contested.note(use);
    await contested.note(uses[0]!);
    const inOrder = [...uses.slice(1), uses[0]!].map(({ contact }) => contact).toReversed();
    for (const limit of [1, 2, 3, 7, 8]) {
      assert.deepEqual(
        (await walk(contested, limit)).map(({ contact }) => contact),
        inOrder,
      );
    }
  });

  check("what comes, or is used again, between two pages hides no other", async ({ contested, nowMs }) => {
    const uses = Array.from({ length: 6 }, () => aUse(nowMs(), { contact: aContact() }));
    for (const use of uses) await contested.note(use);
    const first = await contested.list({ limit: 2 });
    await contested.note(aUse(nowMs(), { contact: aContact() }));
    await contested.note(uses[0]!);
    const rest = await contested.list({ limit: 10, cursor: first.nextCursor! });
    assertSameRecord([...first.items, ...rest.items], uses.slice(1).map(aRecord).toReversed());
  });

  check("lists one tenant's alone, in either role", async ({ contested, nowMs }) => {
    const pairs = [
      [2, 55],
      [55, 2],
      [7, 55],
      [2, 7],
    ] as const;
    for (const [heldBy, linkOf] of [...pairs, ...pairs]) {
      await contested.note(aUse(nowMs(), { contact: aContact(), heldBy, linkOf }));
    }
    const rolesOf = async (tenantId: number) =>
      (await walk(contested, 3, tenantId)).map(({ heldBy, linkOf }) => `${heldBy} ${linkOf}`);
    assert.deepEqual(await rolesOf(2), ["2 7", "55 2", "2 55", "2 7", "55 2", "2 55"]);
    assert.deepEqual(await rolesOf(7), ["2 7", "7 55", "2 7", "7 55"]);
    assert.deepEqual(await rolesOf(5), []);
  });

  check("refuses cursors it did not hand out, or handed out for another list", async (harness) => {
    const { contested, nowMs } = harness;
    for (let count = 0; count < 4; count += 1) await contested.note(aUse(nowMs(), { contact: aContact() }));
    const { nextCursor: ofAll } = await contested.list({ limit: 2 });
    const { nextCursor: of2 } = await contested.list({ limit: 2, tenantId: aTenantId(2) });
    for (const request of [
      { cursor: ofAll!, tenantId: aTenantId(2) },
      { cursor: of2!, tenantId: aTenantId(55) },
      { cursor: of2! },
      { cursor: "1" },
      { cursor: "0." },
      { cursor: "no cursor" },
    ]) {
      await assert.rejects(contested.list({ limit: 2, ...request }), BadCursorError);
    }
  });

  check("removes what was last used too long ago, and that only", async ({ contested, nowMs, advance }) => {
    const [gone, usedAgain, young] = [aContact(), aContact(), aContact()];
    await contested.note(aUse(nowMs(), { contact: usedAgain }));
    await contested.note(aUse(nowMs(), { contact: gone, linkOf: 7 }));
    await advance(60_000);
    await contested.note(aUse(nowMs(), { contact: usedAgain }));
    await contested.note(aUse(nowMs(), { contact: young }));
    assert.equal(await contested.prune(60_000), 0);
    await advance(1_000);
    assert.equal(await contested.prune(60_000), 1);
    const left = (records: ContestedContact[]) => records.map(({ contact }) => contact);
    assert.deepEqual(left(await walk(contested, 10)), [young, usedAgain]);
    assert.deepEqual(left(await walk(contested, 10, 7)), []);
    assert.deepEqual(await counts(contested), { 2: { kept: 2, missed: 0 }, 55: { kept: 0, missed: 2 } });
    await advance(60_000);
    assert.equal(await contested.prune(60_000), 2);
    assert.deepEqual(await counts(contested), {});
  });

  check("a contact that tries one link after the other has so many records and no more", async (harness) => {
    const { contested, nowMs } = harness;
    const bystander = aUse(nowMs(), { contact: aContact() });
    await contested.note(bystander);
    for (let linkOf = 3; linkOf < 3 + CONTESTED_PER_CONTACT; linkOf += 1) {
      await contested.note(aUse(nowMs(), { linkOf }));
    }
    // Of the two oldest, one is used again and stays.
    await contested.note(aUse(nowMs(), { linkOf: 3 }));
    await contested.note(aUse(nowMs(), { linkOf: 1_000 }));
    const all = await walk(contested, 500);
    assert.equal(all.length, CONTESTED_PER_CONTACT + 1);
    assertSameRecord(all.at(-1), aRecord(bystander));
    const links = all.map(({ linkOf }) => Number(linkOf));
    assert.deepEqual([links.includes(3), links.includes(4), links.includes(5)], [true, false, true]);
    const counted = await counts(contested);
    assert.deepEqual(counted[2], { kept: CONTESTED_PER_CONTACT + 1, missed: 0 });
    assert.equal(counted[4], undefined);
  });

  check("a hundred uses at once are all counted", async ({ contested, nowMs }) => {
    await Promise.all(Array.from({ length: 100 }, () => contested.note(aUse(nowMs()))));
    assert.deepEqual(
      (await walk(contested, 10)).map(({ times }) => times),
      [100],
    );
  });
}

type UseOverrides = Partial<Omit<ContestedUse, "heldBy" | "linkOf" | "atMs">> & {
  readonly heldBy?: number;
  readonly linkOf?: number;
};

/** The record of one use. */
function aRecord({ atMs, ...use }: ContestedUse): ContestedContact {
  return { ...use, times: 1, firstAtMs: atMs, lastAtMs: atMs };
}

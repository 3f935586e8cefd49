import assert from "node:assert/strict";
import type { AdminKey } from "../domain/admin-key.js";
import type { AddAdminKeyRequest, AdminKeyStore } from "../ports/admin-key-store.js";
import { withOpened, type DeclareTest } from "./contract.js";

export interface AdminKeyStoreHarness {
  /** Empty. */
  readonly store: AdminKeyStore;
  close(): Promise<void>;
}

let made = 0;

/** To add a key that nobody else has. */
export function anAddedKey(overrides: Partial<AddAdminKeyRequest> = {}): AddAdminKeyRequest {
  made += 1;
  const key = `gwk_key-of-a-test-${String(made).padStart(4, "0")}`;
  return { name: "anna", role: "admin", createdAtMs: Date.UTC(2026, 10, 23), key, most: 100, ...overrides };
}

/** What every AdminKeyStore keeps. */
export function adminKeyStoreContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<AdminKeyStoreHarness>;
}): void {
  const check = (name: string, run: (store: AdminKeyStore) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, ({ store }) => run(store)));

  check("an empty store has no keys", async (store) => {
    assert.deepEqual(await store.list(), []);
    assert.equal(await store.findByKey("gwk_any"), undefined);
    assert.equal(await store.findByKey(""), undefined);
  });

  check("a key is found by itself alone, with its role, and never answered", async (store) => {
    const [anna, grafana] = [anAddedKey(), anAddedKey({ name: "grafana", role: "read", createdAtMs: 1_000 })];
    assert.equal(await store.add(anna), "added");
    assert.equal(await store.add(grafana), "added");
    assert.deepEqual(await store.findByKey(anna.key), recordOf(anna));
    assert.deepEqual(await store.findByKey(grafana.key), recordOf(grafana));
    for (const key of [`${anna.key}x`, anna.key.slice(1), anna.key.toUpperCase(), "anna", ""]) {
      assert.equal(await store.findByKey(key), undefined);
    }
  });

  check("lists in the order of names, without the keys", async (store) => {
    const keys = ["omar", "2", "anna-2", "anna", "zoe_1", "_"].map((name) => anAddedKey({ name }));
    for (const key of keys) await store.add(key);
    const expected = ["2", "_", "anna", "anna-2", "omar", "zoe_1"];
    assert.deepEqual(
      await store.list(),
      expected.map((name) => recordOf(keys.find((key) => key.name === name)!)),
    );
  });

  check("a name that is there stays whose it is", async (store) => {
    const [first, second] = [anAddedKey({ role: "read" }), anAddedKey()];
    await store.add(first);
    assert.equal(await store.add(second), "exists");
    assert.deepEqual(await store.list(), [recordOf(first)]);
    assert.equal(await store.findByKey(second.key), undefined);
  });

  check("of twenty that take one name at once, one does, and its key opens", async (store) => {
    const keys = Array.from({ length: 20 }, () => anAddedKey());
    const outcomes = await Promise.all(keys.map((key) => store.add(key)));
    const found = await Promise.all(keys.map(({ key }) => store.findByKey(key)));
    assert.equal(outcomes.filter((outcome) => outcome === "added").length, 1);
    assert.deepEqual(
      found.map((key) => key !== undefined),
      outcomes.map((outcome) => outcome === "added"),
    );
  });

  check("never has more than there may be, however many come at once", async (store) => {
    const keys = Array.from({ length: 9 }, (_, index) => anAddedKey({ name: `key-${index}`, most: 5 }));
    const outcomes = await Promise.all(keys.map((key) => store.add(key)));
    assert.deepEqual(outcomes.toSorted(), [
      ...Array<string>(5).fill("added"),
      ...Array<string>(4).fill("full"),
    ]);
    assert.equal((await store.list()).length, 5);
    // What is there is told first: no removal would make room for it.
    assert.equal(await store.add(anAddedKey({ name: (await store.list())[0]!.name, most: 5 })), "exists");
    await store.remove((await store.list())[0]!.name);
    assert.equal(await store.add(anAddedKey({ most: 5 })), "added");
  });

  check("a removed key opens nothing, and its name is free for another", async (store) => {
    const [first, other, second] = [anAddedKey(), anAddedKey({ name: "omar" }), anAddedKey({ role: "read" })];
    await store.add(first);
    await store.add(other);
    assert.deepEqual(await store.remove("anna"), recordOf(first));
    assert.equal(await store.findByKey(first.key), undefined);
    assert.deepEqual(await store.list(), [recordOf(other)]);
    assert.equal(await store.remove("anna"), undefined);
    assert.equal(await store.add(second), "added");
    assert.deepEqual(await store.findByKey(second.key), recordOf(second));
    assert.equal(await store.findByKey(first.key), undefined);
  });

  check("of two that remove one key at once, one does", async (store) => {
    await store.add(anAddedKey());
    const removed = await Promise.all([store.remove("anna"), store.remove("anna")]);
    assert.equal(removed.filter((key) => key !== undefined).length, 1);
  });
}

function recordOf({ name, role, createdAtMs }: AddAdminKeyRequest): AdminKey {
  return { name, role, createdAtMs };
}

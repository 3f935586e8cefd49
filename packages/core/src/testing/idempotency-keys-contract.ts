import assert from "node:assert/strict";
import { IDEMPOTENCY_KEPT_MS, type IdempotencyKeys } from "../ports/idempotency-keys.js";
import { aTenantId } from "./builders.js";
import { withOpened, type DeclareTest } from "./contract.js";

export interface IdempotencyKeysHarness {
  readonly keys: IdempotencyKeys;
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

/** What every IdempotencyKeys keeps. */
export function idempotencyKeysContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<IdempotencyKeysHarness>;
}): void {
  const check = (name: string, run: (harness: IdempotencyKeysHarness) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, run));
  const key = { tenantId: aTenantId(2), key: "order 4711/a" };
  const [first, second] = [
    { fingerprint: "f1", replyId: "msg_1" },
    { fingerprint: "f2", replyId: "msg_2" },
  ];

  check("the first use of a key counts, for its tenant alone", async ({ keys }) => {
    assert.equal(await keys.find(key), undefined);
    assert.deepEqual(await keys.claim(key, first), first);
    assert.deepEqual(await keys.claim(key, second), first);
    assert.deepEqual(await keys.find(key), first);
    const others = { ...key, tenantId: aTenantId(55) };
    assert.equal(await keys.find(others), undefined);
    assert.deepEqual(await keys.claim(others, second), second);
    assert.deepEqual(await keys.claim({ ...key, key: "~".repeat(255) }, second), second);
  });

  check("of fifty at once all are told the same use", async ({ keys }) => {
    const uses = await Promise.all(
      Array.from({ length: 50 }, (_, index) => keys.claim(key, { ...first, replyId: `msg_${index}` })),
    );
    assert.equal(new Set(uses.map(({ replyId }) => replyId)).size, 1);
  });

  check("a key is free again after a day, and what is old is pruned", async ({ keys, advance }) => {
    await keys.claim(key, first);
    await advance(IDEMPOTENCY_KEPT_MS / 2);
    const young = { ...key, key: "young" };
    await keys.claim(young, first);
    await advance(IDEMPOTENCY_KEPT_MS / 2 - 1_000);
    assert.deepEqual(await keys.claim(key, second), first);
    await advance(2_000);
    assert.equal(await keys.find(key), undefined);
    assert.equal(await keys.prune(), 1);
    assert.deepEqual(await keys.claim(key, second), second);
    assert.deepEqual(await keys.find(young), first);
  });
}

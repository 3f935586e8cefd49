import assert from "node:assert/strict";
import { BadCursorError } from "../domain/errors.js";
import type { TenantId } from "../domain/tenant.js";
import type { PutTenantRequest, TenantCredentials, TenantRegistry } from "../ports/tenant-registry.js";
import { aTenantId } from "./builders.js";
import { withOpened, type DeclareTest } from "./contract.js";

export interface TenantRegistryHarness {
  /** Empty. */
  readonly registry: TenantRegistry;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const two = aTenantId(2);
const url = "http://127.0.0.1:9002/messages";

let made = 0;

/** Credentials that nobody else has. */
export function someCredentials(): TenantCredentials {
  made += 1;
  const digits = String(made).padStart(4, "0");
  // 21 bytes in Base64, and three more by the digits.
  return { secret: `whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkw${digits}`, token: `gwt_token-of-a-test-${digits}` };
}

function aPut(overrides: Partial<PutTenantRequest> = {}): PutTenantRequest {
  return { id: two, change: {}, credentials: someCredentials(), onlyNew: false, ...overrides };
}

/** What every TenantRegistry keeps. */
export function tenantRegistryContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<TenantRegistryHarness>;
}): void {
  const check = (name: string, run: (harness: TenantRegistryHarness) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, run));

  check(
    "a new tenant has what it was given, and is active where nothing else is said",
    async ({ registry }) => {
      const credentials = someCredentials();
      const tenant = { id: two, name: "Agent 2", url, active: true, signingSecrets: [credentials.secret] };
      const outcome = await registry.put(aPut({ change: { name: "Agent 2", url }, credentials }));
      assert.deepEqual(outcome, { kind: "created", tenant });
      assert.deepEqual(await registry.find(two), tenant);
      assert.deepEqual(await registry.findByToken(credentials.token), tenant);
      assert.equal(await registry.find(aTenantId(3)), undefined);
      await registry.put(aPut({ id: aTenantId(3), change: { active: false } }));
      assert.equal((await registry.find(aTenantId(3)))?.active, false);
    },
  );

  check(
    "a change leaves what it does not name, takes away what is null, and keeps secret and token",
    async ({ registry }) => {
      const credentials = someCredentials();
      await registry.put(aPut({ change: { name: "Agent 2", url }, credentials }));
      const other = someCredentials();
      const outcome = await registry.put(aPut({ change: { active: false }, credentials: other }));
      const tenant = { id: two, name: "Agent 2", url, active: false, signingSecrets: [credentials.secret] };
      assert.deepEqual(outcome, { kind: "changed", tenant });
      assert.deepEqual(await registry.findByToken(credentials.token), tenant);
      assert.equal(await registry.findByToken(other.token), undefined);
      await registry.put(aPut({ change: { name: null, url: null } }));
      assert.deepEqual(await registry.find(two), {
        id: two,
        active: false,
        signingSecrets: [credentials.secret],
      });
    },
  );

  check("one that is to be new leaves a tenant that is there as it is", async ({ registry }) => {
    await registry.put(aPut({ change: { name: "Agent 2" }, onlyNew: true }));
    assert.deepEqual(await registry.put(aPut({ change: { name: "Other" }, onlyNew: true })), {
      kind: "exists",
    });
    assert.equal((await registry.find(two))?.name, "Agent 2");
  });

  check(
    "of twenty that make one tenant at once, one does, and its token is the tenant's",
    async ({ registry }) => {
      const puts = Array.from({ length: 20 }, () => aPut());
      const outcomes = await Promise.all(puts.map((request) => registry.put(request)));
      const created = outcomes.findIndex(({ kind }) => kind === "created");
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        outcomes.map((_, index) => (index === created ? "created" : "changed")),
      );
      const found = await Promise.all(puts.map(({ credentials }) => registry.findByToken(credentials.token)));
      assert.deepEqual(
        found.map((tenant) => tenant !== undefined),
        found.map((_, index) => index === created),
      );
    },
  );

  check(
    "what a new tenant was signed with before goes on until its time",
    async ({ registry, nowMs, advance }) => {
      const credentials = someCredentials();
      const before = someCredentials().secret;
      await registry.put(aPut({ credentials, overlap: { secret: before, untilMs: nowMs() + HOUR_MS } }));
      assert.deepEqual((await registry.find(two))?.signingSecrets, [credentials.secret, before]);
      await advance(HOUR_MS);
      assert.deepEqual((await registry.find(two))?.signingSecrets, [credentials.secret]);
    },
  );

  check(
    "a rotation signs with both, the new one first, and takes both tokens until its end",
    async ({ registry, nowMs, advance }) => {
      const [old, fresh] = [someCredentials(), someCredentials()];
      await registry.put(aPut({ credentials: old }));
      const rotated = await registry.rotate({
        ...{ id: two, credentials: fresh, overlapUntilMs: nowMs() + HOUR_MS, signedWithBefore: undefined },
      });
      assert.deepEqual(rotated?.signingSecrets, [fresh.secret, old.secret]);
      assert.equal((await registry.findByToken(old.token))?.id, two);
      assert.equal((await registry.findByToken(fresh.token))?.id, two);
      await advance(HOUR_MS - 1_000);
      assert.deepEqual((await registry.find(two))?.signingSecrets, [fresh.secret, old.secret]);
      await advance(1_000);
      assert.deepEqual((await registry.find(two))?.signingSecrets, [fresh.secret]);
      assert.equal(await registry.findByToken(old.token), undefined);
      assert.equal((await registry.findByToken(fresh.token))?.id, two);
    },
  );

  check("a rotation without overlap ends the old ones at once", async ({ registry, nowMs }) => {
    const [first, second, third] = [someCredentials(), someCredentials(), someCredentials()];
    await registry.put(aPut({ credentials: first }));
    const until = { id: two, signedWithBefore: undefined };
    await registry.rotate({ ...until, credentials: second, overlapUntilMs: nowMs() + HOUR_MS });
    await registry.rotate({ ...until, credentials: third, overlapUntilMs: undefined });
    assert.deepEqual((await registry.find(two))?.signingSecrets, [third.secret]);
    for (const { token } of [first, second]) assert.equal(await registry.findByToken(token), undefined);
    assert.equal((await registry.findByToken(third.token))?.id, two);
  });

  check("a second rotation within an overlap keeps the newest two", async ({ registry, nowMs }) => {
    const [first, second, third] = [someCredentials(), someCredentials(), someCredentials()];
    await registry.put(aPut({ credentials: first }));
    for (const credentials of [second, third]) {
      const overlapUntilMs = nowMs() + HOUR_MS;
      await registry.rotate({ id: two, credentials, overlapUntilMs, signedWithBefore: undefined });
    }
    assert.deepEqual((await registry.find(two))?.signingSecrets, [third.secret, second.secret]);
    assert.equal(await registry.findByToken(first.token), undefined);
    assert.equal((await registry.findByToken(second.token))?.id, two);
  });

  check("of rotations at once each keeps the one before it", async ({ registry, nowMs }) => {
    await registry.put(aPut());
    const all = Array.from({ length: 5 }, someCredentials);
    const overlapUntilMs = nowMs() + HOUR_MS;
    await Promise.all(
      all.map((credentials) =>
        registry.rotate({ id: two, credentials, overlapUntilMs, signedWithBefore: undefined }),
      ),
    );
    const { signingSecrets } = (await registry.find(two))!;
    const found = await Promise.all(all.map(({ token }) => registry.findByToken(token)));
    const good = all.filter((_, index) => found[index] !== undefined).map(({ secret }) => secret);
    assert.equal(signingSecrets.length, 2);
    assert.deepEqual(good.toSorted(), signingSecrets.toSorted());
  });

  check("nobody's id can't be rotated", async ({ registry }) => {
    const request = {
      credentials: someCredentials(),
      overlapUntilMs: undefined,
      signedWithBefore: undefined,
    };
    assert.equal(await registry.rotate({ id: two, ...request }), undefined);
    assert.equal(await registry.findByToken(request.credentials.token), undefined);
  });

  check("an id that was removed is never given again", async ({ registry }) => {
    const credentials = someCredentials();
    await registry.put(aPut({ credentials }));
    assert.equal(await registry.isRetired(two), false);
    await registry.remove(two);
    await registry.remove(two);
    assert.equal(await registry.find(two), undefined);
    assert.equal(await registry.findByToken(credentials.token), undefined);
    assert.equal(await registry.isRetired(two), true);
    assert.deepEqual(await registry.put(aPut()), { kind: "retired" });
    assert.deepEqual(await registry.put(aPut({ onlyNew: true })), { kind: "retired" });
    const rotation = { credentials, overlapUntilMs: undefined, signedWithBefore: undefined };
    assert.equal(await registry.rotate({ id: two, ...rotation }), undefined);
    assert.deepEqual((await registry.list({ limit: 10 })).items, []);
  });

  check("an id that was never there can be retired", async ({ registry }) => {
    await registry.remove(two);
    assert.equal(await registry.isRetired(two), true);
    assert.deepEqual(await registry.put(aPut()), { kind: "retired" });
  });

  check("lists in the order of ids, page by page, whatever comes and goes between", async ({ registry }) => {
    const largest = Number.MAX_SAFE_INTEGER;
    for (const id of [100, 3, 20, largest, 1]) await registry.put(aPut({ id: aTenantId(id) }));
    const first = await registry.list({ limit: 2 });
    assert.deepEqual(idsOf(first.items), [1, 3]);
    await registry.remove(aTenantId(3));
    await registry.put(aPut({ id: two }));
    await registry.put(aPut({ id: aTenantId(5) }));
    const second = await registry.list({ limit: 3, cursor: first.nextCursor! });
    assert.deepEqual(idsOf(second.items), [5, 20, 100]);
    const last = await registry.list({ limit: 3, cursor: second.nextCursor! });
    assert.deepEqual(idsOf(last.items), [largest]);
    assert.equal(last.nextCursor, undefined);
    assert.equal((await registry.list({ limit: 6 })).nextCursor, undefined);
  });

  check("refuses a cursor that it did not hand out", async ({ registry }) => {
    for (const cursor of ["x", "0", "-1", "1.5"]) {
      await assert.rejects(registry.list({ limit: 1, cursor }), BadCursorError);
    }
  });
}

function idsOf(tenants: readonly { readonly id: TenantId }[]): readonly TenantId[] {
  return tenants.map(({ id }) => id);
}

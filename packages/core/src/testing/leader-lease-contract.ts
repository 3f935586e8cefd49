import assert from "node:assert/strict";
import type { LeaderLease } from "../ports/leader-lease.js";
import { withOpened, type DeclareTest } from "./contract.js";

export interface LeaderLeaseHarness {
  /** One of each instance, on one engine. */
  readonly leases: readonly LeaderLease[];
  /** Lets the engine's time pass. */
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

const LEASE_MS = 15_000;

/** What every LeaderLease keeps that several instances share. */
export function leaderLeaseContract(options: {
  readonly test: DeclareTest;
  readonly openLeases: (instances: number) => Promise<LeaderLeaseHarness>;
}): void {
  const check = (
    name: string,
    instances: number,
    run: (leases: readonly LeaderLease[], harness: LeaderLeaseHarness) => Promise<void>,
  ) =>
    options.test(name, () =>
      withOpened(
        () => options.openLeases(instances),
        (harness) => run(harness.leases, harness),
      ),
    );

  check("of many instances that ask at once one leads", 5, async (leases) => {
    const granted = await Promise.all(leases.map((lease) => lease.take(LEASE_MS)));
    assert.equal(granted.filter(Boolean).length, 1);
  });

  check("who leads goes on leading, and nobody else does meanwhile", 2, async ([one, other], { advance }) => {
    assert.equal(await one!.take(LEASE_MS), true);
    for (let round = 0; round < 4; round += 1) {
      await advance(LEASE_MS / 3);
      assert.equal(await one!.take(LEASE_MS), true);
      assert.equal(await other!.take(LEASE_MS), false);
    }
  });

  check("another one leads when the lease has run out", 2, async ([gone, other], { advance }) => {
    await gone!.take(LEASE_MS);
    await advance(LEASE_MS - 1);
    assert.equal(await other!.take(LEASE_MS), false);
    await advance(1);
    assert.equal(await other!.take(LEASE_MS), true);
    assert.equal(await gone!.take(LEASE_MS), false);
  });

  check("who gives the lead up lets another one have it at once", 2, async ([one, other]) => {
    await one!.take(LEASE_MS);
    await one!.giveUp();
    assert.equal(await other!.take(LEASE_MS), true);
  });

  check("nobody gives up what is another's", 2, async ([one, other]) => {
    await one!.take(LEASE_MS);
    await other!.giveUp();
    assert.equal(await other!.take(LEASE_MS), false);
    assert.equal(await one!.take(LEASE_MS), true);
  });
}

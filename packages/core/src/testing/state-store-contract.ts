import assert from "node:assert/strict";
import type { StateStore } from "../ports/state-store.js";
import { withOpened, type DeclareTest } from "./contract.js";

export interface StateStoreHarness {
  readonly state: StateStore;
  /** Closes the store and opens it again; absent where nothing outlives the process. */
  readonly reopen?: () => Promise<StateStore>;
  close(): Promise<void>;
}

/** What every StateStore keeps. */
export function stateStoreContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<StateStoreHarness>;
}): void {
  const check = (name: string, run: (harness: StateStoreHarness) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, run));

  check("knows nothing of what was never written", async ({ state }) => {
    assert.equal(await state.read("waha.connected"), undefined);
  });

  check("keeps the last text under each name, empty and long ones too", async ({ state }) => {
    await state.write("a", "1");
    await state.write("a", "2");
    await state.write("b", "");
    await state.write("c", "ä".repeat(10_000));
    assert.deepEqual(await Promise.all(["a", "b", "c"].map((name) => state.read(name))), [
      "2",
      "",
      "ä".repeat(10_000),
    ]);
  });

  check("outlives the process where the store does", async ({ state, reopen }) => {
    if (reopen === undefined) return;
    await state.write("a", "1");
    assert.equal(await (await reopen()).read("a"), "1");
  });
}

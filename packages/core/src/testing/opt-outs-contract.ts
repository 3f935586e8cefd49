import assert from "node:assert/strict";
import type { OptOuts } from "../ports/opt-outs.js";
import { aContact } from "./builders.js";
import { withOpened, type DeclareTest } from "./contract.js";

export interface OptOutsHarness {
  readonly optOuts: OptOuts;
  close(): Promise<void>;
}

const AT_MS = Date.UTC(2026, 10, 25, 12);

/** What every OptOuts keeps. */
export function optOutsContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<OptOutsHarness>;
}): void {
  const check = (name: string, run: (harness: OptOutsHarness) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, run));

  check("a contact is opted out from its opt-out to its opt-in, each for itself", async ({ optOuts }) => {
    const [one, other] = [aContact(), aContact()];
    assert.equal(await optOuts.isOptedOut(one), false);
    await optOuts.note(one, { wish: "opt_out", sentAtMs: AT_MS });
    await optOuts.note(one, { wish: "opt_out", sentAtMs: AT_MS });
    assert.equal(await optOuts.isOptedOut(one), true);
    assert.equal(await optOuts.isOptedOut(other), false);
    await optOuts.note(one, { wish: "opt_in", sentAtMs: AT_MS + 60_000 });
    assert.equal(await optOuts.isOptedOut(one), false);
    await optOuts.note(one, { wish: "opt_out", sentAtMs: AT_MS + 61_000 });
    assert.equal(await optOuts.isOptedOut(one), true);
  });

  check("of wishes that come in the wrong order the one sent later counts", async ({ optOuts }) => {
    const [in_, out] = [aContact(), aContact()];
    await optOuts.note(in_, { wish: "opt_in", sentAtMs: AT_MS + 2_000 });
    await optOuts.note(in_, { wish: "opt_out", sentAtMs: AT_MS });
    assert.equal(await optOuts.isOptedOut(in_), false);
    await optOuts.note(out, { wish: "opt_out", sentAtMs: AT_MS + 2_000 });
    await optOuts.note(out, { wish: "opt_in", sentAtMs: AT_MS });
    assert.equal(await optOuts.isOptedOut(out), true);
  });

  check("of two wishes in one second the opt-out counts", async ({ optOuts }) => {
    const [one, other] = [aContact(), aContact()];
    await optOuts.note(one, { wish: "opt_out", sentAtMs: AT_MS });
    await optOuts.note(one, { wish: "opt_in", sentAtMs: AT_MS + 999 });
    await optOuts.note(other, { wish: "opt_in", sentAtMs: AT_MS + 999 });
    await optOuts.note(other, { wish: "opt_out", sentAtMs: AT_MS });
    assert.deepEqual([await optOuts.isOptedOut(one), await optOuts.isOptedOut(other)], [true, true]);
  });

  check("what was asked for under one name counts for the contact's others", async ({ optOuts }) => {
    const [phone, lid] = [aContact(), aContact("99112233445566@lid")];
    await optOuts.note(lid, { wish: "opt_out", sentAtMs: AT_MS });
    assert.equal(await optOuts.isOptedOut(phone), false);
    assert.equal(await optOuts.isOptedOut(phone, lid), true);
    await optOuts.note(phone, { wish: "opt_in", sentAtMs: AT_MS + 60_000 });
    assert.equal(await optOuts.isOptedOut(phone, lid), false);
  });

  check("what counts is spread over all names, and stays for each alone", async ({ optOuts }) => {
    const [phone, lid] = [aContact(), aContact("99112233445567@lid")];
    await optOuts.spread([phone, lid]);
    assert.equal(await optOuts.isOptedOut(phone, lid), false);
    await optOuts.note(phone, { wish: "opt_in", sentAtMs: AT_MS });
    await optOuts.note(lid, { wish: "opt_out", sentAtMs: AT_MS + 60_000 });
    await optOuts.spread([phone, lid]);
    assert.equal(await optOuts.isOptedOut(phone), true);
    assert.equal(await optOuts.isOptedOut(lid), true);
  });
}

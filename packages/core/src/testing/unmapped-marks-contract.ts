import assert from "node:assert/strict";
import { UNMAPPED_REPLY_EVERY_MS, type UnmappedMarks } from "../ports/unmapped-marks.js";
import { aContact } from "./builders.js";
import { withOpened, type DeclareTest } from "./contract.js";

export interface UnmappedMarksHarness {
  readonly marks: UnmappedMarks;
  readonly advance: (byMs: number) => Promise<void> | void;
  close(): Promise<void>;
}

/** What every UnmappedMarks keeps. */
export function unmappedMarksContract(options: {
  readonly test: DeclareTest;
  readonly open: () => Promise<UnmappedMarksHarness>;
}): void {
  const check = (name: string, run: (harness: UnmappedMarksHarness) => Promise<void>) =>
    options.test(name, () => withOpened(options.open, run));

  check("marks a contact once a day, each for itself", async ({ marks, advance }) => {
    const [one, other] = [aContact(), aContact()];
    assert.equal(await marks.mark(one), true);
    assert.equal(await marks.mark(one), false);
    assert.equal(await marks.mark(other), true);
    await advance(UNMAPPED_REPLY_EVERY_MS - 1_000);
    assert.equal(await marks.mark(one), false);
    await advance(2_000);
    assert.equal(await marks.mark(one), true);
  });

  check("forgotten marks are gone, and no other's", async ({ marks }) => {
    const [one, other] = [aContact(), aContact()];
    for (const contact of [one, other]) await marks.mark(contact);
    await marks.forget(one, aContact());
    assert.deepEqual([await marks.mark(one), await marks.mark(other)], [true, false]);
  });

  check("of fifty at once one marks", async ({ marks }) => {
    const contact = aContact();
    const marked = await Promise.all(Array.from({ length: 50 }, () => marks.mark(contact)));
    assert.equal(marked.filter((mine) => mine).length, 1);
  });

  check("old marks are pruned, young ones not", async ({ marks, advance }) => {
    await marks.mark(aContact());
    await advance(UNMAPPED_REPLY_EVERY_MS / 2);
    const young = aContact();
    await marks.mark(young);
    await advance(UNMAPPED_REPLY_EVERY_MS / 2 + 1_000);
    assert.equal(await marks.prune(), 1);
    assert.equal(await marks.mark(young), false);
  });
}

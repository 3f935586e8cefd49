import assert from "node:assert/strict";

/** How a contract suite declares a test: `it` or `test` of any runner. */
export type DeclareTest = (name: string, run: () => Promise<void>) => void;

/** Runs `use` on what was opened and closes it whatever happens. */
export async function withOpened<Opened extends { close(): Promise<void> }>(
  open: () => Promise<Opened>,
  use: (opened: Opened) => Promise<void>,
): Promise<void> {
  const opened = await open();
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
}

/**
 * Compares records by what they say. An engine's decoder may have been set up by another test's globals, so that
 * what it makes has other prototypes than what the test made.
 */
export function assertSameRecord(actual: unknown, expected: unknown): void {
  assert.deepEqual(JSON.parse(JSON.stringify(actual)), JSON.parse(JSON.stringify(expected)));
}

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

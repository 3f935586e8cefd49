/** What was opened, to be closed in the opposite order, whatever happens in between. */
export class ClosingStack {
  private readonly closers: (() => Promise<void> | void)[] = [];
  private closing: Promise<void> | undefined;

  /** Nothing may be opened any more. */
  get isClosing(): boolean {
    return this.closing !== undefined;
  }

  add(close: () => Promise<void> | void): void {
    this.closers.push(close);
  }

  /** Closes everything, even where something can't be closed; then that is what it rejects with. */
  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private async closeAll(): Promise<void> {
    const faults: unknown[] = [];
    for (const close of this.closers.reverse()) {
      try {
        await close();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, "Not everything could be closed");
  }
}

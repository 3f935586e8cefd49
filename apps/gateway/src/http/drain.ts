/** Whether the gateway is going down: it then answers what it has taken and takes nothing new. */
export class Drain {
  private readonly abort = new AbortController();

  get isDraining(): boolean {
    return this.abort.signal.aborted;
  }

  /** For answers that would go on for ever. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  begin(): void {
    this.abort.abort();
  }
}

/** Runs work for one and the same name in turn; work for others goes on beside it. */
export class OneAtATime {
  private readonly last = new Map<string, Promise<unknown>>();

  run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.last.get(name) ?? Promise.resolve();
    const run = before.then(work, work);
    this.last.set(name, run);
    const forget = (): void => {
      if (this.last.get(name) === run) this.last.delete(name);
    };
    run.then(forget, forget);
    return run;
  }
}

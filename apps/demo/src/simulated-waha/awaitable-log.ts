/** Entries kept; the oldest go first. */
const MOST_ENTRIES = 10_000;

/** What happened, in its order, to be read at any time and to be waited for. */
export class AwaitableLog<Entry> {
  private readonly entries: Entry[] = [];
  private readonly untaken: Entry[] = [];
  private readonly waiting: {
    readonly matches: (entry: Entry) => boolean;
    readonly resolve: (entry: Entry) => void;
  }[] = [];

  get all(): readonly Entry[] {
    return this.entries;
  }

  add(entry: Entry): void {
    push(this.entries, entry);
    const index = this.waiting.findIndex(({ matches }) => matches(entry));
    if (index === -1) push(this.untaken, entry);
    else this.waiting.splice(index, 1)[0]!.resolve(entry);
  }

  /**
   * Resolves with the first entry that matches and that no earlier call got, past or to come: so that what
   * happened before the call is not missed, and two calls never get the same.
   */
  next(matches: (entry: Entry) => boolean = () => true): Promise<Entry> {
    const index = this.untaken.findIndex(matches);
    if (index !== -1) return Promise.resolve(this.untaken.splice(index, 1)[0]!);
    return new Promise((resolve) => this.waiting.push({ matches, resolve }));
  }
}

function push<Entry>(entries: Entry[], entry: Entry): void {
  entries.push(entry);
  if (entries.length > MOST_ENTRIES) entries.shift();
}

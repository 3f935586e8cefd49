/** Values under their names, each good until its time; past the bound the one used longest ago goes. */
export class BoundedCache<Name, Value> {
  private readonly entries = new Map<Name, { readonly value: Value; readonly untilMs: number }>();

  constructor(private readonly mostEntries: number) {}

  get size(): number {
    return this.entries.size;
  }

  /** The entry, so that a value that is `undefined` is told from none. */
  find(name: Name, nowMs: number): { readonly value: Value } | undefined {
    const entry = this.entries.get(name);
    if (entry === undefined) return undefined;
    this.entries.delete(name);
    if (entry.untilMs <= nowMs) return undefined;
    // Put back at the end: the order of the map is the order of use.
    this.entries.set(name, entry);
    return entry;
  }

  keep(name: Name, value: Value, untilMs: number): void {
    this.entries.delete(name);
    this.entries.set(name, { value, untilMs });
    if (this.entries.size <= this.mostEntries) return;
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest);
      return;
    }
  }
}

/** A binary heap of moments: the earliest first. Entries that no longer matter are left to whoever takes them out. */
export class TimerHeap<Subject> {
  private readonly entries: { readonly atMs: number; readonly subject: Subject }[] = [];

  push(atMs: number, subject: Subject): void {
    const { entries } = this;
    let index = entries.length;
    entries.push({ atMs, subject });
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (entries[parent]!.atMs <= atMs) break;
      entries[index] = entries[parent]!;
      index = parent;
    }
    entries[index] = { atMs, subject };
  }

  peek(): { readonly atMs: number; readonly subject: Subject } | undefined {
    return this.entries[0];
  }

  pop(): { readonly atMs: number; readonly subject: Subject } | undefined {
    const { entries } = this;
    const top = entries[0];
    const last = entries.pop();
    if (top === undefined || last === undefined || entries.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && entries[child + 1]!.atMs < entries[child]!.atMs) child += 1;
      if (entries[child]!.atMs >= last.atMs) break;
      entries[index] = entries[child]!;
      index = child;
    }
    entries[index] = last;
    return top;
  }
}

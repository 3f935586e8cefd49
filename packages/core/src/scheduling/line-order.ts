import type { Generation } from "../domain/mapping.js";

/** Which lines wait for others. It knows names only; whoever uses it tells when a line has run empty. */
export class LineOrders {
  private readonly before = new Map<Generation, Set<Generation>>();
  private readonly after = new Map<Generation, Set<Generation>>();

  /** Answers false, and changes nothing, where the lines would wait for each other. */
  add(line: Generation, behind: Generation): boolean {
    if (this.waitsFor(behind, line)) return false;
    setIn(this.before, line).add(behind);
    setIn(this.after, behind).add(line);
    return true;
  }

  /** Whether the line waits for another. */
  isWaiting(line: Generation): boolean {
    return this.before.has(line);
  }

  /** Whether another line waits for this one. */
  isAwaited(line: Generation): boolean {
    return this.after.has(line);
  }

  /** The line has run empty: answers those that need not wait any longer. */
  release(emptied: Generation): Generation[] {
    const released: Generation[] = [];
    for (const line of this.after.get(emptied) ?? []) {
      const before = this.before.get(line)!;
      before.delete(emptied);
      if (before.size > 0) continue;
      this.before.delete(line);
      released.push(line);
    }
    this.after.delete(emptied);
    return released;
  }

  private waitsFor(line: Generation, other: Generation): boolean {
    if (line === other) return true;
    for (const behind of this.before.get(line) ?? []) if (this.waitsFor(behind, other)) return true;
    return false;
  }
}

function setIn(sets: Map<Generation, Set<Generation>>, key: Generation): Set<Generation> {
  let set = sets.get(key);
  if (set === undefined) sets.set(key, (set = new Set()));
  return set;
}

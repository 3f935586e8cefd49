import type { ContactId } from "../domain/contact-id.js";
import { traceIn } from "../domain/trace-context.js";
import {
  FIRST_WORDS_KEPT_MS,
  FIRST_WORDS_PER_CONTACT,
  type FirstWordsStore,
  type HeldWords,
} from "../ports/first-words-store.js";
import type { Clock } from "../ports/runtime.js";

interface Kept extends HeldWords {
  readonly heldAtMs: number;
  /** In the order of their coming, over all contacts. */
  readonly number: number;
}

export class InMemoryFirstWordsStore implements FirstWordsStore {
  private readonly kept = new Map<ContactId, Kept[]>();
  private lastNumber = 0;

  constructor(private readonly options: { readonly clock: Clock }) {}

  async hold(words: HeldWords): Promise<boolean> {
    const { contact, identity } = words.message;
    const kept = this.fresh(contact);
    if (kept.some((other) => other.message.identity === identity)) return true;
    if (kept.length >= FIRST_WORDS_PER_CONTACT) return false;
    this.lastNumber += 1;
    const held = { ...words, heldAtMs: this.options.clock.nowMs(), number: this.lastNumber };
    this.kept.set(contact, [...kept, held]);
    return true;
  }

  async heldFor(...names: readonly ContactId[]): Promise<readonly HeldWords[]> {
    if (this.kept.size === 0) return [];
    const kept = names.flatMap((name) => this.fresh(name)).sort((a, b) => a.number - b.number);
    return kept.map(({ deliveryId, message, trace }) => ({ deliveryId, message, ...traceIn(trace) }));
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    for (const name of names) this.kept.delete(name);
  }

  async prune(): Promise<number> {
    let pruned = 0;
    for (const [contact, kept] of this.kept) {
      const fresh = this.fresh(contact);
      pruned += kept.length - fresh.length;
      if (fresh.length === 0) this.kept.delete(contact);
      else this.kept.set(contact, fresh);
    }
    return pruned;
  }

  private fresh(contact: ContactId): Kept[] {
    const oldestMs = this.options.clock.nowMs() - FIRST_WORDS_KEPT_MS;
    return (this.kept.get(contact) ?? []).filter((words) => words.heldAtMs > oldestMs);
  }
}

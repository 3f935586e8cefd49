import {
  FIRST_WORDS_KEPT_MS,
  FIRST_WORDS_PER_CONTACT,
  traceIn,
  type Clock,
  type ContactId,
  type FirstWordsStore,
  type HeldWords,
} from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment } from "./lmdb-environment.js";
import { removeOld } from "./remove-old.js";

interface KeptWords extends HeldWords {
  readonly heldAtMs: number;
  /** Sets apart what came within one millisecond, by whichever name. Begins anew with each start. */
  readonly order?: number;
}

type WordsKey = [ContactId, number];

/** First words in LMDB, each contact's together in the order of their coming. */
export class LmdbFirstWordsStore implements FirstWordsStore {
  private readonly environment: LmdbEnvironment;
  private readonly clock: Clock;
  private readonly words: LmdbDatabase<KeptWords, WordsKey>;
  private lastOrder = 0;

  constructor({ environment, clock }: { readonly environment: LmdbEnvironment; readonly clock: Clock }) {
    this.environment = environment;
    this.clock = clock;
    this.words = environment.database("first-words");
  }

  hold(words: HeldWords): Promise<boolean> {
    return this.environment.write(() => this.holdInTransaction(words));
  }

  holdInTransaction(words: HeldWords): boolean {
    const { contact, identity } = words.message;
    const heldAtMs = this.clock.nowMs();
    const kept = [...this.words.range(rangeOf(contact))];
    if (kept.some(({ value }) => isFresh(value, heldAtMs) && value.message.identity === identity))
      return true;
    // What is too old takes nobody's place.
    for (const { key, value } of kept) if (!isFresh(value, heldAtMs)) this.words.remove(key);
    if (kept.filter(({ value }) => isFresh(value, heldAtMs)).length >= FIRST_WORDS_PER_CONTACT) return false;
    const number = (kept.at(-1)?.key[1] ?? 0) + 1;
    this.lastOrder += 1;
    this.words.put([contact, number], { ...words, heldAtMs, order: this.lastOrder });
    return true;
  }

  async heldFor(...names: readonly ContactId[]): Promise<readonly HeldWords[]> {
    return this.heldNow(names);
  }

  heldNow(names: readonly ContactId[]): readonly HeldWords[] {
    const nowMs = this.clock.nowMs();
    const kept = names.flatMap((name) => Array.from(this.words.range(rangeOf(name)), ({ value }) => value));
    return kept
      .filter((words) => isFresh(words, nowMs))
      .toSorted((a, b) => a.heldAtMs - b.heldAtMs || (a.order ?? 0) - (b.order ?? 0))
      .map(({ deliveryId, message, trace }) => ({ deliveryId, message, ...traceIn(trace) }));
  }

  async forget(...names: readonly ContactId[]): Promise<void> {
    await this.environment.write(() => this.forgetInTransaction(names));
  }

  forgetInTransaction(names: readonly ContactId[]): void {
    for (const name of names) {
      for (const key of [...this.words.keys(rangeOf(name))]) this.words.remove(key);
    }
  }

  prune(): Promise<number> {
    const nowMs = this.clock.nowMs();
    const { environment, words } = this;
    return removeOld({ environment, database: words, isOld: (value) => !isFresh(value, nowMs) });
  }
}

function rangeOf(contact: ContactId): { start: WordsKey; end: WordsKey } {
  return { start: [contact, 0], end: [contact, Number.MAX_SAFE_INTEGER] };
}

function isFresh({ heldAtMs }: KeptWords, nowMs: number): boolean {
  return heldAtMs > nowMs - FIRST_WORDS_KEPT_MS;
}

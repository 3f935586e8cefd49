import {
  FIRST_WORDS_KEPT_MS,
  FIRST_WORDS_PER_CONTACT,
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
}

type WordsKey = [ContactId, number];

/** First words in LMDB, each contact's together in the order of their coming. */
export class LmdbFirstWordsStore implements FirstWordsStore {
  private readonly environment: LmdbEnvironment;
  private readonly clock: Clock;
  private readonly words: LmdbDatabase<KeptWords, WordsKey>;

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
    this.words.put([contact, number], { ...words, heldAtMs });
    return true;
  }

  async heldFor(contact: ContactId): Promise<readonly HeldWords[]> {
    return this.heldNow(contact);
  }

  heldNow(contact: ContactId): readonly HeldWords[] {
    const nowMs = this.clock.nowMs();
    const held: HeldWords[] = [];
    for (const { value } of this.words.range(rangeOf(contact))) {
      if (isFresh(value, nowMs)) held.push({ deliveryId: value.deliveryId, message: value.message });
    }
    return held;
  }

  forget(contact: ContactId): Promise<void> {
    return this.environment.write(() => this.forgetInTransaction(contact));
  }

  forgetInTransaction(contact: ContactId): void {
    for (const key of [...this.words.keys(rangeOf(contact))]) this.words.remove(key);
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

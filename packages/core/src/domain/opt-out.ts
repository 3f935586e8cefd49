/** What a contact asks of the shared number by a message that says nothing else. */
export type Wish = "opt_out" | "opt_in";

export interface WishWords {
  /** Each asks for no more replies. */
  readonly optOut: readonly string[];
  /** Each takes that back. */
  readonly optIn: readonly string[];
}

/**
 * Knows the words by which contacts say that they want no replies, and that they want them again. A word counts where
 * it is the whole message, in any case: who writes `please stop by at five` asks for nothing of the kind.
 */
export class WishFinder {
  private readonly wishes: ReadonlyMap<string, Wish>;
  private readonly longest: number;

  constructor({ optOut, optIn }: WishWords) {
    this.wishes = new Map<string, Wish>([
      ...optIn.map((word): [string, Wish] => [folded(word), "opt_in"]),
      // Of a word that is among both, what is asked for is silence.
      ...optOut.map((word): [string, Wish] => [folded(word), "opt_out"]),
    ]);
    this.longest = Math.max(0, ...[...optOut, ...optIn].map((word) => word.length));
  }

  find(text: string): Wish | undefined {
    if (this.wishes.size === 0) return undefined;
    // Folding may shorten a text, and white space around it counts for nothing; a long one is no word all the same.
    if (text.length > 4 * this.longest + 32) return undefined;
    return this.wishes.get(folded(text));
  }
}

/** One spelling for what people take for the same word. */
function folded(text: string): string {
  return text.trim().normalize("NFKC").toLowerCase();
}

/** As much of a secret as nothing else says by accident. */
const PIECE = 12;
const RUN = /[A-Za-z0-9+/_=-]{12,}/g;

/**
 * Looks for secrets in all that comes out. They are told in any order, also after what says them: what may hold a
 * piece of one is kept, each once.
 */
export class SecretWatch {
  private readonly pieces = new Map<string, string>();
  private readonly seen = new Map<string, string>();

  /** `name` is what is told where it is found; the secret itself is not. */
  keep(name: string, secret: string): void {
    for (let start = 0; start + PIECE <= secret.length; start += 1) {
      this.pieces.set(secret.slice(start, start + PIECE), name);
    }
  }

  /** `where` says by which request, or in which line. */
  look(text: string, where: () => string): void {
    for (const [run] of text.matchAll(RUN)) if (!this.seen.has(run)) this.seen.set(run, where());
  }

  /** Which secrets came out where. */
  leaks(): string[] {
    const leaks = new Set<string>();
    for (const [run, where] of this.seen) {
      for (let start = 0; start + PIECE <= run.length; start += 1) {
        const name = this.pieces.get(run.slice(start, start + PIECE));
        if (name !== undefined) leaks.add(`${name} in ${where}`);
      }
    }
    return [...leaks];
  }
}

import { laterWish, type ContactId, type OptOuts, type SentWish } from "@gateway-router/core";
import type { LmdbContactHashes } from "./lmdb-contact-hashes.js";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";

/** Who wants no replies, in LMDB, by the hashes of their names. */
export class LmdbOptOuts implements OptOuts {
  private readonly environment: LmdbEnvironment;
  private readonly hashes: LmdbContactHashes;
  private readonly wishes: LmdbDatabase<SentWish>;

  constructor({
    environment,
    hashes,
  }: {
    readonly environment: LmdbEnvironment;
    readonly hashes: LmdbContactHashes;
  }) {
    this.environment = environment;
    this.hashes = hashes;
    this.wishes = environment.database("opt-outs");
  }

  note(contact: ContactId, wish: SentWish): Promise<void> {
    return this.environment.write(() => this.noteInTransaction(contact, wish));
  }

  async isOptedOut(...names: readonly ContactId[]): Promise<boolean> {
    return this.isOptedOutNow(names);
  }

  spread(names: readonly ContactId[]): Promise<void> {
    return this.environment.write(() => this.spreadInTransaction(names));
  }

  noteInTransaction(contact: ContactId, wish: SentWish): void {
    this.restore(this.hashes.hashInTransaction(contact), wish);
  }

  isOptedOutNow(names: readonly ContactId[]): boolean {
    return this.wishOf(names)?.wish === "opt_out";
  }

  spreadInTransaction(names: readonly ContactId[]): void {
    const wish = this.wishOf(names);
    if (wish !== undefined) for (const name of names) this.noteInTransaction(name, wish);
  }

  /** All wishes of the snapshot, in pieces. */
  *pagesIn(snapshot: LmdbSnapshot, limit: number): Generator<(readonly [hash: string, wish: SentWish])[]> {
    for (const page of snapshot.pages(this.wishes, limit)) {
      yield page.map(({ key, value }) => [key, value] as const);
    }
  }

  /** Notes what a contact asked for by its hash. To be called inside `environment.write`. */
  restore(hash: string, wish: SentWish): void {
    const known = this.wishes.get(hash);
    const counts = laterWish(known, wish)!;
    if (counts !== known) this.wishes.put(hash, { wish: counts.wish, sentAtMs: counts.sentAtMs });
  }

  private wishOf(names: readonly ContactId[]): SentWish | undefined {
    return names
      .flatMap((name) => this.hashes.hashesOf(name))
      .map((hash) => this.wishes.get(hash))
      .reduce(laterWish, undefined);
  }
}

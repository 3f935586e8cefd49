import type { Alias, AliasTable, ContactId } from "@gateway-router/core";
import type { LmdbDatabase } from "./lmdb-database.js";
import type { LmdbEnvironment, LmdbSnapshot } from "./lmdb-environment.js";

type NameKey = [canonical: ContactId, name: ContactId];

/** Names that stand for others, in LMDB, and the way back. Changes inside `environment.write` only. */
export class LmdbAliasTable implements AliasTable {
  private readonly aliases: LmdbDatabase<Alias, ContactId>;
  private readonly names: LmdbDatabase<true, NameKey>;

  constructor(environment: LmdbEnvironment) {
    this.aliases = environment.database("aliases");
    this.names = environment.database("aliases.names");
  }

  get(name: ContactId): Alias | undefined {
    return this.aliases.get(name);
  }

  put(name: ContactId, alias: Alias): void {
    this.remove(name);
    this.aliases.put(name, alias);
    this.names.put([alias.canonical, name], true);
  }

  remove(name: ContactId): void {
    const alias = this.aliases.get(name);
    if (alias === undefined) return;
    this.aliases.remove(name);
    this.names.remove([alias.canonical, name]);
  }

  aliasesOf(canonical: ContactId): readonly ContactId[] {
    // Names are of digits, `@` and letters, all of which come before the end.
    const keys = this.names.keys({ start: [canonical, "" as ContactId], end: [canonical, "~" as ContactId] });
    return Array.from(keys, ([, name]) => name);
  }

  /** All aliases of the snapshot, in pieces. */
  *pagesIn(snapshot: LmdbSnapshot, limit: number): Generator<(readonly [ContactId, Alias])[]> {
    for (const page of snapshot.pages(this.aliases, limit)) {
      yield page.map(({ key, value }) => [key, value] as const);
    }
  }
}

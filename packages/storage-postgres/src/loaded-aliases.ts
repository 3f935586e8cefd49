import type { Alias, AliasTable, ContactId } from "@gateway-router/core";

export interface AliasRow extends Alias {
  readonly name: ContactId;
}

/** Aliases that were read beforehand, with what is to be written of them afterwards. */
export class LoadedAliases implements AliasTable {
  /** By name, its alias as it is to be; `undefined` where it is to be none. */
  readonly changes = new Map<ContactId, Alias | undefined>();
  private readonly aliases: Map<ContactId, Alias>;

  constructor(rows: readonly AliasRow[]) {
    this.aliases = new Map(rows.map(({ name, canonical, lid }) => [name, { canonical, lid }]));
  }

  get(name: ContactId): Alias | undefined {
    return this.aliases.get(name);
  }

  put(name: ContactId, alias: Alias): void {
    this.aliases.set(name, alias);
    this.changes.set(name, alias);
  }

  remove(name: ContactId): void {
    this.aliases.delete(name);
    this.changes.set(name, undefined);
  }

  aliasesOf(canonical: ContactId): readonly ContactId[] {
    return [...this.aliases].flatMap(([name, alias]) => (alias.canonical === canonical ? [name] : []));
  }
}

import type { Container, ServiceIdentifier } from "inversify";

type TokensOf<Needs> = { readonly [Name in keyof Needs]: ServiceIdentifier<Needs[Name]> };

export interface PartBinding<Service, Needs extends object> {
  /** The other parts it is made of, by the names under which it takes them. */
  readonly needs: TokensOf<Needs>;
  readonly make: (needs: Needs) => Service | Promise<Service>;
}

/** Binds a part that is made once, when it is first asked for, out of other parts. */
export function bindPart<Service, Needs extends object>(
  container: Container,
  token: ServiceIdentifier<Service>,
  { needs, make }: PartBinding<Service, Needs>,
): void {
  const names = Object.keys(needs) as (keyof Needs)[];
  container.bind(token).toResolvedValue(
    (...parts: unknown[]) =>
      make(Object.fromEntries(names.map((name, index) => [name, parts[index]])) as Needs),
    names.map((name) => needs[name]),
  );
}

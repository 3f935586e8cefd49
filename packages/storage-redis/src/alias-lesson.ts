import {
  learnAlias,
  mergeMappings,
  type Alias,
  type AliasTable,
  type ContactId,
  type Mapping,
  type MappingMerge,
  type VouchedNames,
} from "@gateway-router/core";
import type { Reply } from "./redis-database.js";
import { readMappingIfAny, storedMapping } from "./stored-mapping.js";

/** What two names make of what was known, to be done in one step if that is still so. */
export interface AliasLesson {
  readonly merge: MappingMerge | undefined;
  /** Whose hashes are needed. */
  readonly names: readonly ContactId[];
  /** For the script `apply_lesson`. */
  readonly plan: LessonPlan;
}

interface LessonPlan {
  readonly revision: string;
  /** Mappings as they were when it was made. */
  readonly mappings: readonly (readonly [ContactId, stored: string])[];
  readonly remove: readonly ContactId[];
  readonly put: readonly (readonly [name: ContactId, canonical: ContactId, lid: ContactId])[];
  readonly joined?: readonly [alias: ContactId, canonical: ContactId];
  readonly merged?: string;
}

/** Answers nothing where the names are known already. `reply` is that of `ALIASES_AROUND`. */
export function lessonOf(names: VouchedNames, reply: Reply): AliasLesson | undefined {
  const [revision, aliasRows, mappingRows] = reply as readonly [string, readonly string[], readonly string[]];
  if (revision === "known") return undefined;
  const aliases = new LoadedAliases(pairs(aliasRows));
  const lesson = learnAlias(aliases, names);
  if (lesson.kind === "known") return undefined;
  const stored = new Map<string, string>(pairs(mappingRows));
  const mappings = new Map<string, Mapping | undefined>(
    Array.from(stored, ([name, text]) => [name, readMappingIfAny(name, text)]),
  );
  const { joined } = lesson;
  const canonical = names.phone;
  const merge =
    joined &&
    mergeMappings({
      ...{ canonical, alias: joined },
      ...{ ofCanonical: mappings.get(canonical), ofAlias: mappings.get(joined) },
    });
  const changes = [...aliases.changes];
  return {
    merge,
    names: joined === undefined ? [] : [joined, canonical],
    plan: {
      revision,
      mappings: [...stored] as [ContactId, string][],
      remove: changes.flatMap(([name, alias]) => (alias === undefined ? [name] : [])),
      put: changes.flatMap(([name, alias]) =>
        alias === undefined ? [] : [[name, alias.canonical, alias.lid] as const],
      ),
      ...(joined === undefined ? {} : { joined: [joined, canonical] }),
      ...(merge === undefined ? {} : { merged: storedMapping(merge.mapping) }),
    },
  };
}

/** Aliases that were read beforehand, with what is to be written of them afterwards. */
class LoadedAliases implements AliasTable {
  /** By name, its alias as it is to be; `undefined` where it is to be none. */
  readonly changes = new Map<ContactId, Alias | undefined>();
  private readonly aliases = new Map<ContactId, Alias>();

  constructor(rows: Iterable<readonly [string, string]>) {
    for (const [name, text] of rows) {
      const [canonical, lid] = text.split("\n") as [ContactId, ContactId];
      this.aliases.set(name as ContactId, { canonical, lid });
    }
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

/** A flat reply in twos. */
export function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!]);
}

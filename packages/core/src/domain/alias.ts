import { isLid, type ContactId } from "./contact-id.js";

/** Two names that the source vouches for as one contact's. */
export interface VouchedNames {
  readonly lid: ContactId;
  readonly phone: ContactId;
}

/** What a name stands for that is not a contact's canonical one. */
export interface Alias {
  readonly canonical: ContactId;
  /** On whose word: the LID that was seen with both. */
  readonly lid: ContactId;
}

/**
 * Where an adapter keeps aliases. They stay flat: what an alias stands for is no alias itself, so that any name is
 * one look-up away from its contact.
 */
export interface AliasTable {
  get(name: ContactId): Alias | undefined;
  put(name: ContactId, alias: Alias): void;
  remove(name: ContactId): void;
  /** The names that stand for this one. */
  aliasesOf(canonical: ContactId): readonly ContactId[];
}

export type AliasLesson =
  | { readonly kind: "known" }
  /** `joined`: the name that was canonical until now, whose mapping is the phone's from now on. */
  | { readonly kind: "learnt"; readonly joined: ContactId | undefined };

/** The names that an event vouches for, where it carries both. */
export function vouchedNames(event: {
  readonly contact: ContactId;
  readonly otherName?: ContactId;
}): VouchedNames | undefined {
  const { contact, otherName } = event;
  if (otherName === undefined || isLid(contact) === isLid(otherName)) return undefined;
  return isLid(contact) ? { lid: contact, phone: otherName } : { lid: otherName, phone: contact };
}

/**
 * Notes that the LID is the phone's. A LID that was another phone's tells that its person changed the number: the
 * old number becomes an alias of the new one. It is free again as soon as another LID is seen with it, since then
 * somebody else has it.
 */
export function learnAlias(table: AliasTable, { lid, phone }: VouchedNames): AliasLesson {
  const before = table.get(lid)?.canonical;
  if (before === phone) return { kind: "known" };
  const stoodFor = table.get(phone);
  if (stoodFor !== undefined) table.remove(phone);
  table.put(lid, { canonical: phone, lid });
  const isPassedOn = stoodFor !== undefined && stoodFor.lid !== lid && stoodFor.canonical === before;
  if (isPassedOn) return { kind: "learnt", joined: undefined };
  const joined = before ?? lid;
  for (const name of table.aliasesOf(joined)) table.put(name, { ...table.get(name)!, canonical: phone });
  if (before !== undefined) table.put(before, { canonical: phone, lid });
  return { kind: "learnt", joined };
}

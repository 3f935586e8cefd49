import {
  isTenantId,
  parseContactId,
  parseTenantId,
  type ContactId,
  type TenantId,
} from "@gateway-router/core";

/** What is wrong with a mapping file, and where: line and column count from 1. */
export interface MappingFileFault {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

export type MappingFileResult =
  | { readonly kind: "parsed"; readonly mapping: Map<ContactId, TenantId> }
  | { readonly kind: "damaged"; readonly fault: MappingFileFault };

const OPENING = /[ \t\r\n]*\{/y;
const EMPTY = /[ \t\r\n]*\}/y;
// One entry with what ends it. A pattern with `y` reads a million entries in less than half a second.
const ENTRY =
  /[ \t\r\n]*"((?:[1-9][0-9]{6,14})|(?:[0-9]{1,32}@lid))"[ \t\r\n]*:[ \t\r\n]*([1-9][0-9]{0,15})[ \t\r\n]*([,}])/y;
const END = /[ \t\r\n]*$/y;
const SPACE = /[ \t\r\n]*/y;
/** A quoted text, were it a key; JSON's escapes are let through, to be shown as they are. */
const QUOTED = /"(?:[^"\\\r\n]|\\.)*"/y;
const VALUE = /[^,}\]\s]*/y;
const SHOWN_LENGTH = 40;

/**
 * Reads a mapping file: one flat JSON object from contacts in their canonical form to tenant ids.
 *
 * Stricter than `JSON.parse`, which keeps the last of two duplicates and lets any key pass: who edits the
 * file by hand is told what is wrong rather than surprised later.
 */
export function parseMappingFile(bytes: Uint8Array): MappingFileResult {
  const text = decodeUtf8(bytes);
  if (text === undefined)
    return { kind: "damaged", fault: { line: 1, column: 1, reason: "it is no UTF-8 text" } };
  const mapping = new Map<ContactId, TenantId>();
  const damaged = (at: number, reason: string): MappingFileResult => ({
    kind: "damaged",
    fault: { ...placeOf(text, at), reason },
  });

  let at = endOfMatch(OPENING, text, 0);
  if (at === undefined) {
    const start = endOfMatch(SPACE, text, 0)!;
    return damaged(
      start,
      start === text.length ? "it is empty" : "it is no JSON object: it must start with {",
    );
  }
  const afterEmpty = endOfMatch(EMPTY, text, at);
  if (afterEmpty !== undefined) at = afterEmpty;
  for (let hasMore = afterEmpty === undefined; hasMore;) {
    ENTRY.lastIndex = at;
    const entry = ENTRY.exec(text);
    const tenantId = Number(entry?.[2]);
    if (entry === null || !isTenantId(tenantId)) {
      const fault = findFault(text, at);
      return damaged(fault.at, fault.reason);
    }
    const contact = entry[1] as ContactId;
    const sizeBefore = mapping.size;
    mapping.set(contact, tenantId);
    if (mapping.size === sizeBefore) {
      const again = text.indexOf('"', at);
      const first = placeOf(text, text.indexOf(`"${contact}"`));
      return damaged(again, `contact "${contact}" is there twice, first in line ${first.line}`);
    }
    at = ENTRY.lastIndex;
    hasMore = entry[3] === ",";
  }
  if (endOfMatch(END, text, at) === undefined) {
    return damaged(endOfMatch(SPACE, text, at)!, "something follows the closing }");
  }
  return { kind: "parsed", mapping };
}

/** The file's text for the mapping, in pieces of at most `chunkEntries` entries. */
export function* formatMapping(
  entries: Iterable<readonly [ContactId, TenantId]>,
  chunkEntries = 1000,
): Generator<string> {
  const formatter = new MappingFormatter();
  let chunk: (readonly [ContactId, TenantId])[] = [];
  for (const entry of entries) {
    chunk.push(entry);
    if (chunk.length < chunkEntries) continue;
    yield formatter.format(chunk);
    chunk = [];
  }
  yield formatter.format(chunk) + formatter.end();
}

/** Writes a mapping file piece by piece. */
export class MappingFormatter {
  private isEmpty = true;

  /** The text of the next entries. */
  format(entries: readonly (readonly [ContactId, TenantId])[]): string {
    if (entries.length === 0) return "";
    const start = this.isEmpty ? "{\n" : ",\n";
    this.isEmpty = false;
    return start + entries.map(([contact, tenantId]) => `  "${contact}": ${tenantId}`).join(",\n");
  }

  end(): string {
    return this.isEmpty ? "{}\n" : "\n}\n";
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function endOfMatch(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Says what is wrong with the entry that starts there and that {@link ENTRY} did not match. */
function findFault(text: string, entryStart: number): { at: number; reason: string } {
  const cutOff = { at: text.length, reason: "it ends in the middle: it was cut off" };
  const keyStart = endOfMatch(SPACE, text, entryStart)!;
  if (keyStart === text.length) return cutOff;
  if (text[keyStart] === "}") return { at: keyStart, reason: "there is a comma before the closing }" };
  if (text[keyStart] !== '"') return { at: keyStart, reason: "a contact in double quotes is expected" };
  const keyEnd = endOfMatch(QUOTED, text, keyStart);
  if (keyEnd === undefined) {
    return /[\r\n]/.test(text.slice(keyStart))
      ? { at: keyStart, reason: "the double quotes of this contact are not closed" }
      : cutOff;
  }
  const key = text.slice(keyStart + 1, keyEnd - 1);
  const keyFault = faultOfKey(key);
  if (keyFault !== undefined) return { at: keyStart, reason: keyFault };

  const colon = endOfMatch(SPACE, text, keyEnd)!;
  if (colon === text.length) return cutOff;
  if (text[colon] !== ":") return { at: colon, reason: `a colon is expected after "${key}"` };
  const valueStart = endOfMatch(SPACE, text, colon + 1)!;
  if (valueStart === text.length) return cutOff;
  const valueEnd = endOfMatch(QUOTED, text, valueStart) ?? endOfMatch(VALUE, text, valueStart)!;
  const value = text.slice(valueStart, valueEnd);
  if (parseTenantId(value) === undefined) {
    const shown = value === "" ? text[valueStart]! : shortened(value);
    const hint = valueEnd === text.length ? "; the file ends here, it was cut off" : "";
    return {
      at: valueStart,
      reason: `${shown} is no tenant id, which is a whole number from 1, in digits${hint}`,
    };
  }
  const separator = endOfMatch(SPACE, text, valueEnd)!;
  if (separator === text.length) return cutOff;
  return { at: separator, reason: "a comma or the closing } is expected" };
}

function faultOfKey(key: string): string | undefined {
  const contact = parseContactId(key);
  if (contact === key) return undefined;
  return contact === undefined
    ? `"${shortened(key)}" is no contact: 7 to 15 digits of a phone number with its country, or digits and @lid`
    : `"${shortened(key)}" is not in canonical form: write "${contact}"`;
}

function shortened(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: at - lineStart + 1 };
}

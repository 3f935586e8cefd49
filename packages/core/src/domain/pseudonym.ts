import type { ContactId } from "./contact-id.js";

/** The value with the pseudonym wherever a text in it names the contact; the value itself where none does. */
export function pseudonymised<Value>(value: Value, names: readonly ContactId[], pseudonym: string): Value {
  // A number stands for the contact, a longer one that has it in it does not.
  const patterns = names.map((name) => new RegExp(`(?<![0-9])${name}(?![0-9@])`, "g"));
  const replaced = (text: string): string =>
    patterns.reduce((rest, pattern) => rest.replaceAll(pattern, pseudonym), text);
  const walk = (part: unknown): unknown => {
    if (typeof part === "string") return replaced(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [replaced(name), walk(inner)]));
  };
  const result = walk(value) as Value;
  return JSON.stringify(result) === JSON.stringify(value) ? value : result;
}

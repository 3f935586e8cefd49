import { errorMessage } from "./error-code.js";

export type JsonListFileResult<Entry> =
  /** In the order of the file. */
  | { readonly kind: "parsed"; readonly entries: readonly Entry[] }
  /** What is wrong, one sentence part per fault. Never shows what an entry says, since that may be a secret. */
  | { readonly kind: "damaged"; readonly faults: readonly string[] };

/** A field that must be as said where it is there. */
export type FieldCheck = readonly [field: string, accepts: (value: unknown) => boolean, fault: string];

export type Fields = Readonly<Record<string, unknown>>;

const SHA_256 = /^[0-9a-f]{64}$/;
/** Faults that are told; a file with more has one cause. */
const TOLD = 20;

/**
 * Reads a JSON list of objects that people may have edited, and tells what is wrong with each of them. `judge` sees
 * them in their order, so that it can tell what is there twice; `title` says which one it is.
 */
export function parseJsonListFile<Entry>(
  text: string,
  {
    judge,
    title,
  }: {
    readonly judge: (entry: Fields) => readonly string[];
    readonly title: (entry: Fields) => string | undefined;
  },
): JsonListFileResult<Entry> {
  let entries: unknown;
  try {
    entries = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    return { kind: "damaged", faults: [`it is no JSON${placeOfJsonFault(error, text)}`] };
  }
  if (!Array.isArray(entries))
    return { kind: "damaged", faults: ["it is no JSON list: it must start with ["] };
  const faults = entries.flatMap((entry: unknown, index) => {
    if (!isObject(entry)) return [`entry ${index + 1}: it is no JSON object`];
    const named = title(entry);
    const name = `entry ${index + 1}${named === undefined ? "" : ` (${named})`}`;
    return judge(entry).map((fault) => `${name}: ${fault}`);
  });
  if (faults.length === 0) return { kind: "parsed", entries: entries as readonly Entry[] };
  const more = faults.length > TOLD ? [`and ${faults.length - TOLD} more`] : [];
  return { kind: "damaged", faults: [...faults.slice(0, TOLD), ...more] };
}

export function formatJsonListFile(entries: readonly object[]): string {
  return `${JSON.stringify(entries, null, 2)}\n`;
}

export function isSha256(value: unknown): value is string {
  return typeof value === "string" && SHA_256.test(value);
}

export function isTimeText(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value));
}

/** The parser's message quotes the text around the fault, where a secret may be; only the place is told. */
function placeOfJsonFault(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(errorMessage(error))?.[1];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return `, line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

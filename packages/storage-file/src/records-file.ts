import { createReadStream } from "node:fs";
import { errorMessage, isMissing } from "./error-code.js";

/** What is wrong, to be told to people; nothing where all is well. */
export type RecordsFault = string | undefined;

export type RecordsEntry = Readonly<Record<string, unknown>>;

/** Is given what a records file holds, in its order, and may object. */
export interface RecordsVisitor {
  field(name: string, value: unknown): RecordsFault;
  entry(section: string, entry: RecordsEntry): RecordsFault;
}

export type RecordsFileResult =
  | { readonly kind: "read" }
  | { readonly kind: "absent" }
  /** The visitor may have been given a part of it by then. */
  | { readonly kind: "damaged"; readonly fault: string };

/**
 * The text of a records file, in pieces: a JSON object with the fields, and one list for each section, an entry
 * a line. A piece is as long as the page it was given, so no page may hold up the event loop.
 */
export function* recordsText(
  fields: Readonly<Record<string, unknown>>,
  sections: Readonly<Record<string, Iterable<readonly RecordsEntry[]>>>,
): Generator<string> {
  yield `{\n${Object.entries(fields)
    .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(",\n")}`;
  for (const [name, pages] of Object.entries(sections)) {
    yield `,\n  ${JSON.stringify(name)}: [`;
    let separator = "\n";
    for (const page of pages) {
      yield separator + page.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n");
      separator = ",\n";
    }
    yield "\n  ]";
  }
  yield "\n}\n";
}

/**
 * Reads what {@link recordsText} wrote, line by line: a million entries need not be in memory together, nor the
 * file in one string. A file that was laid out anew counts as damaged, for nobody but the gateway writes it.
 */
export async function readRecordsFile(path: string, visitor: RecordsVisitor): Promise<RecordsFileResult> {
  const reader = new RecordsReader(visitor);
  let line = 0;
  try {
    for await (const text of linesOf(createReadStream(path, "utf8"))) {
      line += 1;
      const fault = reader.read(text.trim());
      if (fault !== undefined) return { kind: "damaged", fault: `line ${line}: ${fault}` };
    }
  } catch (error) {
    if (isMissing(error)) return { kind: "absent" };
    return { kind: "damaged", fault: `it can't be read: ${errorMessage(error)}` };
  }
  return reader.isComplete
    ? { kind: "read" }
    : { kind: "damaged", fault: `line ${line}: it ends in the middle: it was cut off` };
}

const FIELD = /^"(\w+)": (.+?),?$/;
const SECTION = /^"(\w+)": \[$/;
const ENTRY = /^(\{.*\}),?$/;

/** Where in the file the reader is: before it, between its fields, in a section, or past its end. */
type Place = "before" | "fields" | "after" | { readonly section: string };

class RecordsReader {
  private place: Place = "before";

  constructor(private readonly visitor: RecordsVisitor) {}

  get isComplete(): boolean {
    return this.place === "after";
  }

  read(line: string): RecordsFault {
    if (line === "") return undefined;
    const { place } = this;
    if (typeof place === "object") return this.readInSection(place.section, line);
    switch (place) {
      case "before":
        this.place = "fields";
        return line === "{" ? undefined : "it must start with {";
      case "fields":
        return this.readField(line);
      case "after":
        return "something follows the closing }";
    }
  }

  private readField(line: string): RecordsFault {
    if (line === "}") {
      this.place = "after";
      return undefined;
    }
    const section = SECTION.exec(line)?.[1];
    if (section !== undefined) {
      this.place = { section };
      return undefined;
    }
    const [, name, text] = FIELD.exec(line) ?? [];
    if (name === undefined) return "a field is expected";
    const parsed = parseJson(text!);
    return parsed === undefined ? "it is no JSON" : this.visitor.field(name, parsed.value);
  }

  private readInSection(section: string, line: string): RecordsFault {
    if (line === "]" || line === "],") {
      this.place = "fields";
      return undefined;
    }
    const parsed = parseJson(ENTRY.exec(line)?.[1] ?? "");
    return parsed === undefined
      ? "an entry is expected"
      : this.visitor.entry(section, parsed.value as RecordsEntry);
  }
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  yield rest;
}

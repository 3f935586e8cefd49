import { errorMessage } from "./error-code.js";

/** The parser's message quotes the text around the fault, where a secret may be; only the place is told. */
export function placeOfJsonFault(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(errorMessage(error))?.[1];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return `, line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

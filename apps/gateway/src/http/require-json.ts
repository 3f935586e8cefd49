import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.js";

/** JSON is UTF-8 (RFC 8259), and what says that it is something else would be misread. */
const CHARSET_OF_JSON = /^charset="?(utf-8|us-ascii)"?$/;

/** Throws 415 where the body is not JSON in the one form that is read. `what` names it in the message. */
export function requireJson({ headers }: IncomingMessage, what: string): void {
  // As nearly everybody says it.
  if (headers["content-type"] === "application/json" && headers["content-encoding"] === undefined) return;
  const [type, ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";").map(trimmed);
  const isUtf8 = parameters.every((each) => !each.startsWith("charset") || CHARSET_OF_JSON.test(each));
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (type !== "application/json" || !isUtf8 || encoding !== "identity") {
    throw new HttpError(
      415,
      "unsupported_media_type",
      `${what} is application/json in UTF-8, not compressed.`,
    );
  }
}

function trimmed(text: string): string {
  return text.trim();
}

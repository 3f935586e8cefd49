import { textAt, valueAt } from "./plain-data.js";

/** An answer as it came. */
export interface WahaAnswer {
  readonly status: number;
  readonly body: string;
}

/** As much of WAHA's own words as an error may carry. */
const LONGEST_EXCERPT = 300;

export function isSuccess({ status }: WahaAnswer): boolean {
  return status >= 200 && status < 300;
}

/** The body as JSON; `undefined` where it is none. */
export function jsonOf({ body }: WahaAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * Whether a refusal is about the session's state: WAHA then tells the status it found and those it expected.
 */
export function isAboutSessionStatus(json: unknown): boolean {
  return typeof valueAt(json, "status") === "string" && Array.isArray(valueAt(json, "expected"));
}

/**
 * What WAHA says was wrong, for one line of a log: a message of its own, of its framework, or of an exception.
 * Nothing else of the body is quoted, since some versions repeat the request in it.
 */
export function wahaSays(json: unknown, secret: string | undefined): string {
  const listed = valueAt(json, "message");
  const text =
    textAt(json, "message") ??
    (Array.isArray(listed) ? listed.filter((item) => typeof item === "string").join(", ") : undefined) ??
    textAt(json, "exception", "message") ??
    textAt(json, "error") ??
    "";
  const safe = secret === undefined || secret === "" ? text : text.replaceAll(secret, "[secret]");
  return safe
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, LONGEST_EXCERPT);
}

/**
 * WhatsApp's own id of a message just sent, by whichever engine: NOWEB answers `{key: {id}}`, GOWS `{id}` in
 * full form, WEBJS `{id: {id, _serialized}}`.
 */
export function sentIdIn(json: unknown): string | undefined {
  return textAt(json, "key", "id") ?? textAt(json, "id", "id") ?? textAt(json, "id");
}

import type { IncomingHttpHeaders } from "node:http";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What tells a stranger what the gateway is made of, or where it broke. Whole words: a signature has any four letters at times. */
const INSIDES =
  /\b(?:express|node_modules|inversify|class-validator|class-transformer|lmdb|axios|winston|reflect-metadata)\b|at Object\.|\\n +at |\bat \S+ \(|node:internal|\.[jt]s:\d+|(?:Type|Range|Reference|Syntax)Error|Cannot read propert|is not a function/i;

/** A change that comes before its message is to be sent again: the only 503 that nobody here brings about by force. */
const EXPECTED_503 = "early_change";

/** All that is wrong with an answer, whatever was asked. */
export function faultsOf({ status, headers, body }: Answer, method: string): string[] {
  const text = body.toString("utf8");
  const faults: string[] = [];
  const insides = INSIDES.exec(`${JSON.stringify(headers)}\n${text}`);
  if (insides !== null) faults.push(`it tells of its insides: ${insides[0]}`);
  if (headers["x-powered-by"] !== undefined || headers["server"] !== undefined)
    faults.push("it names software");
  if (headers["x-injected"] !== undefined) faults.push("a header was smuggled in");
  if (status >= 500 && !(status === 503 && text.includes(`"${EXPECTED_503}"`))) {
    faults.push(`it is a ${status}`);
  }
  if (method === "HEAD") {
    if (body.length > 0) faults.push("a HEAD was answered with a body");
  } else if (status >= 400) {
    faults.push(...errorShapeFaults(headers, text));
  }
  return faults;
}

function errorShapeFaults(headers: IncomingHttpHeaders, text: string): string[] {
  if (headers["content-type"] !== "application/json; charset=utf-8") return ["the error is not said in JSON"];
  const body = parsed(text);
  if (typeof body !== "object" || body === null) return ["the error is no JSON object"];
  const { status, code, message, details, ...others } = body as Record<string, unknown>;
  // What the contract says of a contact without a mapping.
  if (status === "not_found" && "phone_number" in others) return [];
  const isShaped =
    status === "error" &&
    typeof code === "string" &&
    /^[a-z]+(?:_[a-z]+)*$/.test(code) &&
    typeof message === "string" &&
    message.trim() !== "" &&
    (details === undefined || Array.isArray(details)) &&
    Object.keys(others).length === 0;
  return isShaped ? [] : ["the error has another shape"];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

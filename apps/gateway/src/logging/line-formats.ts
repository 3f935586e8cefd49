import type { LogLevel } from "@gateway-router/core";

export interface LogLine {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One JSON object a line. A field never hides one of the line's own. */
export function jsonLine({ atMs, level, message, fields }: LogLine): string {
  const own = { timestamp: new Date(atMs).toISOString(), level, service: "gateway", message };
  try {
    return JSON.stringify({ ...own, ...fields, ...own });
  } catch (error) {
    // A value that is no JSON must cost the fields, not the line.
    return JSON.stringify({ ...own, unloggable: String(error) });
  }
}

const COLOURS: Record<LogLevel, string> = { debug: "90", info: "36", warn: "33", error: "31" };
/** Said by the message already, or of use to programs only. */
const LEFT_OUT = new Set([
  ...["event", "phone_number", "tenant_id", "is_new_session", "locked", "first_words"],
  ...["url", "data_dir", "admin_key", "request_id"],
]);

/** A line for people: time, message, and what the message does not say. */
export function prettyLine({ atMs, level, message, fields }: LogLine): string {
  const time = new Date(atMs).toISOString().slice(11, 23);
  const rest = Object.entries(fields).filter(([name]) => !LEFT_OUT.has(name) && name !== "error");
  const details = rest.map(([name, value]) => `${name}=${prettyValue(value)}`).join(" ");
  const { stack } = (fields["error"] ?? {}) as { stack?: unknown };
  return (
    `${dim(time)} \u001b[${COLOURS[level]}m${level.padEnd(5)}\u001b[0m ${withoutControls(message)}` +
    (details === "" ? "" : ` ${dim(details)}`) +
    (typeof stack === "string" ? `\n${stack}` : "")
  );
}

function prettyValue(value: unknown): string {
  return typeof value === "string" && /^[^\s"\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}

/** What others wrote must not move the cursor of whoever reads it. */
function withoutControls(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

function dim(text: string): string {
  return `\u001b[90m${text}\u001b[0m`;
}

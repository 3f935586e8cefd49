import { HIDDEN, isSecretName } from "./redaction.js";

const DEEPEST_CAUSE = 4;

/** Fields as they can be written: errors as objects with their causes, secrets by name blanked. */
export function loggableFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      isSecretName(name) && typeof value === "string" ? HIDDEN : loggableValue(value),
    ]),
  );
}

/** The value with every text in it, at whatever depth, put through the change; numbers and switches stay. */
export function withTexts<Value>(value: Value, change: (text: string) => string): Value {
  if (typeof value === "string") return change(value) as Value;
  if (Array.isArray(value)) return value.map((each: unknown) => withTexts(each, change)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withTexts<unknown>(each, change)]),
  ) as Value;
}

function loggableValue(value: unknown): unknown {
  if (value instanceof Error) return loggableError(value);
  if (typeof value === "bigint") return value.toString();
  return value;
}

/** Name, code, message, stack and causes, and nothing else: other properties of errors hold whole requests. */
function loggableError(error: Error, depth = 0): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause instanceof Error && depth < DEEPEST_CAUSE
      ? { cause: loggableError(error.cause, depth + 1) }
      : {}),
  };
}

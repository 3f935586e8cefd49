/** An object out of JSON, of unknown content. */
export type PlainObject = Readonly<Record<string, unknown>>;

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What lies at the end of the path. Only an object's own fields count, so that none of `Object.prototype` passes for data. */
export function valueAt(data: unknown, ...path: readonly string[]): unknown {
  let value = data;
  for (const name of path) {
    if (!isPlainObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** The text at the end of the path, if there is one and it is not empty. */
export function textAt(data: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(data, ...path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

import { refusal } from "./waha-http-error.js";

type Query = Readonly<Record<string, unknown>>;

/** Reads a request's query as WAHA does: what is not of the kind it should be is a 400. */
export class QueryFields {
  constructor(private readonly query: Query) {}

  number(name: string): number | undefined {
    const text = this.query[name];
    if (text === undefined) return undefined;
    const value = typeof text === "string" && text.trim() !== "" ? Number(text) : NaN;
    if (!Number.isFinite(value)) {
      throw refusal(400, [`${name} must be a number conforming to the specified constraints`]);
    }
    return value;
  }

  boolean(name: string): boolean | undefined {
    const text = this.query[name];
    if (text === undefined) return undefined;
    if (text !== "true" && text !== "false") throw refusal(400, [`${name} must be a boolean value`]);
    return text === "true";
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const text = this.query[name];
    if (text === undefined) return undefined;
    const value = values.find((each) => each === text);
    if (value === undefined) {
      throw refusal(400, [`${name} must be one of the following values: ${values.join(", ")}`]);
    }
    return value;
  }

  /** All that were given under the name; undefined where none was. */
  list(name: string): readonly string[] | undefined {
    const value = this.query[name];
    return value === undefined ? undefined : [value].flat().map(String);
  }
}

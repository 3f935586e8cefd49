import type { ErrorDetail } from "../http-error.js";
import type { JsonSchema } from "./json-schema.js";

/**
 * Whose request it is, which decides the key it takes, what it is refused with in any case, and where it stands in the
 * description.
 */
export type Access =
  /** An admin key's, of whichever role. */
  | "reader"
  /** One's with the role `admin`. */
  | "admin"
  /** The console's own, by its session. */
  | "console"
  | "tenant"
  /** WAHA's, by its signature. */
  | "waha"
  | "open"
  /** Open, and an admin learns more. */
  | "open_and_more_for_admins";

/** One method of one path, as `GET /openapi.json` and `GET /docs` tell it. */
export interface Operation {
  /** Unique; what generated clients name their call. */
  readonly id: string;
  readonly access: Access;
  /** What it does, in a few words. */
  readonly summary: string;
  /** What else matters. `Code` in backticks, paragraphs between empty lines. */
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: RequestBody;
  /** What it answers where nothing is wrong, the usual one first. */
  readonly answers: readonly [Answer, ...Answer[]];
  /** What it is refused with, but for what every request of its kind may be refused with. */
  readonly refusals?: readonly Refusal[];
}

export interface Parameter {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly description: string;
  readonly schema: JsonSchema;
  /** Taken, with the others' and the body's, by the request that the first answer's example answers. */
  readonly example?: string | number | boolean;
  /** Parameters of a path always are. */
  readonly required?: boolean;
}

/** A body in JSON. */
export interface RequestBody {
  readonly schema: JsonSchema;
  readonly examples: Examples;
  readonly isOptional?: boolean;
  /** What a body that can't be used is refused with. */
  readonly refusals: readonly Refusal[];
}

/** By names in snake_case. The first is the usual one. */
export type Examples = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
  readonly content?: JsonContent | OtherContent;
}

export interface JsonContent {
  readonly schema: JsonSchema;
  readonly examples: Examples;
}

/** Something else than JSON. */
export interface OtherContent {
  readonly mediaType: string;
  readonly schema?: JsonSchema;
}

/** An error as it is answered, to the letter. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details?: readonly ErrorDetail[];
}

/** An answer in JSON, with one example. */
export function answers(status: number, description: string, schema: JsonSchema, example: unknown): Answer {
  return { status, description, content: { schema, examples: { example } } };
}

/** An answer in JSON that comes in several forms. */
export function answersOneOf(
  status: number,
  description: string,
  schema: JsonSchema,
  examples: Examples,
): Answer {
  return { status, description, content: { schema, examples } };
}

export function answersFile(status: number, description: string, mediaType: string): Answer {
  return { status, description, content: { mediaType } };
}

export function refuses(
  status: number,
  code: string,
  message: string,
  details?: readonly ErrorDetail[],
): Refusal {
  return { status, code, message, ...(details === undefined ? {} : { details }) };
}

/** As `invalidParameter` says it. */
export function refusesParameter(field: string, message: string): Refusal {
  return refuses(400, "invalid_parameter", `${field} ${message}.`, [{ field, message }]);
}

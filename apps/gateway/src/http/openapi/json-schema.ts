/** As much of JSON Schema, in the dialect of OpenAPI 3.1, as the API's description needs. */
export interface JsonSchema {
  /** Made for schemas with a title; never written by hand. */
  readonly $ref?: string;
  /** A schema with a title is told once, under that name, and referred to wherever it is used. */
  readonly title?: string;
  readonly description?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly (string | null)[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly default?: string | number | boolean;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
}

export type JsonType = "string" | "integer" | "number" | "boolean" | "object" | "array" | "null";

/** An object that has all of these fields but for those that may be missing. It may get more in a later version. */
export function anObject<Field extends string>(
  properties: Readonly<Record<Field, JsonSchema>>,
  { title, optional = [] }: { readonly title?: string; readonly optional?: readonly NoInfer<Field>[] } = {},
): JsonSchema {
  const required = (Object.keys(properties) as Field[]).filter((field) => !optional.includes(field));
  return {
    ...(title === undefined ? {} : { title }),
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
  };
}

export function aListOf(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

/** A page of a list, as every list is answered. */
export function aPageOf(title: string, item: JsonSchema): JsonSchema {
  const next: JsonSchema = {
    type: ["string", "null"],
    description: "To be given as `cursor` for the next page; null on the last one.",
  };
  return anObject({ items: aListOf(item), next_cursor: next }, { title });
}

export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: choices } = schema;
  if (typeof type !== "string" || schema.title !== undefined) {
    return { oneOf: [schema, { type: "null" }] };
  }
  return {
    ...schema,
    type: [type, "null"],
    ...(choices === undefined ? {} : { enum: [...choices, null] }),
  };
}

export function always(value: string): JsonSchema {
  return { type: "string", const: value };
}

/** One of the keys. A table of a union's members, complete by its type, keeps the two together. */
export function oneOfKeys(table: Readonly<Record<string, unknown>>): JsonSchema {
  return { type: "string", enum: Object.keys(table) };
}

export function text(description?: string): JsonSchema {
  return { type: "string", ...(description === undefined ? {} : { description }) };
}

export function flag(description?: string): JsonSchema {
  return { type: "boolean", ...(description === undefined ? {} : { description }) };
}

export function count(description?: string): JsonSchema {
  return { type: "integer", minimum: 0, ...(description === undefined ? {} : { description }) };
}

export const TENANT_ID: JsonSchema = {
  type: "integer",
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "A tenant's id.",
};

export const CONTACT: JsonSchema = {
  type: "string",
  pattern: "^([0-9]{7,15}|[0-9]{1,32}@lid)$",
  description: "A contact: the phone number in digits, or `<digits>@lid` where WhatsApp hides it.",
};

export const CAMPAIGN: JsonSchema = {
  type: "string",
  pattern: "^[a-z0-9-]{1,32}$",
  description: "The campaign of the link that the contact came by.",
};

export function aTime(description: string): JsonSchema {
  return { type: "string", format: "date-time", description };
}

export function aUrl(description: string): JsonSchema {
  return { type: "string", format: "uri", description };
}

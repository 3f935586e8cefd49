import { ValidateBy } from "class-validator";
import type { JsonSchema } from "./openapi/json-schema.js";

/** As requests name contacts. */
export const PHONE_NUMBER_WANTED =
  "must be a phone number with its country code, such as +971501234567, or <digits>@lid";

/** The rules as class-validator keeps them by name; each has what the API's description tells of it as its constraint. */
export const WANTS = "wants";
export const OPTIONAL_THAT = "optionalThat";

/**
 * One rule for one field that must be there, said in one sentence part: `must be …`. The schema, for the API's
 * description, may accept more than the rule, and never less.
 */
export function Wants(
  wants: string,
  accepts: (value: unknown) => boolean,
  schema: JsonSchema,
): PropertyDecorator {
  return ValidateBy({
    name: WANTS,
    constraints: [described(wants, schema)],
    validator: { validate: accepts, defaultMessage: () => wants },
  });
}

/** One rule for one field that must be text. */
export function WantsText(
  wants: string,
  accepts: (text: string) => boolean,
  schema: JsonSchema = {},
): PropertyDecorator {
  return Wants(wants, (value) => typeof value === "string" && accepts(value), { type: "string", ...schema });
}

/** One rule for one field that may be left out, said in one sentence part: `must be …`. */
export function OptionalThat(
  wants: string,
  accepts: (value: unknown) => boolean,
  schema: JsonSchema,
): PropertyDecorator {
  return ValidateBy({
    name: OPTIONAL_THAT,
    constraints: [described(wants, schema)],
    validator: {
      validate: (value: unknown) => value === undefined || accepts(value),
      defaultMessage: () => wants,
    },
  });
}

/** Text, or `null` where that takes the field away. */
export function isTextOrNull(accepts: (text: string) => boolean): (value: unknown) => boolean {
  return (value) => value === null || (typeof value === "string" && accepts(value));
}

function described(wants: string, schema: JsonSchema): JsonSchema {
  return { ...schema, description: `${wants[0]!.toUpperCase()}${wants.slice(1)}.` };
}

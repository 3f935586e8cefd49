import { getMetadataStorage, IS_INSTANCE, IS_OPTIONAL } from "class-validator";
import type { JsonSchema } from "./openapi/json-schema.js";
import { OPTIONAL_THAT, WANTS } from "./rules.dto.js";

/**
 * What a body of this shape is, told by the rules that it is checked with, so that the two can't part. The fields are
 * known as `readAs` knows them.
 */
export function bodySchema(
  Shape: new () => object,
  { title, ignoresUnknown = false }: { readonly title?: string; readonly ignoresUnknown?: boolean } = {},
): JsonSchema {
  const fields = Object.keys(new Shape());
  const rules = getMetadataStorage().getTargetValidationMetadatas(Shape, "", false, false);
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const field of fields) {
    const own = rules.filter(({ propertyName }) => propertyName === field);
    const isOptional = own.some(({ name }) => name === IS_OPTIONAL);
    const schemas = own.flatMap(({ name, constraints }): JsonSchema[] => {
      if (name === IS_INSTANCE) return [bodySchema(constraints[0] as new () => object, { ignoresUnknown })];
      return name === WANTS || name === OPTIONAL_THAT ? [constraints[0] as JsonSchema] : [];
    });
    const schema = schemas[0] ?? {};
    properties[field] = isOptional ? orLeftOut(schema) : schema;
    if (!isOptional && own.some(({ name }) => name === WANTS)) required.push(field);
  }
  return {
    ...(title === undefined ? {} : { title }),
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    ...(ignoresUnknown ? {} : { additionalProperties: false }),
  };
}

/** `null` counts as left out. */
function orLeftOut(schema: JsonSchema): JsonSchema {
  return typeof schema.type === "string" ? { ...schema, type: [schema.type, "null"] } : schema;
}

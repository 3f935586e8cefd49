import type { JsonSchema } from "../openapi/json-schema.js";

/**
 * The schema without references, and with objects that have no fields but the ones it tells: clients are to take more
 * than they know of, but what the gateway answers is to be told to the last field.
 */
export function closedSchema(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const { $ref, ...own } = schema;
  if ($ref !== undefined) {
    const target = schemas[$ref.replace("#/components/schemas/", "")];
    if (target === undefined) throw new TypeError(`There is no ${$ref}`);
    return closedSchema(target, schemas);
  }
  const { properties, items, oneOf, additionalProperties } = own;
  const close = (each: JsonSchema) => closedSchema(each, schemas);
  return {
    ...own,
    ...(items === undefined ? {} : { items: close(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, each]) => [name, close(each)]),
          ),
          additionalProperties: additionalProperties ?? false,
        }),
    // Beside properties it only says more about these.
    ...(oneOf === undefined || properties !== undefined ? {} : { oneOf: oneOf.map(close) }),
  };
}

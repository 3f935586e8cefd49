import type { JsonSchema } from "./json-schema.js";

/** Keeps each schema that has a title once, under it, and gives out references to it. */
export class SchemaShelf {
  readonly schemas: Record<string, JsonSchema> = {};
  private readonly sources = new Map<string, string>();

  /** The schema with references in place of all that have a title, itself included. */
  shelve(schema: JsonSchema): JsonSchema {
    const { title } = schema;
    if (title === undefined) return this.withReferences(schema);
    const source = JSON.stringify(schema);
    const known = this.sources.get(title);
    if (known === undefined) {
      this.sources.set(title, source);
      this.schemas[title] = this.withReferences(schema);
    } else if (known !== source) {
      throw new TypeError(`Two schemas have the title ${title}`);
    }
    return { $ref: `#/components/schemas/${title}` };
  }

  private withReferences(schema: JsonSchema): JsonSchema {
    const { items, properties, additionalProperties, oneOf } = schema;
    return {
      ...schema,
      ...(items === undefined ? {} : { items: this.shelve(items) }),
      ...(properties === undefined
        ? {}
        : {
            properties: Object.fromEntries(
              Object.entries(properties).map(([field, each]) => [field, this.shelve(each)]),
            ),
          }),
      ...(typeof additionalProperties === "object"
        ? { additionalProperties: this.shelve(additionalProperties) }
        : {}),
      ...(oneOf === undefined ? {} : { oneOf: oneOf.map((each) => this.shelve(each)) }),
    };
  }
}

import { ValidateBy } from "class-validator";

/** One rule for one field that may be left out, said in one sentence part: `must be …`. */
export function OptionalThat(wants: string, accepts: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({
    name: "optionalThat",
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

import { ValidateBy } from "class-validator";

/** As requests name contacts. */
export const PHONE_NUMBER_WANTED =
  "must be a phone number with its country code, such as +971501234567, or <digits>@lid";

/** One rule for one field that must be there, said in one sentence part: `must be …`. */
export function Wants(wants: string, accepts: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: "wants", validator: { validate: accepts, defaultMessage: () => wants } });
}

/** One rule for one field that must be text. */
export function WantsText(wants: string, accepts: (text: string) => boolean): PropertyDecorator {
  return Wants(wants, (value) => typeof value === "string" && accepts(value));
}

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

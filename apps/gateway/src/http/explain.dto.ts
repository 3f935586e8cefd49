import { parseContactId } from "@gateway-router/core";
import { ValidateBy } from "class-validator";

/** As long as WhatsApp lets a text be. */
const LONGEST_TEXT = 65_536;

function Wants(wants: string, accepts: (text: string) => boolean): PropertyDecorator {
  return ValidateBy({
    name: "wants",
    validator: {
      validate: (value: unknown) => typeof value === "string" && accepts(value),
      defaultMessage: () => wants,
    },
  });
}

/** A message that nobody sent, to be told what would become of it. */
export class ExplainDto {
  @Wants(
    "must be a phone number with its country code, such as +971501234567, or <digits>@lid",
    (text) => parseContactId(text) !== undefined,
  )
  phone_number!: string;

  @Wants(`must be text of at most ${LONGEST_TEXT} characters`, (text) => text.length <= LONGEST_TEXT)
  text!: string;
}

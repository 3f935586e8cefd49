import { parseContactId } from "@gateway-router/core";
import { PHONE_NUMBER_WANTED, WantsText } from "./rules.dto.js";

/** As long as WhatsApp lets a text be. */
const LONGEST_TEXT = 65_536;

/** A message that nobody sent, to be told what would become of it. */
export class ExplainDto {
  @WantsText(PHONE_NUMBER_WANTED, (text) => parseContactId(text) !== undefined)
  phone_number!: string;

  @WantsText(`must be text of at most ${LONGEST_TEXT} characters`, (text) => text.length <= LONGEST_TEXT, {
    maxLength: LONGEST_TEXT,
  })
  text!: string;
}

import { OptionalThat } from "./rules.dto.js";

const LONGEST_REASON = 500;

/** Why a contact is freed, in words that the audit log keeps. */
export class UnlockDto {
  @OptionalThat(
    `must be text of 1 to ${LONGEST_REASON} characters`,
    (value) => typeof value === "string" && value.trim() !== "" && value.length <= LONGEST_REASON,
    { type: "string", minLength: 1, maxLength: LONGEST_REASON },
  )
  reason?: string;
}

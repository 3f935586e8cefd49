import { isTenantId } from "@gateway-router/core";
import { TENANT_ID } from "./openapi/json-schema.js";
import { Wants, WantsText } from "./rules.dto.js";

const LONGEST_REASON = 500;

/** To whom a contact is to go, and why, in words that the audit log keeps. */
export class ReassignDto {
  @Wants("must be a tenant's id, a positive integer", isTenantId, TENANT_ID)
  tenant_id!: number;

  @WantsText(
    `must be text of 1 to ${LONGEST_REASON} characters`,
    (text) => text.trim() !== "" && text.length <= LONGEST_REASON,
    { minLength: 1, maxLength: LONGEST_REASON },
  )
  reason!: string;
}

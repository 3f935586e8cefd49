import { isTenantId } from "@gateway-router/core";
import { ValidateBy } from "class-validator";

const LONGEST_REASON = 500;

function Wants(wants: string, accepts: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: "wants", validator: { validate: accepts, defaultMessage: () => wants } });
}

/** To whom a contact is to go, and why, in words that the audit log keeps. */
export class ReassignDto {
  @Wants("must be a tenant's id, a positive integer", isTenantId)
  tenant_id!: number;

  @Wants(
    `must be text of 1 to ${LONGEST_REASON} characters`,
    (value) => typeof value === "string" && value.trim() !== "" && value.length <= LONGEST_REASON,
  )
  reason!: string;
}

import { ADMIN_ROLES, isAdminKeyName, isAdminRole, type AdminRole } from "@gateway-router/core";
import { Wants } from "./rules.dto.js";

export const KEY_NAME_WANTED = "must be 1 to 40 of a-z 0-9 - _, and not gateway";

/** An admin key to be made. */
export class AddKeyDto {
  @Wants(KEY_NAME_WANTED, isAdminKeyName, { type: "string", pattern: "^[a-z0-9_-]{1,40}$" })
  name!: string;

  @Wants("must be admin or read", isAdminRole, { type: "string", enum: [...ADMIN_ROLES] })
  role!: AdminRole;
}

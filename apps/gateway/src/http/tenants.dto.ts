import { LONGEST_OVERLAP_HOURS } from "@gateway-router/core";
import { Allow } from "class-validator";
import { isSigningSecret } from "../config/signing-secret.js";
import { isTextOrNull, OptionalThat } from "./rules.dto.js";

const LONGEST_NAME = 200;
const LONGEST_URL = 2_048;

/** A tenant to be made or changed. What is left out stays as it is, and `null` takes it away. */
export class PutTenantDto {
  /** As it stands in an answer, so that an answer can be changed and put back. */
  @Allow()
  id?: unknown;

  /** As it stands in an answer. */
  @Allow()
  source?: unknown;

  @OptionalThat(
    `must be text of at most ${LONGEST_NAME} characters in one line, or null`,
    isTextOrNull(isName),
    { type: ["string", "null"], maxLength: LONGEST_NAME },
  )
  name?: string | null;

  @OptionalThat(
    `must be an http:// or https:// URL of at most ${LONGEST_URL} characters without user name and password, or null`,
    isTextOrNull(isHandlerUrl),
    { type: ["string", "null"], maxLength: LONGEST_URL, pattern: "^[Hh][Tt][Tt][Pp][Ss]?://" },
  )
  url?: string | null;

  @OptionalThat("must be true or false", isBoolean, { type: "boolean" })
  active?: boolean;

  /** For a new tenant only, in place of one that is made. */
  @OptionalThat(
    "must be whsec_ followed by 24 to 64 bytes in base64",
    (value) => typeof value === "string" && isSigningSecret(value),
    { type: "string", pattern: "^whsec_[A-Za-z0-9+/]+={0,2}$" },
  )
  secret?: string;
}

export class RotateTenantDto {
  @OptionalThat(`must be a whole number from 0 to ${LONGEST_OVERLAP_HOURS}`, isOverlapHours, {
    type: "integer",
    minimum: 0,
    maximum: LONGEST_OVERLAP_HOURS,
  })
  overlap_hours?: number;
}

function isName(text: string): boolean {
  return text.length <= LONGEST_NAME && !/\p{Cc}/u.test(text);
}

/** Handlers know the gateway by its signature. A password in a URL would be shown to whoever lists the tenants. */
function isHandlerUrl(text: string): boolean {
  if (text.length > LONGEST_URL || !/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function isOverlapHours(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LONGEST_OVERLAP_HOURS;
}

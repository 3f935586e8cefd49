import {
  parseCampaign,
  parseContactId,
  parseTenantId,
  type ContactId,
  type TenantId,
} from "@gateway-router/core";
import type { Request } from "express";
import { HttpError, invalidCursor, invalidParameter } from "./http-error.js";
import { PHONE_NUMBER_WANTED } from "./rules.dto.js";

/** The contact in the path, in any usual form. */
export function contactOf(request: Request): ContactId {
  const text = pathParameter(request, "phone");
  const contact = parseContactId(text);
  if (contact !== undefined) return contact;
  const message = /^\s*0[^0]/.test(text)
    ? "is a national number; write it with its country code, such as +971501234567"
    : "is no phone number: 7 to 15 digits with the country code, such as +971501234567, or <digits>@lid";
  throw new HttpError(400, "invalid_phone_number", `The phone number ${message}.`, {
    details: [{ field: "phone", message }],
  });
}

/** The tenant in the path, `:id`. */
export function tenantIdOf(request: Request): TenantId {
  const id = parseTenantId(pathParameter(request, "id"));
  if (id === undefined) throw invalidParameter("id", "must be a positive integer");
  return id;
}

export function pathParameter(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === "string" ? value : "";
}

/** A query parameter that may be left out but not be given twice. */
export function queryParameter(request: Request, name: string): string | undefined {
  const value = request.query[name];
  if (value === undefined || typeof value === "string") return value;
  throw invalidParameter(name, "may be given once");
}

/** One of the choices, the first where the parameter is not given. */
export function choiceParameter<Choice extends string>(
  request: Request,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  return optionalChoiceParameter(request, name, choices) ?? choices[0];
}

export function optionalChoiceParameter<Choice extends string>(
  request: Request,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = queryParameter(request, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw invalidParameter(name, `must be one of ${choices.join(", ")}`);
  return choice;
}

/** A parameter that is on or off, and off where it is not given. */
export function switchParameter(request: Request, name: string): boolean {
  return choiceParameter(request, name, ["false", "true"]) === "true";
}

export function tenantIdParameter(request: Request): TenantId | undefined {
  const text = queryParameter(request, "tenant_id");
  if (text === undefined) return undefined;
  const id = parseTenantId(text);
  if (id === undefined) throw invalidParameter("tenant_id", "must be a positive integer");
  return id;
}

/** The contact that `phone_number` names, in any usual form. */
export function contactParameter(request: Request): ContactId | undefined {
  const text = queryParameter(request, "phone_number");
  if (text === undefined) return undefined;
  const contact = parseContactId(text);
  if (contact === undefined) throw invalidParameter("phone_number", PHONE_NUMBER_WANTED);
  return contact;
}

export function campaignParameter(request: Request): string | undefined {
  const text = queryParameter(request, "campaign");
  if (text === undefined) return undefined;
  const campaign = parseCampaign(text);
  if (campaign === undefined) throw invalidParameter("campaign", "must be 1 to 32 letters, digits or -");
  return campaign;
}

const LONGEST_SEARCH = 200;

/** What is looked for, `q`. */
export function searchParameter(request: Request): string | undefined {
  const text = queryParameter(request, "q");
  if (text === undefined || (text.trim() !== "" && text.length <= LONGEST_SEARCH)) return text;
  throw invalidParameter("q", `must be text of 1 to ${LONGEST_SEARCH} characters`);
}

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 500;
const LONGEST_CURSOR = 512;

export function pageParameters(request: Request): { limit: number; cursor?: string } {
  const limit = queryParameter(request, "limit") ?? String(DEFAULT_PAGE);
  if (!/^[1-9][0-9]{0,2}$/.test(limit) || Number(limit) > LARGEST_PAGE) {
    throw invalidParameter("limit", `must be a whole number from 1 to ${LARGEST_PAGE}`);
  }
  const cursor = queryParameter(request, "cursor");
  if (cursor === undefined) return { limit: Number(limit) };
  if (cursor === "" || cursor.length > LONGEST_CURSOR) {
    throw invalidCursor();
  }
  return { limit: Number(limit), cursor };
}

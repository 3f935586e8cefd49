import { bodySchema } from "../body-schema.dto.js";
import {
  EXAMPLE,
  INVALID_PHONE,
  PHONE,
  STORAGE_UNAVAILABLE,
  UNKNOWN_TENANT,
  bodyRefusals,
} from "../openapi/common.js";
import {
  CAMPAIGN,
  CONTACT,
  TENANT_ID,
  always,
  anObject,
  aListOf,
  aTime,
  count,
  flag,
  orNull,
  text,
} from "../openapi/json-schema.js";
import { answers, answersOneOf, refuses, type Answer, type Operation } from "../openapi/operation.js";
import { ReassignDto } from "../reassign.dto.js";
import { UnlockDto } from "../unlock.dto.js";

export function contactNotFound(description: string): Answer {
  return answers(
    404,
    description,
    anObject({ status: always("not_found"), phone_number: CONTACT }, { title: "ContactNotFound" }),
    { status: "not_found", phone_number: "971509999999" },
  );
}

const NOT_MAPPED = contactNotFound("No tenant has this contact.");

const GET_STATS: Operation = {
  id: "getStats",
  access: "reader",
  summary: "Count contacts and tenants",
  answers: [
    answers(
      200,
      "How many contacts there are, and whose.",
      anObject(
        {
          status: always("success"),
          gateway_stats: anObject({
            total_users: count("Contacts that are locked to a tenant."),
            total_tenants: count("Tenants that have a contact."),
            users_per_tenant: {
              type: "object",
              additionalProperties: count(),
              description: "By the tenant's id.",
            },
            last_updated: orNull(aTime("When a mapping last changed.")),
            contacts_per_campaign: {
              type: "object",
              additionalProperties: { type: "object", additionalProperties: count() },
              description: "By the tenant's id and the campaign's name, the 1,000 largest of each tenant.",
            },
            contested_per_tenant: {
              type: "object",
              additionalProperties: anObject({
                kept: count("Contacts of the tenant that used another one's link and stayed."),
                missed: count("Contacts of others that used the tenant's link and stayed."),
              }),
              description: "By the tenant's id.",
            },
          }),
        },
        { title: "Stats" },
      ),
      {
        status: "success",
        gateway_stats: {
          total_users: 1523,
          total_tenants: 87,
          users_per_tenant: { "2": 312 },
          last_updated: "2025-12-15T08:30:00Z",
          contacts_per_campaign: { "2": { flyer: 1 } },
          contested_per_tenant: { "2": { kept: 1, missed: 0 }, "55": { kept: 0, missed: 1 } },
        },
      },
    ),
  ],
  refusals: [STORAGE_UNAVAILABLE],
};

const FIND_TENANT_OF_CONTACT: Operation = {
  id: "findTenantOfContact",
  access: "reader",
  summary: "Look up whose a contact is",
  parameters: [PHONE],
  answers: [
    answers(
      200,
      "The tenant that has the contact.",
      anObject({ status: always("found"), phone_number: CONTACT, tenant_id: TENANT_ID }, { title: "Found" }),
      { status: "found", phone_number: EXAMPLE.contact, tenant_id: EXAMPLE.tenantId },
    ),
    NOT_MAPPED,
  ],
  refusals: [INVALID_PHONE, STORAGE_UNAVAILABLE],
};

const GET_CONTACT: Operation = {
  id: "getContact",
  access: "reader",
  summary: "Look up a contact, by any of its names",
  parameters: [PHONE],
  answers: [
    answers(
      200,
      "What is known of it, as long as a tenant has it.",
      anObject(
        {
          status: always("found"),
          phone_number: CONTACT,
          other_names: { ...aListOf(CONTACT), description: "By which it is known besides." },
          tenant_id: TENANT_ID,
          contact_id: text("The same for as long as the tenant has the contact; `contact.id` of its events."),
          since: aTime("When it was locked to the tenant."),
          campaign: orNull(CAMPAIGN),
          opted_out: flag("Whether it wants nothing sent to it."),
        },
        { title: "KnownContact" },
      ),
      {
        status: "found",
        phone_number: EXAMPLE.contact,
        other_names: [],
        tenant_id: EXAMPLE.tenantId,
        contact_id: EXAMPLE.contactId,
        since: EXAMPLE.earlier,
        campaign: EXAMPLE.campaign,
        opted_out: false,
      },
    ),
    NOT_MAPPED,
  ],
  refusals: [INVALID_PHONE, STORAGE_UNAVAILABLE],
};

const REMOVE_MAPPING: Operation = {
  id: "removeMapping",
  access: "admin",
  summary: "Free a contact",
  description:
    "The contact belongs to nobody until it opens a link again. What still waits for its tenant becomes dead letters, `mapping_changed`.",
  parameters: [PHONE],
  body: {
    schema: bodySchema(UnlockDto, { title: "Unlocking" }),
    examples: { example: { reason: "The contact asked for it." } },
    isOptional: true,
    refusals: [...bodyRefusals(64), refuses(400, "invalid_body", "The body must be a JSON object.")],
  },
  answers: [
    answers(
      200,
      "The contact is free.",
      anObject(
        { status: always("deleted"), phone_number: CONTACT, previous_tenant_id: TENANT_ID },
        { title: "MappingDeleted" },
      ),
      { status: "deleted", phone_number: EXAMPLE.contact, previous_tenant_id: EXAMPLE.tenantId },
    ),
    NOT_MAPPED,
  ],
  refusals: [INVALID_PHONE, STORAGE_UNAVAILABLE],
};

const REASSIGN_CONTACT: Operation = {
  id: "reassignContact",
  access: "admin",
  summary: "Give a contact to another tenant",
  description:
    "Or to its first one. What still waits for the tenant before becomes dead letters, `mapping_changed`.",
  parameters: [PHONE],
  body: {
    schema: bodySchema(ReassignDto, { title: "Reassignment" }),
    examples: { example: { tenant_id: EXAMPLE.otherTenantId, reason: "The contact asked for it." } },
    refusals: [...bodyRefusals(64), refuses(400, "invalid_body", "The body must be a JSON object.")],
  },
  answers: [
    answersOneOf(
      200,
      "The tenant has the contact.",
      anObject(
        {
          status: { type: "string", enum: ["reassigned", "unchanged"] },
          phone_number: CONTACT,
          tenant_id: TENANT_ID,
          previous_tenant_id: orNull({ ...TENANT_ID, description: "Who had it before; null: nobody." }),
        },
        { title: "Reassigned" },
      ),
      {
        reassigned: {
          status: "reassigned",
          phone_number: EXAMPLE.contact,
          tenant_id: EXAMPLE.otherTenantId,
          previous_tenant_id: EXAMPLE.tenantId,
        },
        unchanged: {
          status: "unchanged",
          phone_number: EXAMPLE.contact,
          tenant_id: EXAMPLE.otherTenantId,
          previous_tenant_id: EXAMPLE.otherTenantId,
        },
      },
    ),
  ],
  refusals: [
    INVALID_PHONE,
    UNKNOWN_TENANT,
    refuses(409, "tenant_inactive", "Tenant 9 is inactive and takes no contacts: make it active first."),
    STORAGE_UNAVAILABLE,
  ],
};

export const STATS = { get: GET_STATS };
export const KNOWN_CONTACT = { get: GET_CONTACT };
export const CONTACT_TENANT = { get: FIND_TENANT_OF_CONTACT };
export const CONTACT_MAPPING = { delete: REMOVE_MAPPING };
export const CONTACT_REASSIGN = { post: REASSIGN_CONTACT };

import {
  EXAMPLE,
  INVALID_PAGE,
  INVALID_TENANT_IN_QUERY,
  PAGE,
  STORAGE_UNAVAILABLE,
  TENANT_IN_QUERY,
} from "../openapi/common.js";
import {
  CAMPAIGN,
  CONTACT,
  TENANT_ID,
  anObject,
  aPageOf,
  aTime,
  orNull,
  type JsonSchema,
} from "../openapi/json-schema.js";
import { answers, type Operation } from "../openapi/operation.js";

export const CONTESTED_CONTACT: JsonSchema = anObject(
  {
    phone_number: CONTACT,
    tenant_id: { ...TENANT_ID, description: "The tenant that kept the contact." },
    link_tenant_id: { ...TENANT_ID, description: "The tenant whose link it was." },
    campaign: orNull({ ...CAMPAIGN, description: "The campaign of the last of these links." }),
    times: { type: "integer", minimum: 1, description: "How often it was used, each message counting once." },
    first_at: aTime("When it was used first."),
    last_at: aTime("When it was used last."),
  },
  { title: "ContestedContact" },
);

const LIST_CONTESTED: Operation = {
  id: "listContested",
  access: "reader",
  summary: "List contacts that used another tenant's link",
  description:
    "The last used first, kept for a year after the last time. It tells of the past, and stays when the contact is freed or given to another tenant.",
  parameters: [{ ...TENANT_IN_QUERY, description: "What this tenant kept or missed only." }, ...PAGE],
  answers: [
    answers(200, "A page of them.", aPageOf("ContestedContacts", CONTESTED_CONTACT), {
      items: [
        {
          phone_number: EXAMPLE.contact,
          tenant_id: EXAMPLE.tenantId,
          link_tenant_id: EXAMPLE.otherTenantId,
          campaign: null,
          times: 1,
          first_at: EXAMPLE.time,
          last_at: EXAMPLE.time,
        },
      ],
      next_cursor: null,
    }),
  ],
  refusals: [INVALID_TENANT_IN_QUERY, ...INVALID_PAGE, STORAGE_UNAVAILABLE],
};

export const CONTESTED = { get: LIST_CONTESTED };

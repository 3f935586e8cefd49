import { EXAMPLE, INVALID_PAGE, PAGE, STORAGE_UNAVAILABLE } from "../openapi/common.js";
import {
  CAMPAIGN,
  CONTACT,
  TENANT_ID,
  anObject,
  aPageOf,
  aTime,
  count,
  orNull,
} from "../openapi/json-schema.js";
import { answers, refusesParameter, type Operation } from "../openapi/operation.js";

export const CONTESTED_CONTACT = anObject(
  {
    phone_number: CONTACT,
    tenant_id: { ...TENANT_ID, description: "Who had the contact, and kept it." },
    link_tenant_id: { ...TENANT_ID, description: "Whose link it used." },
    campaign: orNull({ ...CAMPAIGN, description: "Of the last link." }),
    times: count("How many messages had the link."),
    first_at: aTime("When the first one came."),
    last_at: aTime("When the last one came."),
  },
  { title: "ContestedContact" },
);

const LIST_CONTESTED: Operation = {
  id: "listContested",
  access: "reader",
  summary: "List contacts that used another tenant's link",
  description: "The last ones first, kept for a year. Neither tenant is told of the other.",
  parameters: [
    {
      in: "query",
      name: "tenant_id",
      description: "What this tenant kept or missed only.",
      schema: TENANT_ID,
    },
    ...PAGE,
  ],
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
  refusals: [refusesParameter("tenant_id", "must be a positive integer"), INVALID_PAGE, STORAGE_UNAVAILABLE],
};

export const CONTESTED = { get: LIST_CONTESTED };

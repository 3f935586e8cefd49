import { PHONE_NUMBER_WANTED } from "../rules.dto.js";
import { TENANT_ID, anObject, aListOf, text, type JsonSchema } from "./json-schema.js";
import { refuses, refusesParameter, type Access, type Parameter, type Refusal } from "./operation.js";

/** The people and things that all examples are about. */
export const EXAMPLE = {
  tenantId: 2,
  otherTenantId: 55,
  contact: "971501234567",
  contactId: "ct_5f1c8e0b9a7d4c3e8d2b60417ae93c58",
  campaign: "flyer",
  deliveryId: "msg_2b7e151628aed2a6abf7158809cf4f3c",
  replyId: "msg_9f3c51d07be84a16b05d2e8c74f1a936",
  messageId: "3EB0A0000000000000000001",
  mediaId: "med_3d5a0e7b41c94c55b2f4a1d7c8e09f12",
  time: "2025-12-15T08:30:00.000Z",
  earlier: "2025-12-01T09:15:00.000Z",
  keyName: "grafana",
  key: "gwk_mZ3v0aJcQf7kTn5xWq2LrY8dHs6BpUeGi1oXy4RtVbE",
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  token: "gwt_1dGrR0hBvK3mXq7ZyW5sT9uJcLpNfEaO",
} as const;

export const ERROR: JsonSchema = anObject(
  {
    status: { type: "string", const: "error" },
    code: text("Stable, for programs."),
    message: text("For people."),
    details: {
      ...aListOf(anObject({ field: text(), message: text() })),
      description: "Each fault of the request, where it has some.",
    },
  },
  { title: "Error", optional: ["details"] },
);

export const PHONE: Parameter = {
  in: "path",
  name: "phone",
  description:
    "The contact in any usual form: `+971 50-123 4567`, `00971501234567`, `971501234567@c.us`, or `<digits>@lid`.",
  schema: { type: "string", maxLength: 64 },
  example: EXAMPLE.contact,
};

export const TENANT_IN_PATH: Parameter = {
  in: "path",
  name: "id",
  description: "The tenant's id.",
  schema: TENANT_ID,
  example: EXAMPLE.tenantId,
};

export const CAMPAIGN_IN_QUERY: Parameter = {
  in: "query",
  name: "campaign",
  description: "The campaign that the link is for: 1 to 32 letters, digits or -, in any case.",
  schema: { type: "string", pattern: "^[A-Za-z0-9-]{1,32}$" },
};

/** Of requests whose senders trace what they do. */
export const TRACEPARENT: Parameter = {
  in: "header",
  name: "traceparent",
  description:
    "The trace that the request belongs to, by W3C Trace Context. It is gone on with where the gateway traces; one that can't be read counts as none.",
  schema: { type: "string" },
  example: EXAMPLE.traceparent,
};

export const TENANT_IN_QUERY: Parameter = {
  in: "query",
  name: "tenant_id",
  description: "Of this tenant only.",
  schema: TENANT_ID,
};

export const PHONE_IN_QUERY: Parameter = {
  in: "query",
  name: "phone_number",
  description: "Of this contact only, in any usual form.",
  schema: { type: "string", maxLength: 64 },
};

/** The page that a list is asked for. */
export const PAGE: readonly Parameter[] = [
  {
    in: "query",
    name: "limit",
    description: "How many items a page has at most.",
    schema: { type: "integer", minimum: 1, maximum: 500, default: 50 },
  },
  {
    in: "query",
    name: "cursor",
    description: "The `next_cursor` of the page before.",
    schema: { type: "string", maxLength: 512 },
  },
];

export const INVALID_PHONE: Refusal = refuses(
  400,
  "invalid_phone_number",
  "The phone number is no phone number: 7 to 15 digits with the country code, such as +971501234567, or <digits>@lid.",
  [
    {
      field: "phone",
      message:
        "is no phone number: 7 to 15 digits with the country code, such as +971501234567, or <digits>@lid",
    },
  ],
);
export const INVALID_TENANT_ID: Refusal = refusesParameter("id", "must be a positive integer");
export const INVALID_CAMPAIGN: Refusal = refusesParameter("campaign", "must be 1 to 32 letters, digits or -");
export const INVALID_TENANT_IN_QUERY: Refusal = refusesParameter("tenant_id", "must be a positive integer");
export const INVALID_PHONE_IN_QUERY: Refusal = refusesParameter("phone_number", PHONE_NUMBER_WANTED);
export const INVALID_PAGE: readonly Refusal[] = [
  refusesParameter("limit", "must be a whole number from 1 to 500"),
  refusesParameter("cursor", "must be the next_cursor of the page before"),
];
export const UNKNOWN_TENANT: Refusal = refuses(404, "unknown_tenant", "There is no tenant 999.");
export const NUMBER_UNKNOWN: Refusal = refuses(
  503,
  "phone_number_unknown",
  "The gateway's WhatsApp number is not known yet.",
);
export const STORAGE_UNAVAILABLE: Refusal = refuses(
  503,
  "storage_unavailable",
  "The storage does not answer just now.",
);
const OVERLOADED: Refusal = refuses(
  503,
  "overloaded",
  "The gateway has as many requests under way as it can take.",
);

/** What a body in JSON is refused with, whatever it is about. */
export function bodyRefusals(limitKib: number): readonly Refusal[] {
  return [
    refuses(400, "malformed_json", "The body is not JSON in UTF-8."),
    refuses(413, "payload_too_large", `The body has at most ${limitKib} KiB.`),
    refuses(415, "unsupported_media_type", "The body is application/json in UTF-8, not compressed."),
    OVERLOADED,
  ];
}

const KEY_IN_QUERY = refuses(
  400,
  "key_in_query",
  "A key does not belong into a URL, which others see: send it as the header Authorization: Bearer KEY, and change this one.",
);
const TOO_MANY_FAILURES = refuses(
  429,
  "too_many_requests",
  "Too many requests from this address had no valid key.",
);

const NO_ADMIN_KEY = refuses(401, "unauthorized", "This needs an admin key.");

/** What any request of its kind may be refused with. */
export const REFUSALS: Readonly<Record<Access, readonly Refusal[]>> = {
  reader: [KEY_IN_QUERY, NO_ADMIN_KEY, TOO_MANY_FAILURES],
  admin: [
    KEY_IN_QUERY,
    NO_ADMIN_KEY,
    refuses(
      403,
      "read_only_key",
      `The key ${EXAMPLE.keyName} has the role read, which does not open this. Use one with the role admin, or ask somebody who has one.`,
    ),
    TOO_MANY_FAILURES,
  ],
  console: [KEY_IN_QUERY],
  tenant: [
    KEY_IN_QUERY,
    refuses(401, "unauthorized", "This needs a tenant's token."),
    refuses(403, "tenant_inactive", "This tenant is inactive."),
    TOO_MANY_FAILURES,
  ],
  waha: [refuses(401, "unauthorized", "The webhook's signature is missing or wrong.")],
  open: [KEY_IN_QUERY],
  open_and_more_for_admins: [KEY_IN_QUERY],
};

import type { TenantState, Wish } from "@gateway-router/core";
import { bodySchema } from "../body-schema.dto.js";
import { ExplainDto } from "../explain.dto.js";
import { EXAMPLE, STORAGE_UNAVAILABLE, bodyRefusals } from "../openapi/common.js";
import {
  CAMPAIGN,
  CONTACT,
  TENANT_ID,
  aListOf,
  always,
  anObject,
  aTime,
  flag,
  oneOfKeys,
  orNull,
} from "../openapi/json-schema.js";
import { answersOneOf, refuses, type Operation } from "../openapi/operation.js";

const STATES = {
  active: true,
  no_handler: true,
  inactive: true,
  unknown: true,
} satisfies Record<TenantState, true>;

const WISHES = { opt_out: true, opt_in: true } satisfies Record<Wish, true>;

const TENANT_STATE = {
  ...oneOfKeys(STATES),
  description: "`no_handler`: active, but without a URL to deliver to.",
};

const EXPLAIN_MESSAGE: Operation = {
  id: "explainMessage",
  access: "reader",
  summary: "Say what would become of a message",
  description: "Of the message itself nothing becomes. A POST, since what people write belongs in no URL.",
  body: {
    schema: bodySchema(ExplainDto, { title: "MessageToExplain" }),
    examples: { example: { phone_number: "+971 50-999 9999", text: "Hi, start_realty_2 please" } },
    refusals: [...bodyRefusals(64), refuses(400, "invalid_body", "The body must be a JSON object.")],
  },
  answers: [
    answersOneOf(
      200,
      "What would become of it, and why.",
      anObject(
        {
          status: always("explained"),
          phone_number: CONTACT,
          other_names: aListOf(CONTACT),
          link_code: orNull(
            anObject(
              { tenant_id: TENANT_ID, campaign: orNull(CAMPAIGN), tenant: TENANT_STATE },
              { title: "LinkCode" },
            ),
          ),
          mapping: orNull(
            anObject(
              {
                tenant_id: TENANT_ID,
                locked_at: aTime("When the contact was locked."),
                campaign: orNull(CAMPAIGN),
              },
              { title: "Mapping" },
            ),
          ),
          wish: orNull({
            ...oneOfKeys(WISHES),
            description: "What the contact would ask for by it: no more messages, or messages again.",
          }),
          opted_out: flag("Whether the contact wants nothing sent to it, as of now."),
          outcome: anObject(
            {
              status: { type: "string", enum: ["routed", "unknown_tenant", "unmapped"] },
              tenant_id: TENANT_ID,
              locks: flag("Whether this message would lock the contact."),
              tenant: TENANT_STATE,
            },
            { title: "Outcome", optional: ["tenant_id", "locks", "tenant"] },
          ),
        },
        { title: "Explanation" },
      ),
      {
        routed: {
          status: "explained",
          phone_number: "971509999999",
          other_names: [],
          link_code: { tenant_id: EXAMPLE.tenantId, campaign: null, tenant: "active" },
          mapping: null,
          wish: null,
          opted_out: false,
          outcome: { status: "routed", tenant_id: EXAMPLE.tenantId, locks: true, tenant: "active" },
        },
        locked_already: {
          status: "explained",
          phone_number: EXAMPLE.contact,
          other_names: [],
          link_code: { tenant_id: EXAMPLE.otherTenantId, campaign: null, tenant: "active" },
          mapping: { tenant_id: EXAMPLE.tenantId, locked_at: EXAMPLE.earlier, campaign: EXAMPLE.campaign },
          wish: null,
          opted_out: false,
          outcome: { status: "routed", tenant_id: EXAMPLE.tenantId, locks: false, tenant: "active" },
        },
        opting_out: {
          status: "explained",
          phone_number: EXAMPLE.contact,
          other_names: [],
          link_code: null,
          mapping: { tenant_id: EXAMPLE.tenantId, locked_at: EXAMPLE.earlier, campaign: EXAMPLE.campaign },
          wish: "opt_out",
          opted_out: false,
          outcome: { status: "routed", tenant_id: EXAMPLE.tenantId, locks: false, tenant: "active" },
        },
        unknown_tenant: {
          status: "explained",
          phone_number: "971509999999",
          other_names: [],
          link_code: { tenant_id: 999, campaign: null, tenant: "unknown" },
          mapping: null,
          wish: null,
          opted_out: false,
          outcome: { status: "unknown_tenant", tenant_id: 999 },
        },
        unmapped: {
          status: "explained",
          phone_number: "971509999999",
          other_names: [],
          link_code: null,
          mapping: null,
          wish: null,
          opted_out: false,
          outcome: { status: "unmapped" },
        },
      },
    ),
  ],
  refusals: [STORAGE_UNAVAILABLE],
};

export const EXPLAIN = { post: EXPLAIN_MESSAGE };

import type { ReplyState } from "@gateway-router/core";
import { EXAMPLE, INVALID_PAGE, PAGE, STORAGE_UNAVAILABLE } from "../openapi/common.js";
import {
  CONTACT,
  TENANT_ID,
  anObject,
  aPageOf,
  aTime,
  oneOfKeys,
  orNull,
  text,
} from "../openapi/json-schema.js";
import { answers, refusesParameter, type Operation } from "../openapi/operation.js";
import { PHONE_NUMBER_WANTED } from "../rules.dto.js";
import { TENANT_IN_QUERY } from "./delivery-operations.js";

const STATES = {
  queued: true,
  sending: true,
  sent: true,
  delivered: true,
  read: true,
  failed: true,
} satisfies Record<ReplyState, true>;

export const REPLY_RECORD = anObject(
  {
    id: text("As the tenant was told it."),
    tenant_id: orNull({ ...TENANT_ID, description: "Whose words they are; null: the gateway's own." }),
    phone_number: CONTACT,
    state: oneOfKeys(STATES),
    reason: orNull(text("Why it failed, for programs.")),
    error: orNull(text("Why it failed, for people.")),
    queued_at: aTime("When it was queued."),
    changed_at: aTime("When it came to its state."),
  },
  { title: "ReplyRecord" },
);

const LIST_REPLIES: Operation = {
  id: "listReplies",
  access: "reader",
  summary: "List what goes out, and what became of it",
  description: "Those queued last come first. What was written is told of none.",
  parameters: [
    {
      in: "query",
      name: "state",
      description: "In this state only.",
      schema: oneOfKeys(STATES),
    },
    TENANT_IN_QUERY,
    {
      in: "query",
      name: "phone_number",
      description: "To this contact only, by any of its names.",
      schema: { type: "string", maxLength: 64 },
      example: EXAMPLE.contact,
    },
    ...PAGE,
  ],
  answers: [
    answers(200, "A page of them.", aPageOf("Replies", REPLY_RECORD), {
      items: [
        {
          id: EXAMPLE.replyId,
          tenant_id: EXAMPLE.tenantId,
          phone_number: EXAMPLE.contact,
          state: "queued",
          reason: null,
          error: null,
          queued_at: EXAMPLE.time,
          changed_at: EXAMPLE.time,
        },
      ],
      next_cursor: null,
    }),
  ],
  refusals: [
    refusesParameter("state", `must be one of ${Object.keys(STATES).join(", ")}`),
    refusesParameter("tenant_id", "must be a positive integer"),
    refusesParameter("phone_number", PHONE_NUMBER_WANTED),
    INVALID_PAGE,
    STORAGE_UNAVAILABLE,
  ],
};

export const REPLIES = { get: LIST_REPLIES };

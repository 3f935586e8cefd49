import type { ReplyState } from "@gateway-router/core";
import {
  EXAMPLE,
  INVALID_PAGE,
  INVALID_PHONE_IN_QUERY,
  INVALID_TENANT_IN_QUERY,
  PAGE,
  PHONE_IN_QUERY,
  STORAGE_UNAVAILABLE,
  TENANT_IN_QUERY,
} from "../openapi/common.js";
import {
  CONTACT,
  TENANT_ID,
  anObject,
  aPageOf,
  aTime,
  oneOfKeys,
  orNull,
  text,
  type JsonSchema,
} from "../openapi/json-schema.js";
import { answers, refusesParameter, type Operation } from "../openapi/operation.js";

const STATES = {
  queued: true,
  sending: true,
  sent: true,
  delivered: true,
  read: true,
  failed: true,
} satisfies Record<ReplyState, true>;

export const REPLY: JsonSchema = anObject(
  {
    id: text(),
    tenant_id: orNull({ ...TENANT_ID, description: "Whose words they are; null: the gateway's own." }),
    phone_number: CONTACT,
    state: {
      ...oneOfKeys(STATES),
      description: "`sending`: an attempt was begun, and what came of it is not known.",
    },
    reason: orNull(
      text(
        "Why it failed: `refused`, `expired`, `opted_out`, `mapping_changed`, `undelivered`, and more in later versions.",
      ),
    ),
    error: orNull(text("Why it failed, for people.")),
    queued_at: aTime("When it was queued."),
    changed_at: aTime("When it came to its state."),
  },
  { title: "Reply" },
);

const LIST_REPLIES: Operation = {
  id: "listReplies",
  access: "reader",
  summary: "List what goes out and what became of it",
  description:
    "Those queued last come first, kept for `DEAD_LETTER_DAYS`, and without what they say. A page may have fewer than asked for before the last one.",
  parameters: [
    { in: "query", name: "state", description: "In this state only.", schema: oneOfKeys(STATES) },
    TENANT_IN_QUERY,
    PHONE_IN_QUERY,
    ...PAGE,
  ],
  answers: [
    answers(200, "A page of them.", aPageOf("Replies", REPLY), {
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
    INVALID_TENANT_IN_QUERY,
    INVALID_PHONE_IN_QUERY,
    ...INVALID_PAGE,
    STORAGE_UNAVAILABLE,
  ],
};

export const REPLIES = { get: LIST_REPLIES };

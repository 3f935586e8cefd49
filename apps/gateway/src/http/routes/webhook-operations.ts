import type { IgnoredReason } from "@gateway-router/waha";
import { EXAMPLE, STORAGE_UNAVAILABLE, TRACEPARENT } from "../openapi/common.js";
import { CONTACT, TENANT_ID, always, anObject, flag, oneOfKeys, text } from "../openapi/json-schema.js";
import { answersOneOf, refuses, type Operation } from "../openapi/operation.js";

const IGNORED_REASONS = {
  own_message: true,
  group: true,
  broadcast: true,
  channel: true,
  event: true,
  session: true,
  stale: true,
} satisfies Record<IgnoredReason, true>;

const TAKE_WEBHOOK: Operation = {
  id: "takeWebhook",
  access: "waha",
  summary: "Take an event of WAHA's",
  description:
    "Answered only when what the answer says is durable. Of WAHA's events those about messages count; the others are ignored.",
  parameters: [TRACEPARENT],
  body: {
    schema: {
      title: "WahaEvent",
      type: "object",
      properties: {
        event: text("Such as `message`, `message.any`, `message.reaction`."),
        session: text("The WAHA session; another one's events are ignored."),
        payload: {
          type: "object",
          description: "Of a message at least `from`, and in `body` what was written.",
          additionalProperties: true,
        },
      },
      required: ["event"],
      additionalProperties: true,
    },
    examples: {
      first_message: {
        event: "message",
        session: "default",
        payload: {
          id: "false_971501234567@c.us_3EB0A0000000000000000001",
          timestamp: 1765787400,
          from: "971501234567@c.us",
          fromMe: false,
          body: "start_realty_2",
        },
      },
    },
    refusals: [
      refuses(400, "malformed_webhook", "This is not a WAHA event: the body is not JSON in UTF-8."),
      refuses(413, "payload_too_large", "A webhook has at most 1 MiB."),
      refuses(415, "unsupported_media_type", "A webhook is application/json in UTF-8, not compressed."),
      refuses(503, "overloaded", "The gateway has as many webhooks under way as it can take."),
    ],
  },
  answers: [
    answersOneOf(
      200,
      "What became of it.",
      {
        title: "WebhookTaken",
        oneOf: [
          anObject({
            status: always("routed"),
            tenant_id: TENANT_ID,
            phone_number: CONTACT,
            is_new_session: flag("True for exactly one message of each mapping."),
          }),
          anObject({ status: always("duplicate"), tenant_id: TENANT_ID, phone_number: CONTACT }),
          anObject({ status: always("unmapped"), phone_number: CONTACT }),
          anObject({ status: always("unknown_tenant"), tenant_id: TENANT_ID, phone_number: CONTACT }),
          anObject({ status: always("ignored"), reason: oneOfKeys(IGNORED_REASONS) }),
        ],
      },
      {
        routed: {
          status: "routed",
          tenant_id: EXAMPLE.tenantId,
          phone_number: EXAMPLE.contact,
          is_new_session: true,
        },
        duplicate: { status: "duplicate", tenant_id: EXAMPLE.tenantId, phone_number: EXAMPLE.contact },
        unmapped: { status: "unmapped", phone_number: EXAMPLE.contact },
        unknown_tenant: { status: "unknown_tenant", tenant_id: 999, phone_number: EXAMPLE.contact },
        ignored: { status: "ignored", reason: "group" },
      },
    ),
  ],
  refusals: [
    refuses(503, "draining", "The gateway is going down."),
    refuses(503, "early_change", "The message that this is about has not come yet."),
    STORAGE_UNAVAILABLE,
  ],
};

export const WAHA_WEBHOOK = { post: TAKE_WEBHOOK };

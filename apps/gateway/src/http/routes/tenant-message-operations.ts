import type { ReplyStatus } from "@gateway-router/core";
import { bodySchema } from "../body-schema.dto.js";
import { EXAMPLE, STORAGE_UNAVAILABLE, TRACEPARENT, bodyRefusals } from "../openapi/common.js";
import { CONTACT, always, anObject, aTime, oneOfKeys, text } from "../openapi/json-schema.js";
import { answers, answersOneOf, refuses, type Operation } from "../openapi/operation.js";
import { TenantMessageDto } from "./tenant-message.dto.js";

const STATUSES = {
  queued: true,
  sent: true,
  delivered: true,
  read: true,
  failed: true,
} satisfies Record<ReplyStatus["status"], true>;

const OPTED_OUT =
  "This contact asked for no more messages. It can be written to again when it has written an opt-in word, such as START.";

const SEND_MESSAGE: Operation = {
  id: "sendMessage",
  access: "tenant",
  summary: "Send a message to one of your contacts",
  description:
    "Exactly one of `text` and `media`. A contact's messages are sent in the order in which they were queued, with what its handler answers, and only while you have the contact. Fields beside the known ones are ignored.",
  parameters: [
    {
      in: "header",
      name: "Idempotency-Key",
      description:
        "Makes a repeat harmless for 24 h: the first answer comes again, and nothing is sent again.",
      schema: { type: "string", minLength: 1, maxLength: 255 },
      example: "order-4711-confirmed",
    },
    TRACEPARENT,
  ],
  body: {
    schema: {
      ...bodySchema(TenantMessageDto, { title: "MessageToSend", ignoresUnknown: true }),
      oneOf: [
        { required: ["text"], properties: { text: { type: "string" } } },
        { required: ["media"], properties: { media: { type: "object" } } },
      ],
    },
    examples: {
      text: { phone_number: "+971 50-123 4567", text: "Your viewing is at 3." },
      file: {
        phone_number: "+971 50-123 4567",
        media: {
          url: "https://agent2.example/plans/17.pdf",
          filename: "plan.pdf",
          caption: "The plan",
        },
      },
    },
    refusals: [
      ...bodyRefusals(512),
      refuses(400, "invalid_message", "The message can't be sent as it stands.", [
        { field: "body", message: "must be a JSON object" },
      ]),
    ],
  },
  answers: [
    answers(
      202,
      "The message is queued, durably.",
      anObject({ status: always("queued"), id: text("Asks what became of it.") }, { title: "MessageQueued" }),
      { status: "queued", id: EXAMPLE.replyId },
    ),
  ],
  refusals: [
    refuses(
      400,
      "invalid_idempotency_key",
      "The Idempotency-Key must be 1 to 255 visible ASCII characters; spaces may stand between them.",
    ),
    refuses(403, "not_your_contact", "This is not one of your contacts."),
    refuses(409, "opted_out", OPTED_OUT),
    refuses(
      409,
      "idempotency_key_reused",
      "This Idempotency-Key was used for another message; a new message needs a new one.",
    ),
    refuses(503, "too_many_waiting", "Too many messages wait to be sent."),
    refuses(503, "draining", "The gateway is going down."),
    STORAGE_UNAVAILABLE,
  ],
};

const GET_MESSAGE: Operation = {
  id: "getMessage",
  access: "tenant",
  summary: "Ask what became of a message",
  description:
    "Also of a reply in a handler's answer, whose id is `<webhook-id>_<place>`, the first place being 0. A status never goes backwards.",
  parameters: [
    {
      in: "path",
      name: "id",
      description: "The message's id.",
      schema: { type: "string", pattern: "^[\\w-]{1,200}$" },
      example: EXAMPLE.replyId,
    },
  ],
  answers: [
    answersOneOf(
      200,
      "How far it has come.",
      anObject(
        {
          status: oneOfKeys(STATUSES),
          id: text(),
          phone_number: CONTACT,
          updated_at: aTime("When it came to that."),
          reason: text(
            "Why it failed: `refused`, `expired`, `opted_out`, `mapping_changed`, `undelivered`, and more in later versions.",
          ),
          error: text("Why it failed, for people."),
        },
        { title: "MessageStatus", optional: ["reason", "error"] },
      ),
      {
        sent: {
          status: "sent",
          id: EXAMPLE.replyId,
          phone_number: EXAMPLE.contact,
          updated_at: EXAMPLE.time,
        },
        failed: {
          status: "failed",
          id: EXAMPLE.replyId,
          phone_number: EXAMPLE.contact,
          updated_at: EXAMPLE.time,
          reason: "refused",
          error: "The number is not on WhatsApp",
        },
      },
    ),
  ],
  refusals: [
    refuses(404, "message_not_found", "There is no message of yours with this id."),
    STORAGE_UNAVAILABLE,
  ],
};

export const MESSAGES = { post: SEND_MESSAGE };
export const MESSAGE = { get: GET_MESSAGE };

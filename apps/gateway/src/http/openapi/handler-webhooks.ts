import type { MessageType, ReplyFailureReason } from "@gateway-router/core";
import type { TenantEventJson } from "@gateway-router/tenant-http";
import { EXAMPLE } from "./common.js";
import {
  CAMPAIGN,
  CONTACT,
  TENANT_ID,
  aListOf,
  always,
  anObject,
  aTime,
  aUrl,
  count,
  flag,
  oneOfKeys,
  text,
  type JsonSchema,
} from "./json-schema.js";
import type { Answer, Examples, Parameter } from "./operation.js";

/** An event as a tenant's handler gets it, by POST at its own URL. */
export interface HandlerWebhook {
  readonly type: TenantEventJson["type"] | "gateway.test";
  readonly summary: string;
  readonly description?: string;
  readonly headers: readonly Parameter[];
  readonly schema: JsonSchema;
  readonly examples: Examples;
  /** What the handler may answer, and what the gateway makes of it. */
  readonly answers: readonly (Omit<Answer, "status"> & { readonly code: string })[];
}

const AT = "2026-11-23T15:32:41.000Z";
const MESSAGE_ID = EXAMPLE.messageId;

const MESSAGE_TYPES = {
  text: true,
  image: true,
  video: true,
  audio: true,
  document: true,
  location: true,
  contact: true,
  other: true,
} satisfies Record<MessageType, true>;

/** Of those the handler is told; where the mapping changed there is no handler to tell. */
const FAILURE_REASONS = {
  refused: true,
  expired: true,
  opted_out: true,
  undelivered: true,
} satisfies Record<Exclude<ReplyFailureReason, "mapping_changed">, true>;

const HEADERS: readonly Parameter[] = [
  {
    in: "header",
    name: "webhook-id",
    description: "The same on every attempt of one event: what was seen is to be answered alike.",
    schema: text(),
    required: true,
    example: EXAMPLE.deliveryId,
  },
  {
    in: "header",
    name: "webhook-timestamp",
    description: "When this attempt was made, in seconds since 1970.",
    schema: { type: "string", pattern: "^[0-9]+$" },
    required: true,
    example: "1795447961",
  },
  {
    in: "header",
    name: "webhook-signature",
    description:
      "By the Standard Webhooks scheme with the tenant's secret; two, one space between, while a rotation overlaps.",
    schema: { type: "string", pattern: "^v1,\\S+( v1,\\S+)*$" },
    required: true,
    example: "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
  },
];

const HEADERS_OF_DELIVERIES: readonly Parameter[] = [
  ...HEADERS,
  {
    in: "header",
    name: "traceparent",
    description:
      "The attempt, by W3C Trace Context, where the gateway traces: what the handler does is a part of its trace. It is not signed.",
    schema: { type: "string", pattern: "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$" },
    example: EXAMPLE.traceparent,
  },
];

const REPLY_MEDIA = anObject(
  { url: aUrl("Http or https."), filename: text(), caption: { type: "string" } },
  { optional: ["filename", "caption"] },
);

const HANDLER_ANSWER: JsonSchema = {
  title: "HandlerAnswer",
  oneOf: [
    anObject({ reply: text("At most 4,096 characters.") }),
    anObject({
      replies: {
        type: "array",
        maxItems: 10,
        items: { oneOf: [anObject({ text: text() }), anObject({ media: REPLY_MEDIA })] },
        description: "They go to the contact in this order.",
      },
    }),
  ],
};

const HANDLER_ANSWERS: Examples = {
  one: { reply: "Hello! I am agent 2." },
  several: {
    replies: [
      { text: "Here is the plan." },
      {
        media: {
          url: "https://agent2.example/plans/17.pdf",
          filename: "plan.pdf",
          caption: "The plan",
        },
      },
    ],
  },
};

const REFUSED_OR_FAILED = [
  {
    code: "400",
    description: "The event is refused, as by 413, 415 and 422: three attempts, then it is given up.",
  },
  {
    code: "default",
    description:
      "Anything else that is not 2xx: tried again with growing delays. `Retry-After` is honoured up to 1 h.",
  },
];

const ANSWERS: HandlerWebhook["answers"] = [
  {
    code: "2XX",
    description: "Taken. The body may be empty, or say what to send to the contact.",
    content: { schema: HANDLER_ANSWER, examples: HANDLER_ANSWERS },
  },
  ...REFUSED_OR_FAILED,
];

const CONTACT_FIELDS = {
  tenant_id: TENANT_ID,
  phone_number: CONTACT,
  replayed: { type: "boolean", const: true, description: "An admin sent it again." } satisfies JsonSchema,
  opted_out: {
    type: "boolean",
    const: true,
    description: "The contact wants nothing sent to it, as of when this was taken in.",
  } satisfies JsonSchema,
  contact: anObject(
    { id: text("Stays the same when a hidden number turns out."), name: text() },
    { title: "EventContact", optional: ["name"] },
  ),
};

const WHOSE = { tenant_id: EXAMPLE.tenantId, phone_number: EXAMPLE.contact };
const BY = { contact: { id: EXAMPLE.contactId, name: "Mohamed" } };

function anEvent<Field extends string>(
  title: string,
  type: HandlerWebhook["type"],
  data: Readonly<Record<Field, JsonSchema>>,
  optional: readonly NoInfer<Field>[] = [],
): JsonSchema {
  return anObject(
    {
      type: always(type),
      timestamp: aTime("When it happened, the same on every attempt."),
      data: anObject({ ...CONTACT_FIELDS, ...data }, { optional: ["replayed", "opted_out", ...optional] }),
    },
    { title },
  );
}

export const MESSAGE = anObject(
  {
    id: text("WhatsApp's own, as `reply_to` and later events name it."),
    type: oneOfKeys(MESSAGE_TYPES),
    text: text("What was written, or the caption of a file."),
    timestamp: aTime("When the contact sent it."),
    media: anObject(
      {
        url: aUrl("Where to get it, with the tenant's token."),
        mimetype: text(),
        filename: text("As the contact's phone named it: no path to write to."),
        size: count("In bytes."),
        error: text("Why there is no file."),
      },
      { title: "EventMedia", optional: ["url", "mimetype", "filename", "size", "error"] },
    ),
    location: anObject(
      { latitude: { type: "number" }, longitude: { type: "number" }, name: text(), address: text() },
      { title: "EventLocation", optional: ["name", "address"] },
    ),
    contacts: aListOf(anObject({ vcard: text() })),
    reply_to: anObject({ id: text(), text: text() }, { optional: ["text"] }),
  },
  { title: "EventMessage", optional: ["text", "media", "location", "contacts", "reply_to"] },
);

const CONCERNED = { id: text("The message concerned."), timestamp: aTime("When the contact did it.") };

export const WEBHOOKS: readonly HandlerWebhook[] = [
  {
    type: "message.received",
    summary: "A contact wrote",
    description:
      "In the order in which the gateway took them in: while a contact's message waits, its later ones wait behind it.",
    headers: HEADERS_OF_DELIVERIES,
    schema: anEvent(
      "MessageReceived",
      "message.received",
      {
        is_new_session: flag("True for exactly one message of each lock."),
        campaign: {
          ...CAMPAIGN,
          description: "By which of your campaigns it came; with that one message only.",
        },
        message: MESSAGE,
      },
      ["campaign"],
    ),
    examples: {
      text: {
        type: "message.received",
        timestamp: AT,
        data: {
          ...{ ...WHOSE, is_new_session: true, campaign: EXAMPLE.campaign, ...BY },
          message: { id: MESSAGE_ID, type: "text", text: "start_realty_2_flyer", timestamp: AT },
        },
      },
      file: {
        type: "message.received",
        timestamp: AT,
        data: {
          ...{ ...WHOSE, is_new_session: false, ...BY },
          message: {
            id: MESSAGE_ID,
            type: "image",
            text: "Is this one free?",
            timestamp: AT,
            media: {
              url: `https://gateway.example/api/tenant/media/${EXAMPLE.mediaId}`,
              mimetype: "image/jpeg",
              filename: "house.jpg",
              size: 12345,
            },
          },
        },
      },
    },
    answers: ANSWERS,
  },
  {
    type: "message.edited",
    summary: "A contact changed a message",
    headers: HEADERS_OF_DELIVERIES,
    schema: anEvent("MessageEdited", "message.edited", {
      message: anObject({ ...CONCERNED, text: text("The new text.") }),
    }),
    examples: {
      example: {
        type: "message.edited",
        timestamp: AT,
        data: { ...WHOSE, ...BY, message: { id: MESSAGE_ID, text: "At 4, please", timestamp: AT } },
      },
    },
    answers: ANSWERS,
  },
  {
    type: "message.revoked",
    summary: "A contact took a message back",
    headers: HEADERS_OF_DELIVERIES,
    schema: anEvent("MessageRevoked", "message.revoked", { message: anObject(CONCERNED) }),
    examples: {
      example: {
        type: "message.revoked",
        timestamp: AT,
        data: { ...WHOSE, ...BY, message: { id: MESSAGE_ID, timestamp: AT } },
      },
    },
    answers: ANSWERS,
  },
  {
    type: "message.reaction",
    summary: "A contact reacted to a message",
    headers: HEADERS_OF_DELIVERIES,
    schema: anEvent("MessageReaction", "message.reaction", {
      message: anObject({ ...CONCERNED, reaction: text("An emoji; empty where it was taken back.") }),
    }),
    examples: {
      example: {
        type: "message.reaction",
        timestamp: AT,
        data: { ...WHOSE, ...BY, message: { id: MESSAGE_ID, reaction: "👍", timestamp: AT } },
      },
    },
    answers: ANSWERS,
  },
  {
    type: "reply.failed",
    summary: "A reply was given up",
    headers: HEADERS_OF_DELIVERIES,
    schema: anEvent("ReplyFailed", "reply.failed", {
      reply: anObject(
        {
          id: text("As the answer to its POST named it, or `<webhook-id>_<place>`."),
          reason: oneOfKeys(FAILURE_REASONS),
          error: text("For people."),
        },
        { title: "FailedReply", optional: ["error"] },
      ),
    }),
    examples: {
      example: {
        type: "reply.failed",
        timestamp: AT,
        data: {
          ...{ ...WHOSE, contact: { id: EXAMPLE.contactId } },
          reply: { id: EXAMPLE.replyId, reason: "refused", error: "The number is not on WhatsApp" },
        },
      },
    },
    answers: ANSWERS,
  },
  {
    type: "gateway.test",
    summary: "An admin tests the handler",
    description: "About nobody, and sent once.",
    headers: HEADERS,
    schema: anObject(
      {
        type: always("gateway.test"),
        timestamp: aTime("When it was sent."),
        data: anObject({ tenant_id: TENANT_ID }),
      },
      { title: "GatewayTest" },
    ),
    examples: {
      example: { type: "gateway.test", timestamp: AT, data: { tenant_id: EXAMPLE.tenantId } },
    },
    answers: [
      { code: "2XX", description: "The handler is there and knows the signature." },
      { code: "default", description: "The admin is told." },
    ],
  },
];

import type { DeadReason, WaitReason } from "@gateway-router/core";
import {
  EXAMPLE,
  INVALID_PAGE,
  INVALID_PHONE_IN_QUERY,
  INVALID_TENANT_IN_QUERY,
  PAGE,
  STORAGE_UNAVAILABLE,
  TENANT_IN_QUERY,
} from "../openapi/common.js";
import {
  CONTACT,
  TENANT_ID,
  always,
  anObject,
  aPageOf,
  aTime,
  count,
  flag,
  oneOfKeys,
  orNull,
  text,
  type JsonSchema,
} from "../openapi/json-schema.js";
import {
  answers,
  answersOneOf,
  refuses,
  refusesParameter,
  type Operation,
  type Parameter,
} from "../openapi/operation.js";

const WAIT_REASONS = {
  tenant_limit: true,
  number_limit: true,
  confirmation: true,
  media: true,
} satisfies Record<WaitReason, true>;

const DEAD_REASONS = {
  refused: true,
  attempts_exhausted: true,
  expired: true,
  opted_out: true,
  mapping_changed: true,
  tenant_removed: true,
} satisfies Record<DeadReason, true>;

export const DELIVERY_FIELDS = {
  id: text("The `webhook-id` of each of its attempts, or the reply's id."),
  state: { type: "string", enum: ["pending", "dead"] },
  direction: { type: "string", enum: ["in", "out"] },
  tenant_id: TENANT_ID,
  phone_number: CONTACT,
  is_new_session: flag("Whether it was the first one since the contact was locked."),
  replayed: flag("Whether an admin sent it again."),
  enqueued_at: aTime("When it was taken in, or replayed."),
  attempts: count("Attempts since then."),
  waiting_for: orNull({
    ...oneOfKeys(WAIT_REASONS),
    description: "What it waits for though nothing about it failed.",
  }),
  last_error: orNull(text("What the last attempt came to, for people.")),
  reason: { ...oneOfKeys(DEAD_REASONS), description: "Why it was given up; dead letters only." },
  died_at: aTime("When it was given up; dead letters only."),
} satisfies Record<string, JsonSchema>;

/** What only dead letters have. */
export const DEAD_ONLY = ["reason", "died_at"] as const;

const DELIVERY = anObject(DELIVERY_FIELDS, { title: "Delivery", optional: DEAD_ONLY });

const CONTACT_IN_QUERY: Parameter = {
  in: "query",
  name: "phone_number",
  description:
    "Of this contact only, by any of its names, in any usual form. A page may then have fewer items than the limit, and even none, before the last one.",
  schema: { type: "string", maxLength: 64 },
};

const LIST_DELIVERIES: Operation = {
  id: "listDeliveries",
  access: "reader",
  summary: "List what waits, or what was given up",
  description: "Without what was written: an admin minds the post, and does not read it.",
  parameters: [
    {
      in: "query",
      name: "state",
      description: "`pending`: what waits. `dead`: what was given up, the dead letters.",
      schema: { type: "string", enum: ["pending", "dead"], default: "pending" },
      example: "dead",
    },
    {
      in: "query",
      name: "direction",
      description: "`in`: from contacts to tenants. `out`: replies, from tenants to contacts.",
      schema: { type: "string", enum: ["in", "out"], default: "in" },
    },
    TENANT_IN_QUERY,
    CONTACT_IN_QUERY,
    ...PAGE,
  ],
  answers: [
    answersOneOf(200, "A page of them.", aPageOf("Deliveries", DELIVERY), {
      dead: {
        items: [
          {
            id: EXAMPLE.deliveryId,
            state: "dead",
            direction: "in",
            tenant_id: EXAMPLE.tenantId,
            phone_number: EXAMPLE.contact,
            is_new_session: true,
            replayed: false,
            enqueued_at: EXAMPLE.earlier,
            attempts: 3,
            waiting_for: null,
            last_error: "HTTP 422: no such listing",
            reason: "refused",
            died_at: EXAMPLE.time,
          },
        ],
        next_cursor: null,
      },
      pending: {
        items: [
          {
            id: EXAMPLE.deliveryId,
            state: "pending",
            direction: "in",
            tenant_id: EXAMPLE.tenantId,
            phone_number: EXAMPLE.contact,
            is_new_session: true,
            replayed: false,
            enqueued_at: EXAMPLE.earlier,
            attempts: 0,
            waiting_for: null,
            last_error: null,
          },
        ],
        next_cursor: null,
      },
    }),
  ],
  refusals: [
    refusesParameter("state", "must be one of pending, dead"),
    refusesParameter("direction", "must be one of in, out"),
    INVALID_TENANT_IN_QUERY,
    INVALID_PHONE_IN_QUERY,
    ...INVALID_PAGE,
    STORAGE_UNAVAILABLE,
  ],
};

const REPLAY_DEAD_LETTERS_OF_TENANT: Operation = {
  id: "replayDeadLettersOfTenant",
  access: "admin",
  summary: "Send a tenant's dead letters again",
  description:
    "Each goes to the end of its contact's line with the same `webhook-id`, a new age clock and `replayed` in its data. What belongs to a contact that nobody has stays where it is.",
  parameters: [
    {
      in: "query",
      name: "tenant_id",
      description: "Whose dead letters.",
      schema: TENANT_ID,
      required: true,
      example: EXAMPLE.tenantId,
    },
  ],
  answers: [
    answers(
      200,
      "They are back in the queue.",
      anObject(
        {
          status: always("replayed"),
          tenant_id: TENANT_ID,
          replayed: count("How many are back."),
          without_holder: count("How many stay, their contacts being nobody's."),
        },
        { title: "ReplayedDeadLetters" },
      ),
      { status: "replayed", tenant_id: EXAMPLE.tenantId, replayed: 1, without_holder: 0 },
    ),
  ],
  refusals: [INVALID_TENANT_IN_QUERY, STORAGE_UNAVAILABLE],
};

const REPLAY_DEAD_LETTER: Operation = {
  id: "replayDeadLetter",
  access: "admin",
  summary: "Send one dead letter again",
  description: "To the tenant that has its contact now.",
  parameters: [
    {
      in: "path",
      name: "id",
      description: "The dead letter's id.",
      schema: text(),
      example: EXAMPLE.deliveryId,
    },
  ],
  answers: [
    answers(
      200,
      "It is back in the queue.",
      anObject(
        { status: always("replayed"), id: text(), tenant_id: TENANT_ID },
        { title: "ReplayedDeadLetter" },
      ),
      { status: "replayed", id: EXAMPLE.deliveryId, tenant_id: EXAMPLE.tenantId },
    ),
  ],
  refusals: [
    refuses(404, "dead_letter_not_found", "There is no dead letter with this id."),
    refuses(
      409,
      "no_holder",
      "No tenant holds the contact, so there is nobody to replay it to: give the contact to a tenant first (reassign).",
    ),
    STORAGE_UNAVAILABLE,
  ],
};

export const DELIVERIES = { get: LIST_DELIVERIES };
export const TENANT_REPLAY = { post: REPLAY_DEAD_LETTERS_OF_TENANT };
export const DELIVERY_REPLAY = { post: REPLAY_DEAD_LETTER };

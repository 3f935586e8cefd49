import { EXAMPLE, STORAGE_UNAVAILABLE } from "../openapi/common.js";
import {
  CONTACT,
  TENANT_ID,
  always,
  anObject,
  aListOf,
  aTime,
  count,
  orNull,
  text,
} from "../openapi/json-schema.js";
import { answers, answersFile, refuses, refusesParameter, type Operation } from "../openapi/operation.js";

const GROWTH = anObject(
  {
    since: aTime("From when on contacts are counted."),
    as_of: aTime(
      "When they were counted; for some seconds the same is answered again, for longer where there are very many.",
    ),
    new_contacts: count("Contacts that were locked since then, and are still."),
    tenants: {
      ...aListOf(anObject({ tenant_id: TENANT_ID, new_contacts: count() }, { title: "TenantGrowth" })),
      description: "By whom they are held now: the 100 that grew most, the largest first.",
    },
  },
  { title: "Growth" },
);

const GROWTH_EXAMPLE = {
  since: "2025-12-08T08:30:00.000Z",
  as_of: EXAMPLE.time,
  new_contacts: 12,
  tenants: [{ tenant_id: EXAMPLE.tenantId, new_contacts: 12 }],
};

const OVERVIEW = anObject(
  {
    version: text("The gateway's."),
    phone_number: orNull(CONTACT),
    waha: anObject(
      {
        session: text(
          "In WAHA's words; `UNREACHABLE` where WAHA does not answer, `unknown` before it was asked.",
        ),
        since: orNull(aTime("Since when it is so.")),
        fault: orNull(text("What is wrong and what to do about it.")),
        webhook: { type: "string", enum: ["in_place", "missing", "differs", "unknown"] },
        last_message_at: orNull(aTime("When a contact's message last came in.")),
      },
      { title: "OverviewOfWaha" },
    ),
    contacts: count("Contacts that are locked to a tenant."),
    last_mapping_change_at: orNull(aTime("When a mapping last changed.")),
    tenants: anObject(
      { all: count("Those that were written down."), active: count() },
      { title: "OverviewOfTenants" },
    ),
    deliveries: anObject(
      {
        pending: count("What waits for tenants, or is under way."),
        dead: count(),
        paused_tenants: count("Tenants that are down."),
        held_tenants: count("Tenants that are inactive or without a handler."),
        oldest_at: orNull(aTime("When what waits longest was taken in, or replayed.")),
      },
      { title: "OverviewOfDeliveries" },
    ),
    replies: anObject(
      { pending: count("What waits for contacts."), dead: count(), oldest_at: orNull(aTime("As above.")) },
      { title: "OverviewOfReplies" },
    ),
    messages_per_minute: {
      ...aListOf(count()),
      description:
        "What came in by this process in each minute of the last hour, the oldest first; the last one is running.",
    },
    growth: GROWTH,
  },
  { title: "Overview" },
);

const OVERVIEW_EXAMPLE = {
  version: "0.1.0",
  phone_number: "971557357753",
  waha: {
    session: "WORKING",
    since: EXAMPLE.earlier,
    fault: null,
    webhook: "in_place",
    last_message_at: EXAMPLE.time,
  },
  contacts: 1523,
  last_mapping_change_at: EXAMPLE.time,
  tenants: { all: 90, active: 87 },
  deliveries: {
    pending: 3,
    dead: 1,
    paused_tenants: 1,
    held_tenants: 0,
    oldest_at: EXAMPLE.time,
  },
  replies: { pending: 0, dead: 0, oldest_at: null },
  messages_per_minute: [4],
  growth: GROWTH_EXAMPLE,
};

const GET_OVERVIEW: Operation = {
  id: "getOverview",
  access: "reader",
  summary: "See how everything is at a glance",
  answers: [answers(200, "How it is.", OVERVIEW, OVERVIEW_EXAMPLE)],
  refusals: [STORAGE_UNAVAILABLE],
};

const FOLLOW_OVERVIEW: Operation = {
  id: "followOverview",
  access: "reader",
  summary: "Be told how everything is, each time it changes",
  description:
    "Server-sent events: `overview`, its data being what `getOverview` answers, at once and whenever it is another, and `still-here` every 10 s or so. A stream ends with the session it was begun by, and with the gateway.",
  answers: [answersFile(200, "A stream that goes on.", "text/event-stream")],
  refusals: [refuses(503, "too_many_streams", "As many as can be are looking at this already.")],
};

const GET_GROWTH: Operation = {
  id: "getGrowth",
  access: "reader",
  summary: "See which tenants grew of late",
  parameters: [
    {
      in: "query",
      name: "days",
      description: "How many days back.",
      schema: { type: "integer", minimum: 1, maximum: 31, default: 7 },
    },
  ],
  answers: [answers(200, "Who grew.", GROWTH, GROWTH_EXAMPLE)],
  refusals: [refusesParameter("days", "must be a whole number from 1 to 31"), STORAGE_UNAVAILABLE],
};

const GET_PAIRING_QR: Operation = {
  id: "getPairingQr",
  access: "admin",
  summary: "Get the QR code that pairs a phone",
  description:
    "While the WAHA session asks for one. Whoever scans it makes their own phone the shared number's, so it takes the role `admin`.",
  answers: [
    answers(
      200,
      "What the QR code says; another one every 20 s or so.",
      anObject({ status: always("scan"), value: text() }, { title: "PairingQr" }),
      { status: "scan", value: "2@a-code-to-scan" },
    ),
  ],
  refusals: [
    refuses(409, "no_qr_code", "The WAHA session asks for no QR code to be scanned just now."),
    refuses(503, "waha_unavailable", "WAHA does not answer: connection refused"),
  ],
};

export const OVERVIEW_OPERATIONS = { get: GET_OVERVIEW };
export const OVERVIEW_EVENTS = { get: FOLLOW_OVERVIEW };
export const GROWTH_OPERATIONS = { get: GET_GROWTH };
export const PAIRING_QR = { get: GET_PAIRING_QR };

import { always, anObject, aTime, count, flag, orNull, text } from "../openapi/json-schema.js";
import { answers, answersOneOf, type Operation } from "../openapi/operation.js";
import { EXAMPLE } from "../openapi/common.js";

const GET_HEALTH: Operation = {
  id: "getHealth",
  access: "open",
  summary: "Ask whether the process is up",
  answers: [
    answers(
      200,
      "It is.",
      anObject(
        { status: always("ok"), instance: text("A name that each process gives itself at its start.") },
        { title: "Health" },
      ),
      { status: "ok", instance: "0b0e6a3c-6b6d-4b1c-9f0e-3a1f6c0d9a52" },
    ),
  ],
};

const WAHA = anObject(
  {
    session: text(
      "In WAHA's words; `UNREACHABLE` where WAHA does not answer, `unknown` before it was asked.",
    ),
    since: orNull(aTime("Since when it is so.")),
    fault: text("What is wrong and what to do about it; left out while the session works."),
    phone_number: orNull(text("The shared number.")),
    webhook: { type: "string", enum: ["in_place", "missing", "differs", "unknown"] },
    last_message_at: orNull(aTime("When a contact's message last came in.")),
  },
  { title: "WahaState", optional: ["fault"] },
);

const DETAILS = anObject(
  {
    storage: { type: "string", enum: ["ok", "unreachable"] },
    storage_risks: {
      type: "array",
      items: text("A setting of the engine, and what to do about it."),
      description: "By what the engine may lose what it said was written; left out where there is nothing.",
    },
    draining: flag("Whether the gateway is going down."),
    deliveries: anObject({
      pending: count(),
      dead: count(),
      paused_tenants: count(),
      held_tenants: count(),
    }),
    replies: anObject({ pending: count(), dead: count() }),
    waha: WAHA,
  },
  { title: "ReadinessDetails", optional: ["storage_risks", "deliveries", "replies"] },
);

const EXAMPLE_WAHA = {
  session: "WORKING",
  since: EXAMPLE.earlier,
  phone_number: "971557357753",
  webhook: "in_place",
  last_message_at: EXAMPLE.time,
};

const GET_READINESS: Operation = {
  id: "getReadiness",
  access: "open_and_more_for_admins",
  summary: "Ask whether the gateway is ready",
  description:
    "Ready: the storage answers, and the gateway is not going down. WAHA's state never changes the status: without WAHA the gateway has nothing to miss.",
  answers: [
    answersOneOf(
      200,
      "Ready.",
      anObject({ status: always("ready"), details: DETAILS }, { title: "Ready", optional: ["details"] }),
      {
        with_the_admin_key: {
          status: "ready",
          details: {
            storage: "ok",
            draining: false,
            deliveries: { pending: 3, dead: 1, paused_tenants: 1, held_tenants: 0 },
            replies: { pending: 0, dead: 0 },
            waha: EXAMPLE_WAHA,
          },
        },
        without_a_key: { status: "ready" },
      },
    ),
    answersOneOf(
      503,
      "Not ready.",
      anObject(
        {
          status: always("error"),
          code: { type: "string", enum: ["draining", "storage_unavailable"] },
          message: text("For people."),
          details: DETAILS,
        },
        { title: "NotReady", optional: ["details"] },
      ),
      {
        storage_unavailable: {
          status: "error",
          code: "storage_unavailable",
          message: "The storage does not answer.",
          details: { storage: "unreachable", draining: false, waha: EXAMPLE_WAHA },
        },
        draining: { status: "error", code: "draining", message: "The gateway is going down." },
      },
    ),
  ],
};

export const HEALTHZ = { get: GET_HEALTH };
export const READYZ = { get: GET_READINESS };

import { EXAMPLE, INVALID_PAGE, PAGE, STORAGE_UNAVAILABLE } from "../openapi/common.js";
import { anObject, aPageOf, aTime, text, type JsonSchema } from "../openapi/json-schema.js";
import { answers, refusesParameter, type Operation } from "../openapi/operation.js";

const NAME: JsonSchema = { type: "string", minLength: 1, maxLength: 200 };
const NAME_WANTED = "must be text of 1 to 200 characters";

export const AUDIT_ENTRY: JsonSchema = anObject(
  {
    at: aTime("When it was done."),
    actor: text("The name of an admin key, `command line`, or `gateway` for what it does by itself."),
    action: text("What was done, such as `contact.reassigned`."),
    subject: text("What it was done to: a contact, `tenant 2`, `key grafana`, a delivery's id."),
    details: {
      type: "object",
      additionalProperties: true,
      description: "What matters of it, before and after. No secret, and nothing that contacts wrote.",
    },
  },
  { title: "AuditEntry" },
);

const LIST_AUDIT: Operation = {
  id: "listAudit",
  access: "reader",
  summary: "List what was done to whom",
  description: "The newest first, kept for a year.",
  parameters: [
    {
      in: "query",
      name: "action",
      description: "Entries of this action only.",
      schema: { type: "string", pattern: "^[a-z_]{1,32}(?:\\.[a-z_]{1,32}){1,3}$" },
      example: "tenant.created",
    },
    {
      in: "query",
      name: "actor",
      description: "Of what this one did only.",
      schema: NAME,
      example: "first",
    },
    {
      in: "query",
      name: "subject",
      description: "Of what was done to this only: a contact by any of its names, or as entries have it.",
      schema: NAME,
      example: "tenant 2",
    },
    ...PAGE,
  ],
  answers: [
    answers(200, "A page of them.", aPageOf("AuditEntries", AUDIT_ENTRY), {
      items: [
        {
          at: EXAMPLE.earlier,
          actor: "first",
          action: "tenant.created",
          subject: "tenant 2",
          details: {
            before: null,
            after: { name: "Agent 2", url: "https://agent2.example/messages", active: true },
          },
        },
      ],
      next_cursor: null,
    }),
  ],
  refusals: [
    refusesParameter("action", "must be the name of an action, such as contact.merged"),
    refusesParameter("actor", NAME_WANTED),
    refusesParameter("subject", NAME_WANTED),
    ...INVALID_PAGE,
    STORAGE_UNAVAILABLE,
  ],
};

export const AUDIT = { get: LIST_AUDIT };

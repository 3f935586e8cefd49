import type { TenantHealth } from "@gateway-router/core";
import { bodySchema } from "../body-schema.dto.js";
import {
  CAMPAIGN_IN_QUERY,
  EXAMPLE,
  INVALID_CAMPAIGN,
  INVALID_PAGE,
  INVALID_TENANT_ID,
  NUMBER_UNKNOWN,
  PAGE,
  STORAGE_UNAVAILABLE,
  TENANT_IN_PATH,
  UNKNOWN_TENANT,
  bodyRefusals,
} from "../openapi/common.js";
import { DEEP_LINK, DEEP_LINK_EXAMPLE } from "../openapi/deep-link.js";
import {
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
  type Refusal,
} from "../openapi/operation.js";
import { LISTED_CONTACTS } from "./tenant-contact-operations.js";
import { PutTenantDto, RotateTenantDto } from "../tenants.dto.js";

const TENANT_FIELDS = {
  id: TENANT_ID,
  name: orNull(text()),
  url: orNull(text("Its handler's; a password in it is not shown.")),
  active: flag(),
  source: {
    type: "string",
    enum: ["directory", "template"],
    description: "`template`: it is there by `TENANT_URL_TEMPLATE` alone.",
  } satisfies JsonSchema,
};

const TENANT_BODY = anObject(TENANT_FIELDS, { title: "Tenant" });

const CREDENTIALS = {
  secret: text("By which the tenant knows the gateway's requests. Shown this once."),
  token: text("By which the gateway knows the tenant's requests. Shown this once."),
};

const TENANT_EXAMPLE = {
  id: EXAMPLE.tenantId,
  name: "Agent 2",
  url: "https://agent2.example/messages",
  active: true,
  source: "directory",
};

const FILE_REFUSALS: readonly Refusal[] = [
  refuses(
    409,
    "tenants_file_edited",
    "Nothing was changed: the tenants' file was edited by hand since it was last read. It has been read now; try again.",
  ),
  refuses(
    409,
    "tenants_file_damaged",
    "Nothing was changed: the tenants' file was edited and can't be used, it is not JSON. Correct it first.",
  ),
];

const LIST_TENANTS: Operation = {
  id: "listTenants",
  access: "reader",
  summary: "List the tenants",
  description: "Those that were written down: a tenant by the template alone is not among them.",
  parameters: [
    {
      in: "query",
      name: "q",
      description:
        "Those only whose name has this in it, in any case, or whose id begins with it. A page may then have fewer items than the limit, and even none, before the last one.",
      schema: { type: "string", minLength: 1, maxLength: 200 },
    },
    ...PAGE,
  ],
  answers: [
    answers(200, "A page of them, by their ids.", aPageOf("Tenants", TENANT_BODY), {
      items: [TENANT_EXAMPLE],
      next_cursor: null,
    }),
  ],
  refusals: [...INVALID_PAGE, STORAGE_UNAVAILABLE],
};

const GET_TENANT: Operation = {
  id: "getTenant",
  access: "reader",
  summary: "Look up a tenant",
  parameters: [TENANT_IN_PATH],
  answers: [answers(200, "The tenant, without its secrets.", TENANT_BODY, TENANT_EXAMPLE)],
  refusals: [INVALID_TENANT_ID, UNKNOWN_TENANT, STORAGE_UNAVAILABLE],
};

const PUT_TENANT: Operation = {
  id: "putTenant",
  access: "admin",
  summary: "Make a tenant, or change it",
  description:
    "What is left out stays as it is, and `null` takes it away. A change leaves secrets and tokens as they are. `id` and `source` may stand in the body as an answer has them.",
  parameters: [
    { ...TENANT_IN_PATH, example: 77 },
    {
      in: "header",
      name: "If-None-Match",
      description: "`*`: only make it, and refuse where it is there.",
      schema: { type: "string" },
    },
  ],
  body: {
    schema: bodySchema(PutTenantDto, { title: "TenantToPut" }),
    examples: { example: { name: "Agent 77", url: "https://agent77.example/messages" } },
    refusals: [...bodyRefusals(64), refuses(400, "invalid_body", "The body must be a JSON object.")],
  },
  answers: [
    answers(
      201,
      "The tenant was made. Its secret and token are shown this once.",
      anObject({ ...TENANT_FIELDS, ...CREDENTIALS }, { title: "NewTenant" }),
      {
        id: 77,
        name: "Agent 77",
        url: "https://agent77.example/messages",
        active: true,
        source: "directory",
        secret: EXAMPLE.secret,
        token: EXAMPLE.token,
      },
    ),
    answers(200, "The tenant was changed.", TENANT_BODY, {
      ...TENANT_EXAMPLE,
      id: 77,
      name: "Agent 77",
      url: "https://agent77.example/messages",
    }),
  ],
  refusals: [
    INVALID_TENANT_ID,
    refuses(409, "tenant_id_retired", "Tenant 66 was removed, and its id is never given again."),
    refuses(409, "tenant_has_secret", "Tenant 2 has a secret, which is only changed by a rotation."),
    ...FILE_REFUSALS,
    refuses(412, "tenant_exists", "Tenant 2 is there already."),
    STORAGE_UNAVAILABLE,
  ],
};

const REMOVE_TENANT: Operation = {
  id: "removeTenant",
  access: "admin",
  summary: "Remove a tenant",
  description:
    "For good: its id is never given again. With `force` its contacts are freed, and what waits for it or comes from it becomes dead letters, `tenant_removed`; where that was cut short, the same request again does the rest.",
  parameters: [
    { ...TENANT_IN_PATH, example: EXAMPLE.otherTenantId },
    {
      in: "query",
      name: "force",
      description: "Though it has contacts.",
      schema: { type: "string", enum: ["false", "true"], default: "false" },
    },
  ],
  answers: [
    answers(
      200,
      "The tenant is gone.",
      anObject(
        {
          status: always("deleted"),
          tenant_id: TENANT_ID,
          unlocked_users: count("Contacts that were freed."),
        },
        { title: "TenantDeleted" },
      ),
      { status: "deleted", tenant_id: EXAMPLE.otherTenantId, unlocked_users: 0 },
    ),
  ],
  refusals: [
    INVALID_TENANT_ID,
    refusesParameter("force", "must be one of false, true"),
    UNKNOWN_TENANT,
    refuses(
      409,
      "tenant_has_contacts",
      "Tenant 2 has 1 contact, which only a removal by force (?force=true, or --force on the command line) frees.",
      [{ field: "contacts", message: "1" }],
    ),
    ...FILE_REFUSALS,
    STORAGE_UNAVAILABLE,
  ],
};

const ROTATE_TENANT: Operation = {
  id: "rotateTenant",
  access: "admin",
  summary: "Give a tenant a new secret and token",
  description:
    "For the overlap the gateway signs with both secrets and takes both tokens. A second rotation within an overlap keeps the newest two.",
  parameters: [TENANT_IN_PATH],
  body: {
    schema: bodySchema(RotateTenantDto, { title: "Rotation" }),
    examples: { example: { overlap_hours: 24 } },
    isOptional: true,
    refusals: [...bodyRefusals(64), refuses(400, "invalid_body", "The body must be a JSON object.")],
  },
  answers: [
    answers(
      200,
      "The new ones, shown this once.",
      anObject(
        {
          id: TENANT_ID,
          ...CREDENTIALS,
          overlap_until: orNull(aTime("Until when those before are good too; null: they ended at once.")),
        },
        { title: "Rotated" },
      ),
      { id: EXAMPLE.tenantId, secret: EXAMPLE.secret, token: EXAMPLE.token, overlap_until: EXAMPLE.time },
    ),
  ],
  refusals: [
    INVALID_TENANT_ID,
    UNKNOWN_TENANT,
    refuses(
      409,
      "tenant_not_in_directory",
      "Tenant 123 is there by TENANT_URL_TEMPLATE alone: put it into the directory, which gives it a secret and token.",
    ),
    ...FILE_REFUSALS,
    STORAGE_UNAVAILABLE,
  ],
};

const TEST_TENANT: Operation = {
  id: "testTenant",
  access: "admin",
  summary: "Send a test event to a tenant's handler",
  description: "A signed `gateway.test`, once, to inactive tenants too.",
  parameters: [TENANT_IN_PATH],
  answers: [
    answersOneOf(
      200,
      "What came of it.",
      anObject(
        {
          tenant_id: TENANT_ID,
          status: orNull({ type: "integer", description: "The handler's; null where no answer came." }),
          time_ms: { type: "number", minimum: 0 },
          error: orNull(text("What was wrong, for people.")),
        },
        { title: "HandlerTest" },
      ),
      {
        answered: { tenant_id: EXAMPLE.tenantId, status: 204, time_ms: 12, error: null },
        unreachable: {
          tenant_id: EXAMPLE.tenantId,
          status: null,
          time_ms: 3,
          error: "connection refused",
        },
      },
    ),
  ],
  refusals: [
    INVALID_TENANT_ID,
    UNKNOWN_TENANT,
    refuses(409, "tenant_without_url", "Tenant 8 has no handler URL to send a test to."),
    STORAGE_UNAVAILABLE,
  ],
};

const LIST_CONTACTS_OF_TENANT: Operation = {
  id: "listContactsOfTenant",
  access: "reader",
  summary: "List a tenant's contacts",
  parameters: [
    TENANT_IN_PATH,
    { ...CAMPAIGN_IN_QUERY, description: "Those that came by this campaign only." },
    ...PAGE,
  ],
  answers: [LISTED_CONTACTS],
  refusals: [INVALID_TENANT_ID, INVALID_CAMPAIGN, ...INVALID_PAGE, STORAGE_UNAVAILABLE],
};

const HEALTH_STATES = {
  held: true,
  paused: true,
  failing: true,
  waiting: true,
  quiet: true,
} satisfies Record<TenantHealth["state"], true>;

const GET_TENANT_HEALTH: Operation = {
  id: "getTenantHealth",
  access: "reader",
  summary: "See how a tenant's handler does",
  description:
    "As far as it shows in what waits for it; of that, and of its dead letters, 500 each are looked at.",
  parameters: [TENANT_IN_PATH],
  answers: [
    answers(
      200,
      "How it does.",
      anObject(
        {
          tenant_id: TENANT_ID,
          state: {
            ...oneOfKeys(HEALTH_STATES),
            description:
              "`held`: it is inactive or has no handler. `paused`: attempts failed with no success between, and it gets one probe at a time until one is taken. `failing`: attempts at what waits failed. `waiting`: something waits, and nothing failed. `quiet`: nothing waits.",
          },
          waiting: count(),
          more_waiting: flag("Whether more may wait than were counted."),
          dead: count("Its dead letters."),
          more_dead: flag("Whether there may be more than were counted."),
          oldest_at: orNull(aTime("When what waits longest was taken in, or replayed.")),
          last_error: orNull(
            text(
              "Of the delivery that waits and was tried most often, for people; where none of them failed, of the last dead letter.",
            ),
          ),
        },
        { title: "TenantHealth" },
      ),
      {
        tenant_id: EXAMPLE.tenantId,
        state: "waiting",
        waiting: 1,
        more_waiting: false,
        dead: 0,
        more_dead: false,
        oldest_at: EXAMPLE.earlier,
        last_error: null,
      },
    ),
  ],
  refusals: [INVALID_TENANT_ID, UNKNOWN_TENANT, STORAGE_UNAVAILABLE],
};

const GET_DEEP_LINK_OF_TENANT: Operation = {
  id: "getDeepLinkOfTenant",
  access: "reader",
  summary: "Get a tenant's links",
  parameters: [TENANT_IN_PATH, CAMPAIGN_IN_QUERY],
  answers: [answersOneOf(200, "Its links, and its QR codes.", DEEP_LINK, DEEP_LINK_EXAMPLE)],
  refusals: [INVALID_TENANT_ID, INVALID_CAMPAIGN, UNKNOWN_TENANT, NUMBER_UNKNOWN, STORAGE_UNAVAILABLE],
};

export const TENANTS = { get: LIST_TENANTS };
export const TENANT = { get: GET_TENANT, put: PUT_TENANT, delete: REMOVE_TENANT };
export const TENANT_ROTATE = { post: ROTATE_TENANT };
export const TENANT_TEST = { post: TEST_TENANT };
export const TENANT_CONTACTS = { get: LIST_CONTACTS_OF_TENANT };
export const TENANT_HEALTH = { get: GET_TENANT_HEALTH };
export const TENANT_DEEP_LINK = { get: GET_DEEP_LINK_OF_TENANT };

import { STATUS_CODES } from "node:http";
import { VERSION } from "../../version.js";
import { SESSION_COOKIE } from "../console-sessions.js";
import type { MountedOperation } from "../route-table.js";
import { ERROR, REFUSALS } from "./common.js";
import type { JsonSchema } from "./json-schema.js";
import { SchemaShelf } from "./schema-shelf.js";
import type { Access, Answer, Examples, Operation, Parameter, Refusal } from "./operation.js";
import { WEBHOOKS, type HandlerWebhook } from "./handler-webhooks.js";

/** What was mounted on one router, and where that router is. */
export interface MountedRouter {
  /** Such as `/api/gateway`. */
  readonly prefix: string;
  readonly operations: readonly MountedOperation[];
}

export const GROUPS: Readonly<Record<Access, string>> = {
  reader: "Admin API",
  admin: "Admin API",
  console: "Console",
  tenant: "Tenant API",
  waha: "Webhook",
  open: "Open",
  open_and_more_for_admins: "Open",
};

const TAGS = [
  {
    name: "Admin API",
    description:
      "For whoever runs the gateway, by an admin key: with the role `admin` for all of it, with the role `read` for what changes nothing and shows nothing that contacts wrote.",
  },
  {
    name: "Tenant API",
    description: "For a tenant's backend, each by its own token and for itself alone.",
  },
  {
    name: "Console",
    description:
      "For the console's pages. Its session, a cookie, opens the admin API as its key does; what is no GET says the session's own word besides, as `X-CSRF-Token`, or is refused with 403 `csrf_token_missing`. Once it is over, all is refused with 401 `session_over`.",
  },
  { name: "Webhook", description: "For WAHA, which tells of what contacts write." },
  { name: "Open", description: "For whoever asks." },
];

/** The lists name the roles that a key must have. */
const ANY_ADMIN = [{ adminKey: [] }, { adminKeyHeader: [] }];
const ADMIN_ROLE = [{ adminKey: ["admin"] }, { adminKeyHeader: ["admin"] }];
const SECURITY: Readonly<Record<Access, readonly Readonly<Record<string, readonly string[]>>[]>> = {
  reader: ANY_ADMIN,
  admin: ADMIN_ROLE,
  console: [{ consoleSession: [] }],
  tenant: [{ tenantToken: [] }],
  // Without a key of its own the gateway takes webhooks without a signature.
  waha: [{ wahaSignature: [] }, {}],
  open: [],
  open_and_more_for_admins: [{}, ...ANY_ADMIN],
};

const SECURITY_SCHEMES = {
  adminKey: { type: "http", scheme: "bearer", description: "`Authorization: Bearer KEY`" },
  adminKeyHeader: { type: "apiKey", in: "header", name: "X-Api-Key" },
  consoleSession: { type: "apiKey", in: "cookie", name: SESSION_COOKIE },
  tenantToken: {
    type: "http",
    scheme: "bearer",
    description: "The token that was shown when the tenant was made, or when it was rotated.",
  },
  wahaSignature: {
    type: "apiKey",
    in: "header",
    name: "X-Webhook-Hmac",
    description: "The SHA-512 HMAC of the body by `WAHA_HMAC_KEY`, in hexadecimal.",
  },
};

const DESCRIPTION = `One WhatsApp number, a thousand businesses: each contact belongs to the one tenant whose link it opened.

A **contact** is the WhatsApp person (the URLs say \`user\`), a **tenant** the business. Errors have one form everywhere, and it is \`code\` that programs go by. A path that is there answers other methods with 405 \`method_not_allowed\`, one that is not with 404 \`not_found\`; without the right key neither can be told. Answers and events may get more fields in later versions.`;

/** The API as an OpenAPI 3.1 document. */
export type OpenApiDocument = ReturnType<typeof openApiDocument>;

/** Describes what is mounted, and what tenants' handlers get. */
export function openApiDocument(routers: readonly MountedRouter[]) {
  const shelf = new SchemaShelf();
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const { prefix, operations } of routers) {
    for (const { method, path, operation } of operations) {
      const full = `${prefix}${path}`.replace(/[:*](\w+)/g, "{$1}");
      paths[full] = { ...paths[full], [method]: operationObject(operation, shelf) };
    }
  }
  const webhooks: Record<string, { readonly post: OperationObject }> = {};
  for (const webhook of WEBHOOKS) webhooks[webhook.type] = { post: webhookObject(webhook, shelf) };
  return {
    openapi: "3.1.0",
    info: {
      title: "gateway-router",
      version: VERSION,
      summary: "Routes each WhatsApp contact to the one tenant whose link it opened.",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    servers: [{ url: "/", description: "The gateway that this was fetched from." }],
    tags: TAGS,
    paths,
    webhooks,
    components: { schemas: shelf.schemas, securitySchemes: SECURITY_SCHEMES },
  };
}

export interface MediaObject {
  readonly schema?: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
  readonly content?: Readonly<Record<string, MediaObject>>;
}

export interface OperationObject {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, MediaObject>>;
  };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

function operationObject(operation: Operation, shelf: SchemaShelf): OperationObject {
  const { id, access, summary, description, parameters = [], body } = operation;
  return {
    operationId: id,
    tags: [GROUPS[access]],
    summary,
    ...(description === undefined ? {} : { description }),
    security: SECURITY[access],
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameterObject) }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.isOptional !== true,
            content: { "application/json": mediaObject(body, shelf) },
          },
        }),
    responses: { ...responses(operation, shelf), default: errorResponse(shelf) },
  };
}

function parameterObject(parameter: Parameter): Parameter {
  return { ...parameter, required: parameter.in === "path" || parameter.required === true };
}

/** All that the operation may be refused with, its kind's refusals first. */
export function refusalsOf({ access, body, refusals = [] }: Operation): readonly Refusal[] {
  return [...REFUSALS[access], ...(body?.refusals ?? []), ...refusals];
}

function responses(operation: Operation, shelf: SchemaShelf): Record<string, ResponseObject> {
  const all: Record<string, ResponseObject> = {};
  for (const answer of operation.answers) all[answer.status] = responseObject(answer, shelf);
  const refusals = refusalsOf(operation);
  for (const status of new Set(refusals.map((refusal) => refusal.status))) {
    all[status] = merged(
      all[status],
      refusalObject(
        refusals.filter((each) => each.status === status),
        shelf,
      ),
    );
  }
  return all;
}

/** A status that is an answer as well as a refusal has both forms. */
function merged(answer: ResponseObject | undefined, refusal: ResponseObject): ResponseObject {
  if (answer === undefined) return refusal;
  const [ofAnswer, ofRefusal] = [answer, refusal].map(({ content }) => content?.["application/json"] ?? {});
  return {
    ...refusal,
    description: `${answer.description} Or: ${refusal.description}`,
    content: {
      "application/json": {
        schema: { oneOf: [ofAnswer?.schema ?? {}, ofRefusal?.schema ?? {}] },
        examples: { ...ofAnswer?.examples, ...ofRefusal?.examples },
      },
    },
  };
}

function responseObject(
  { description, headers, content }: Omit<Answer, "status">,
  shelf: SchemaShelf,
): ResponseObject {
  return {
    description,
    ...(headers === undefined ? {} : { headers }),
    ...(content === undefined
      ? {}
      : {
          content:
            "examples" in content
              ? { "application/json": mediaObject(content, shelf) }
              : { [content.mediaType]: content.schema === undefined ? {} : { schema: content.schema } },
        }),
  };
}

const RETRY_AFTER = {
  "Retry-After": { description: "Seconds to wait.", schema: { type: "integer", minimum: 1 } as const },
};

function refusalObject(refusals: readonly Refusal[], shelf: SchemaShelf): ResponseObject {
  const [{ status }] = refusals as readonly [Refusal];
  const name = STATUS_CODES[status] ?? String(status);
  return {
    description: `${name}: ${[...new Set(refusals.map(({ code }) => `\`${code}\``))].join(", ")}.`,
    ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
    content: {
      "application/json": {
        schema: shelf.shelve(ERROR),
        examples: Object.fromEntries(
          named(refusals).map(([key, refusal]) => [key, { value: errorOf(refusal) }]),
        ),
      },
    },
  };
}

/** By their codes, numbered where one code has several examples. */
function named(refusals: readonly Refusal[]): [string, Refusal][] {
  const seen = new Map<string, number>();
  return refusals.map((refusal) => {
    const count = (seen.get(refusal.code) ?? 0) + 1;
    seen.set(refusal.code, count);
    return [count === 1 ? refusal.code : `${refusal.code}_${count}`, refusal];
  });
}

/** The body that is answered. */
export function errorOf({ code, message, details }: Refusal) {
  return { status: "error", code, message, ...(details === undefined ? {} : { details }) };
}

function errorResponse(shelf: SchemaShelf): ResponseObject {
  return {
    description: "Anything else that is wrong; 500 `internal_error` where it is the gateway's own fault.",
    content: { "application/json": { schema: shelf.shelve(ERROR) } },
  };
}

function mediaObject(
  { schema, examples }: { readonly schema: JsonSchema; readonly examples: Examples },
  shelf: SchemaShelf,
): MediaObject {
  return {
    schema: shelf.shelve(schema),
    examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
  };
}

function webhookObject(webhook: HandlerWebhook, shelf: SchemaShelf): OperationObject {
  const { type, summary, description, headers, schema, examples, answers } = webhook;
  return {
    operationId: `on_${type.replace(".", "_")}`,
    summary,
    ...(description === undefined ? {} : { description }),
    security: [],
    parameters: headers.map(parameterObject),
    requestBody: {
      required: true,
      content: { "application/json": mediaObject({ schema, examples }, shelf) },
    },
    responses: Object.fromEntries(answers.map((answer) => [answer.code, responseObject(answer, shelf)])),
  };
}

import type { AdminRole } from "@gateway-router/core";
import { bodySchema } from "../body-schema.dto.js";
import { AddKeyDto, KEY_NAME_WANTED } from "../keys.dto.js";
import { EXAMPLE, INVALID_PAGE, PAGE, bodyRefusals } from "../openapi/common.js";
import {
  always,
  anObject,
  aPageOf,
  aTime,
  oneOfKeys,
  orNull,
  text,
  type JsonSchema,
} from "../openapi/json-schema.js";
import { answers, refuses, refusesParameter, type Operation } from "../openapi/operation.js";

const ROLES = { admin: true, read: true } satisfies Record<AdminRole, true>;

const NAME: JsonSchema = {
  type: "string",
  pattern: "^[a-z0-9_-]{1,40}$",
  description: "The `actor` in the audit log.",
};

const KEY_FIELDS = {
  name: NAME,
  role: { ...oneOfKeys(ROLES), description: "`admin` may do everything, `read` only look." },
  created_at: orNull(aTime("When it was made; null for the first one.")),
} satisfies Readonly<Record<string, JsonSchema>>;

const FILE_REFUSALS = [
  refuses(409, "keys_file_edited", "Somebody edited the file of the admin keys."),
  refuses(409, "keys_file_damaged", "The file of the admin keys can't be read."),
];

const LIST_KEYS: Operation = {
  id: "listKeys",
  access: "reader",
  summary: "List the admin keys",
  description: "The first one first, the others by their names. Never a key itself.",
  parameters: PAGE,
  answers: [
    answers(200, "A page of them.", aPageOf("Keys", anObject(KEY_FIELDS, { title: "Key" })), {
      items: [{ name: "first", role: "admin", created_at: null }],
      next_cursor: null,
    }),
  ],
  refusals: [INVALID_PAGE],
};

const ADD_KEY: Operation = {
  id: "addKey",
  access: "admin",
  summary: "Make an admin key",
  body: {
    schema: bodySchema(AddKeyDto, { title: "KeyToAdd" }),
    examples: { example: { name: "anna", role: "admin" } },
    refusals: [...bodyRefusals(64), refuses(400, "invalid_body", "The body must be a JSON object.")],
  },
  answers: [
    answers(
      201,
      "The key was made, and is shown this once.",
      anObject({ ...KEY_FIELDS, key: text("For `Authorization: Bearer KEY`.") }, { title: "NewKey" }),
      { name: "anna", role: "admin", created_at: EXAMPLE.time, key: EXAMPLE.adminKey },
    ),
  ],
  refusals: [
    refuses(409, "key_exists", "There is a key grafana already."),
    refuses(
      409,
      "too_many_keys",
      "There are 100 keys beside the first one, as many as there may be: remove one that nobody uses.",
    ),
    ...FILE_REFUSALS,
  ],
};

const REMOVE_KEY: Operation = {
  id: "removeKey",
  access: "admin",
  summary: "Remove an admin key",
  description: "It opens nothing from then on. Its name may be given again.",
  parameters: [
    { in: "path", name: "name", description: "The key's name.", schema: NAME, example: "grafana" },
  ],
  answers: [
    answers(
      200,
      "The key is gone.",
      anObject({ status: always("deleted"), name: NAME }, { title: "KeyDeleted" }),
      { status: "deleted", name: "grafana" },
    ),
  ],
  refusals: [
    refusesParameter("name", KEY_NAME_WANTED),
    refuses(404, "unknown_key", "There is no key nobody."),
    refuses(
      409,
      "first_key",
      "The key first can't be removed: change ADMIN_API_KEY, or, where that is not set, remove the file admin-api-key from DATA_DIR, and start the gateway again.",
    ),
    ...FILE_REFUSALS,
  ],
};

export const KEYS = { get: LIST_KEYS, post: ADD_KEY };
export const KEY = { delete: REMOVE_KEY };

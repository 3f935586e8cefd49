import type { AdminRole } from "@gateway-router/core";
import { bodySchema } from "../body-schema.dto.js";
import { AddKeyDto, KEY_NAME_WANTED } from "../keys.dto.js";
import { EXAMPLE, INVALID_PAGE, PAGE, STORAGE_UNAVAILABLE, bodyRefusals } from "../openapi/common.js";
import { always, anObject, aPageOf, aTime, oneOfKeys, orNull, text } from "../openapi/json-schema.js";
import { answers, refuses, refusesParameter, type Operation, type Refusal } from "../openapi/operation.js";

const ROLES = { admin: true, read: true } satisfies Record<AdminRole, true>;

const KEY_FIELDS = {
  name: text("Whom the audit log names for what is done with it. `first` is the key of the settings."),
  role: {
    ...oneOfKeys(ROLES),
    description: "`admin` may do everything, `read` look only, and not at what contacts wrote.",
  },
};

const FILE_REFUSALS: readonly Refusal[] = [
  refuses(
    409,
    "keys_file_edited",
    "Nothing was changed: the admin keys' file was edited by hand since it was last read. It has been read now; try again.",
  ),
  refuses(
    409,
    "keys_file_damaged",
    "Nothing was changed: the admin keys' file was edited and can't be used, it is not JSON. Correct it first.",
  ),
];

const LIST_KEYS: Operation = {
  id: "listKeys",
  access: "reader",
  summary: "List the admin keys",
  description: "`first` first, then by name. Never a key itself, nor a hash of one.",
  parameters: PAGE,
  answers: [
    answers(
      200,
      "A page of them.",
      aPageOf(
        "AdminKeys",
        anObject(
          { ...KEY_FIELDS, created_at: orNull(aTime("When it was made; null for `first`.")) },
          { title: "AdminKey" },
        ),
      ),
      {
        items: [
          { name: "first", role: "admin", created_at: null },
          { name: EXAMPLE.keyName, role: "read", created_at: EXAMPLE.earlier },
        ],
        next_cursor: null,
      },
    ),
  ],
  refusals: [...INVALID_PAGE, STORAGE_UNAVAILABLE],
};

const ADD_KEY: Operation = {
  id: "addKey",
  access: "admin",
  summary: "Make an admin key",
  description: "For a person or a program of its own, so that it can be told apart, and removed, by itself.",
  body: {
    schema: bodySchema(AddKeyDto, { title: "KeyToAdd" }),
    examples: { example: { name: "laptop", role: "admin" } },
    refusals: [...bodyRefusals(64), refuses(400, "invalid_body", "The body must be a JSON object.")],
  },
  answers: [
    answers(
      201,
      "The key was made. It is shown this once.",
      anObject(
        { ...KEY_FIELDS, created_at: aTime("When it was made."), key: text("What requests carry.") },
        { title: "NewAdminKey" },
      ),
      { name: "laptop", role: "admin", created_at: EXAMPLE.time, key: EXAMPLE.key },
    ),
  ],
  refusals: [
    refuses(409, "key_exists", `There is a key ${EXAMPLE.keyName} already.`),
    refuses(
      409,
      "too_many_keys",
      "There are 100 keys beside the first one, as many as there may be: remove one that nobody uses.",
    ),
    ...FILE_REFUSALS,
    STORAGE_UNAVAILABLE,
  ],
};

const REMOVE_KEY: Operation = {
  id: "removeKey",
  access: "admin",
  summary: "Remove an admin key",
  description: "It opens nothing from then on. Its name may be given again.",
  parameters: [
    {
      in: "path",
      name: "name",
      description: "The key's name.",
      schema: { type: "string", pattern: "^[a-z0-9_-]{1,40}$" },
      example: EXAMPLE.keyName,
    },
  ],
  answers: [
    answers(
      200,
      "The key is gone.",
      anObject({ status: always("deleted"), name: text() }, { title: "KeyDeleted" }),
      { status: "deleted", name: EXAMPLE.keyName },
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
    STORAGE_UNAVAILABLE,
  ],
};

export const KEYS = { get: LIST_KEYS, post: ADD_KEY };
export const KEY = { delete: REMOVE_KEY };

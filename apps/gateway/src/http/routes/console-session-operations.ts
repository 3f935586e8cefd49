import { bodySchema } from "../body-schema.dto.js";
import { EXAMPLE, STORAGE_UNAVAILABLE, bodyRefusals } from "../openapi/common.js";
import { always, anObject, aTime, text } from "../openapi/json-schema.js";
import { answers, refuses, type Operation } from "../openapi/operation.js";
import { SignInDto } from "../session.dto.js";

const SESSION = anObject(
  {
    name: text("The key's name, the `actor` in the audit log."),
    role: { type: "string", enum: ["admin", "read"] },
    csrf_token: text("For the header `X-CSRF-Token` of every request of the session that is no GET."),
    expires_at: aTime("When it ends."),
  },
  { title: "ConsoleSession" },
);

const SESSION_EXAMPLE = {
  name: "first",
  role: "admin",
  csrf_token: "h8w1dL0oZ2cVtY5mXqK7sJ9rB3nF6gA4eUiPvQxWzTk",
  expires_at: EXAMPLE.time,
};

const FROM_ELSEWHERE = refuses(403, "from_elsewhere", "Another site's page made this request.");
const SESSION_OVER = refuses(
  401,
  "session_over",
  "Nobody is signed in here, or not any more: sign in again.",
);

const SIGN_IN: Operation = {
  id: "signIn",
  access: "console",
  summary: "Sign in to the console",
  description:
    "For the console's own pages: the session is a cookie that no script reads. For 12 hours, and as long as its key is there, it opens the admin API as its key does.",
  body: {
    schema: bodySchema(SignInDto, { title: "KeyToSignInWith" }),
    examples: { example: { key: "admin-key-of-a-test" } },
    refusals: [...bodyRefusals(64), refuses(400, "invalid_body", "The body must be a JSON object.")],
  },
  answers: [
    {
      ...answers(201, "Somebody is signed in.", SESSION, SESSION_EXAMPLE),
      headers: { "Set-Cookie": { description: "The session.", schema: text() } },
    },
  ],
  refusals: [
    refuses(401, "unauthorized", "This is no admin key."),
    FROM_ELSEWHERE,
    refuses(429, "too_many_requests", "Too many requests from this address had no valid key."),
    STORAGE_UNAVAILABLE,
  ],
};

const GET_SESSION: Operation = {
  id: "getConsoleSession",
  access: "console",
  summary: "Ask who is signed in to the console",
  answers: [answers(200, "Who it is.", SESSION, SESSION_EXAMPLE)],
  refusals: [SESSION_OVER, FROM_ELSEWHERE],
};

const SIGN_OUT: Operation = {
  id: "signOut",
  access: "console",
  summary: "Sign out of the console",
  answers: [
    answers(200, "The session is over.", anObject({ status: always("signed_out") }, { title: "SignedOut" }), {
      status: "signed_out",
    }),
  ],
  refusals: [
    SESSION_OVER,
    FROM_ELSEWHERE,
    refuses(403, "csrf_token_missing", "This needs the session's X-CSRF-Token: reload the page."),
    STORAGE_UNAVAILABLE,
  ],
};

export const CONSOLE_SESSION = { get: GET_SESSION, post: SIGN_IN, delete: SIGN_OUT };

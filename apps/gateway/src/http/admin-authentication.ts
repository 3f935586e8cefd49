import type { Request, RequestHandler } from "express";
import { adminBehind, carriesKey, type Admin } from "./admin-keys.js";
import {
  carriesCsrfToken,
  isFromElsewhere,
  sessionTokenOf,
  type ConsoleSessions,
} from "./console-sessions.js";
import { refusedKey, refuseWhileWaiting } from "./doors.js";
import { HttpError } from "./http-error.js";
import type { HttpServices } from "./http-services.js";

const READING_METHODS = new Set(["GET", "HEAD"]);
const admins = new WeakMap<Request, Admin>();

/**
 * Lets an admin's requests through, by a key or a session of the console, and remembers whose they are; others are
 * answered 401. Without either not even a path that does not exist can be told from one that does.
 */
export function authenticateAdmin({
  adminKeys,
  consoleSessions,
  doors,
}: Pick<HttpServices, "adminKeys" | "consoleSessions" | "doors">): RequestHandler {
  return async (request, _response, next) => {
    const token = sessionTokenOf(request.headers);
    if (token !== undefined && !carriesKey(request.headers)) {
      admins.set(request, await adminOfSession(request, token, consoleSessions));
      next();
      return;
    }
    // A key that somebody chose may be guessed: past the limit not even the right one is looked at for a while.
    refuseWhileWaiting(doors.wrongAdminKeys.waitMs(request.ip));
    const admin = await adminBehind(request.headers, adminKeys);
    if (admin === undefined) {
      const failures = carriesKey(request.headers) ? doors.wrongAdminKeys : doors.otherFailures;
      throw refusedKey(request, failures, "This needs an admin key.");
    }
    // Of many guesses at once none is counted yet when the last one begins.
    refuseWhileWaiting(doors.wrongAdminKeys.waitMs(request.ip));
    admins.set(request, admin);
    next();
  };
}

/** By its cookie a browser would send what any page made up: what changes something says the session's own word, too. */
async function adminOfSession(
  request: Request,
  token: string,
  sessions: Pick<ConsoleSessions, "find">,
): Promise<Admin> {
  if (isFromElsewhere(request.headers)) throw fromElsewhere();
  const session = await sessions.find(token);
  if (session === undefined) throw sessionOver();
  if (!READING_METHODS.has(request.method) && !carriesCsrfToken(request.headers, session)) {
    throw new HttpError(403, "csrf_token_missing", "This needs the session's X-CSRF-Token: reload the page.");
  }
  return session.admin;
}

export function sessionOver(): HttpError {
  return new HttpError(401, "session_over", "Nobody is signed in here, or not any more: sign in again.");
}

export function fromElsewhere(): HttpError {
  return new HttpError(403, "from_elsewhere", "Another site's page made this request.");
}

/**
 * Keeps keys with the role `read` from all that is no GET. Only behind `authenticateAdmin`; a route that reads by
 * another method is mounted before this.
 */
export const refuseChangesByReadKeys: RequestHandler = (request, _response, next) => {
  if (!READING_METHODS.has(request.method)) requireAdminRole(request);
  next();
};

/** Whose request it is; refuses keys with the role `read`. Only behind `authenticateAdmin`. */
export function requireAdminRole(request: Request): Admin {
  const admin = adminOf(request);
  if (admin.role === "admin") return admin;
  throw new HttpError(
    403,
    "read_only_key",
    `The key ${admin.name} has the role read, which does not open this. Use one with the role admin, or ask somebody who has one.`,
  );
}

/** Whose request it is. Only behind `authenticateAdmin`. */
export function adminOf(request: Request): Admin {
  const admin = admins.get(request);
  if (admin === undefined) throw new TypeError("The request was not authenticated");
  return admin;
}

import type { Request, RequestHandler } from "express";
import { adminBehind, carriesKey, type Admin } from "./admin-keys.js";
import { refusedKey, refuseWhileWaiting } from "./doors.js";
import { HttpError } from "./http-error.js";
import type { HttpServices } from "./http-services.js";

const admins = new WeakMap<Request, Admin>();

/**
 * Lets an admin's requests through and remembers whose they are; others are answered 401. Without a key not even a
 * path that does not exist can be told from one that does.
 */
export function authenticateAdmin({
  adminKeys,
  doors,
}: Pick<HttpServices, "adminKeys" | "doors">): RequestHandler {
  return async (request, _response, next) => {
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

const READING_METHODS = new Set(["GET", "HEAD"]);

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

import type { Request, RequestHandler } from "express";
import { adminBehind, carriesKey, type Admin } from "./admin-keys.js";
import { refusedKey, refuseWhileWaiting } from "./doors.js";
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
  return (request, _response, next) => {
    // A key that somebody chose may be guessed: past the limit not even the right one is looked at for a while.
    refuseWhileWaiting(doors.wrongAdminKeys.waitMs(request.ip));
    const admin = adminBehind(request.headers, adminKeys);
    if (admin === undefined) {
      const failures = carriesKey(request.headers) ? doors.wrongAdminKeys : doors.otherFailures;
      throw refusedKey(request, failures, "This needs the admin key.");
    }
    admins.set(request, admin);
    next();
  };
}

/** Whose request it is. Only behind `authenticateAdmin`. */
export function adminOf(request: Request): Admin {
  const admin = admins.get(request);
  if (admin === undefined) throw new TypeError("The request was not authenticated");
  return admin;
}

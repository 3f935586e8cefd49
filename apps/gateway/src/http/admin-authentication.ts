import type { Request, RequestHandler } from "express";
import { adminBehind, type Admin } from "./admin-keys.js";
import { HttpError } from "./http-error.js";
import type { HttpServices } from "./http-services.js";

const admins = new WeakMap<Request, Admin>();

/**
 * Lets an admin's requests through and remembers whose they are; others are answered 401. Without a key not even a
 * path that does not exist can be told from one that does.
 */
export function authenticateAdmin({ adminKeys }: Pick<HttpServices, "adminKeys">): RequestHandler {
  return (request, _response, next) => {
    const admin = adminBehind(request.headers, adminKeys);
    if (admin === undefined) {
      throw new HttpError(401, "unauthorized", "This needs the admin key.", {
        headers: { "WWW-Authenticate": "Bearer" },
      });
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

import type { Tenant } from "@gateway-router/core";
import type { Request, RequestHandler } from "express";
import { bearerOf } from "./bearer.js";
import { refusedKey } from "./doors.js";
import { HttpError } from "./http-error.js";
import type { HttpServices } from "./http-services.js";

/** Longer ones are no token, and need no hashing. */
const LONGEST_TOKEN = 256;

const tenants = new WeakMap<Request, Tenant>();

/**
 * Lets a tenant's own requests through and remembers whose they are; others are answered 401. A tenant that was
 * deactivated is told so, and gets nothing else.
 */
export function authenticateTenant({
  tenantRegistry,
  doors,
}: Pick<HttpServices, "tenantRegistry" | "doors">): RequestHandler {
  return async (request, _response, next) => {
    const token = bearerOf(request.headers);
    const tenant =
      token === undefined || token.length > LONGEST_TOKEN
        ? undefined
        : await tenantRegistry.findByToken(token);
    // Nobody guesses a token that the gateway made, so that a right one passes however many wrong ones came before.
    if (tenant === undefined) throw refusedKey(request, doors.otherFailures, "This needs a tenant's token.");
    if (!tenant.active) throw new HttpError(403, "tenant_inactive", "This tenant is inactive.");
    tenants.set(request, tenant);
    next();
  };
}

/** Whose request it is. Only behind `authenticateTenant`. */
export function tenantOf(request: Request): Tenant {
  const tenant = tenants.get(request);
  if (tenant === undefined) throw new TypeError("The request was not authenticated");
  return tenant;
}

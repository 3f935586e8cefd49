import type { Clock } from "@gateway-router/core";
import type { Request, RequestHandler } from "express";
import helmet from "helmet";
import { AddressLimits } from "./address-limits.js";
import { HttpError } from "./http-error.js";

/** What each address may try, by which doors. */
export interface DoorLimits {
  /** Requests with a wrong admin key. Apart from the others, so that nothing but guesses at it can keep the admin waiting. */
  readonly wrongAdminKeys: AddressLimits;
  /** Requests with a wrong tenant's token, or without any key where one is needed. */
  readonly otherFailures: AddressLimits;
  /** Short links and their QR codes. */
  readonly links: AddressLimits;
}

const FAILURES = { perMinute: 20, burst: 20 };

export function doorLimits(clock: Pick<Clock, "nowMs">): DoorLimits {
  return {
    wrongAdminKeys: new AddressLimits({ clock, ...FAILURES }),
    otherFailures: new AddressLimits({ clock, ...FAILURES }),
    // Many people may stand behind one address of a mobile network.
    links: new AddressLimits({ clock, perMinute: 300, burst: 100 }),
  };
}

function tooManyRequests(waitMs: number, message: string): HttpError {
  return new HttpError(429, "too_many_requests", message, {
    headers: { "Retry-After": String(Math.max(1, Math.ceil(waitMs / 1_000))) },
  });
}

/** Throws where the address has to wait. */
export function refuseWhileWaiting(waitMs: number): void {
  if (waitMs > 0) throw tooManyRequests(waitMs, "Too many requests from this address had no valid key.");
}

/** The error for a request without the right key: 401, or 429 where there were too many of them. */
export function refusedKey(request: Request, failures: AddressLimits, message: string): HttpError {
  refuseWhileWaiting(failures.take(request.ip));
  return new HttpError(401, "unauthorized", message, { headers: { "WWW-Authenticate": "Bearer" } });
}

/** Lets so many requests of one address through. */
export function limitPerAddress(limits: AddressLimits): RequestHandler {
  return (request, _response, next) => {
    const waitMs = limits.take(request.ip);
    if (waitMs > 0) throw tooManyRequests(waitMs, "Too many requests come from this address.");
    next();
  };
}

const KEY_NAMES = new Set([
  "key",
  "api_key",
  "apikey",
  "x-api-key",
  "token",
  "access_token",
  "authorization",
]);

/** A key in a URL ends up in logs, histories and proxies: it is refused wherever it may be right. */
export const refuseKeysInQuery: RequestHandler = (request, _response, next) => {
  if (Object.keys(request.query).some((name) => KEY_NAMES.has(name.toLowerCase()))) {
    throw new HttpError(
      400,
      "key_in_query",
      "A key does not belong into a URL, which others see: send it as the header Authorization: Bearer KEY, and change this one.",
    );
  }
  next();
};

/** What browsers may do with an answer: nothing. Pages and pictures that may do more set what they need themselves. */
export function securityHeaders({ isHttps }: { readonly isHttps: boolean }): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // QR codes stand on tenants' own pages.
    crossOriginResourcePolicy: { policy: "cross-origin" },
    strictTransportSecurity: isHttps,
  });
}

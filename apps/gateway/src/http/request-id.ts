import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

const FIT = /^[A-Za-z0-9._:-]{1,64}$/;

/** The caller's name for its request where it has a fit one, WAHA's own (the same on its retries), or a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  for (const given of [headers["x-request-id"], headers["x-webhook-request-id"]]) {
    if (typeof given === "string" && FIT.test(given)) return given;
  }
  return randomUUID();
}

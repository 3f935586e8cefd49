import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@gateway-router/core";
import { sendErrorAndClose } from "./answer.js";
import { HttpError, unavailable } from "./http-error.js";
import type { InFlightLimit } from "./in-flight-limit.js";
import { readRawBody } from "./read-raw-body.js";
import { requireJson } from "./require-json.js";

export interface JsonBodyOptions {
  readonly limitBytes: number;
  /** How many bodies may be under way at a time, and their memory. */
  readonly inFlight: InFlightLimit;
  readonly clock: Clock;
}

/**
 * Calls `use` with what the request's JSON body says. Throws 400, 415 or 503 where there is nothing to use; where
 * the body is not read to its end, that is answered and `use` is not called.
 */
export async function withJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
  { limitBytes, inFlight, clock }: JsonBodyOptions,
  use: (body: unknown) => Promise<void>,
): Promise<void> {
  requireJson(request, "The body");
  const place = inFlight.enter();
  if (place === undefined) throw overloaded();
  try {
    const result = await readRawBody(request, { limitBytes, place });
    if (result.kind === "complete") {
      await use(parse(result.body));
    } else if (result.kind !== "cut_off") {
      const error = result.kind === "no_room" ? overloaded() : tooLarge(limitBytes);
      sendErrorAndClose({ request, response, clock }, error);
    }
  } finally {
    place.leave();
  }
}

function parse(body: Buffer): unknown {
  // The decoder would quietly put a replacement for each broken character.
  if (!isUtf8(body)) throw malformed();
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw malformed();
  }
}

function malformed(): HttpError {
  return new HttpError(400, "malformed_json", "The body is not JSON in UTF-8.");
}

function tooLarge(limitBytes: number): HttpError {
  return new HttpError(413, "payload_too_large", `The body has at most ${limitBytes / 1024} KiB.`);
}

function overloaded(): HttpError {
  return unavailable("overloaded", "The gateway has as many requests under way as it can take.");
}

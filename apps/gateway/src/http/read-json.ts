import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@gateway-router/core";
import type { Request, Response } from "express";
import { sendErrorAndClose } from "./answer.js";
import { HttpError, unavailable } from "./http-error.js";
import { InFlightLimit } from "./in-flight-limit.js";
import { readAs } from "./read-as.dto.js";
import { readRawBody } from "./read-raw-body.js";
import { requireJson } from "./require-json.js";
import type { Handler } from "./route-table.js";

const BODY_LIMIT_BYTES = 64 * 1024;
const MOST_BODIES = 64;

export interface BodyOptions {
  /** Whether the request may come without a body, which then counts as `{}`. */
  readonly isOptional?: boolean;
}

/** Reads the JSON bodies of requests to the APIs, as many at a time as there is room for. */
export class JsonBodies {
  private readonly limit = new InFlightLimit({
    requests: MOST_BODIES,
    bytes: MOST_BODIES * BODY_LIMIT_BYTES,
  });

  constructor(private readonly options: { readonly clock: Clock }) {}

  /**
   * A handler of requests whose body has the shape given, a class of a `*.dto.ts`. What has another is answered
   * with 400, 413, 415 or 503 and does not reach it.
   */
  handle<Dto extends object>(
    Shape: new () => Dto,
    handler: (body: Dto, request: Request, response: Response) => void | Promise<void>,
    options: BodyOptions = {},
  ): Handler {
    return async (request, response) => {
      const body = await this.read(request, response, options);
      if (body !== undefined) await handler(readAs(Shape, body.value), request, response);
    };
  }

  /** The body; `undefined` where there is none to go on with, and what there is to answer was answered. */
  private async read(
    request: IncomingMessage,
    response: ServerResponse,
    { isOptional = false }: BodyOptions,
  ): Promise<{ readonly value: unknown } | undefined> {
    if (isOptional && isWithoutBody(request)) return { value: {} };
    requireJson(request, "The body");
    const place = this.limit.enter();
    if (place === undefined) throw overloaded();
    try {
      const result = await readRawBody(request, { limitBytes: BODY_LIMIT_BYTES, place });
      switch (result.kind) {
        case "complete":
          return { value: parsed(result.body) };
        case "cut_off":
          return undefined;
        case "too_large":
        case "no_room":
          sendErrorAndClose(
            { request, response, clock: this.options.clock },
            result.kind === "no_room" ? overloaded() : tooLarge(),
          );
          return undefined;
      }
    } finally {
      place.leave();
    }
  }
}

function isWithoutBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new HttpError(400, "malformed_json", "The body is not JSON in UTF-8.");
  }
}

function tooLarge(): HttpError {
  return new HttpError(413, "payload_too_large", `The body has at most ${BODY_LIMIT_BYTES / 1024} KiB.`);
}

function overloaded(): HttpError {
  return unavailable("overloaded", "The gateway has as many requests under way as it can take.");
}

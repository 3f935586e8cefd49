import type { IncomingMessage } from "node:http";
import type { Clock } from "@gateway-router/core";
import type { Request, Response } from "express";
import { InFlightLimit } from "./in-flight-limit.js";
import { withJsonBody } from "./read-json-body.js";
import { readAs } from "./read-as.dto.js";
import type { Handler } from "./route-table.js";

const BODY_LIMIT_BYTES = 64 * 1024;
const MOST_BODIES = 64;

export interface BodyOptions {
  /** Whether the request may come without a body, which then counts as `{}`. */
  readonly isOptional?: boolean;
}

/** Reads the JSON bodies of requests to the APIs, as many at a time as there is room for. */
export class JsonBodies {
  private readonly inFlight = new InFlightLimit({
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
    const { clock } = this.options;
    return async (request, response) => {
      const use = async (body: unknown) => handler(readAs(Shape, body), request, response);
      if (options.isOptional === true && isWithoutBody(request)) return use({});
      const reading = { limitBytes: BODY_LIMIT_BYTES, inFlight: this.inFlight, clock };
      return withJsonBody(request, response, reading, use);
    };
  }
}

function isWithoutBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}

import type { IncomingMessage, ServerResponse } from "node:http";
import {
  AdminKeysEditedError,
  BadCursorError,
  StorageUnavailableError,
  TenantRegistryEditedError,
  type Logger,
} from "@gateway-router/core";
import type { ErrorRequestHandler } from "express";
import { sendError } from "./answer.js";
import { HttpError, invalidCursor, unavailable } from "./http-error.js";

/** {@link answerError} for Express. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- Express tells error handlers by their four parameters.
  return (error: unknown, request, response, _next) =>
    answerError({ request, response, error, logger, path: request.path });
}

export interface FailedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly error: unknown;
  readonly logger: Logger;
  /** For the log. The URL where not given, which must have no query then. */
  readonly path?: string;
}

/** Turns whatever a route threw into an answer. What is no answer is logged in full and told to nobody. */
export function answerError({ request, response, error, logger, path = request.url }: FailedRequest): void {
  const { method } = request;
  const answerable = toHttpError(error);
  if (answerable.status >= 500 && !(error instanceof HttpError)) {
    logger.log("error", `${method} ${path} failed`, { event: "http.failed", method, path, error });
  }
  if (response.headersSent) response.destroy();
  else sendError(response, answerable);
}

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof StorageUnavailableError) {
    return unavailable("storage_unavailable", "The storage does not answer just now.");
  }
  if (error instanceof BadCursorError) return invalidCursor();
  if (error instanceof TenantRegistryEditedError || error instanceof AdminKeysEditedError)
    return new HttpError(409, error.code, error.message);
  // The router's own: a path that is no valid percent-encoding.
  if (error instanceof URIError) return new HttpError(400, "bad_request", "The path can't be read.");
  return new HttpError(500, "internal_error", "Something went wrong inside the gateway.");
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@gateway-router/core";
import type { HttpError } from "./http-error.js";

/** How long a client may go on sending a body that was answered before its end. */
const LINGER_MS = 2_000;

/** Sends a JSON answer. Answers speak of people and of this moment, so no cache may keep one. */
export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.end(writeHead(response, status, body, headers));
}

/** Writes the head and gives the body back, as it goes over the wire. */
function writeHead(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): string {
  const json = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(json),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...headers,
  });
  return json;
}

export function sendError(response: ServerResponse, error: HttpError): void {
  answer(response, error.status, errorBody(error), error.headers);
}

/**
 * Answers a request whose body is not read. The answer goes out whole and at once, and says that the connection
 * closes with it. Until the client has sent everything, or 2 s, what still comes is thrown away: a connection
 * that is closed with unread bytes is reset, and the client may never get to read the answer.
 */
export function sendErrorAndClose(
  { request, response, clock }: { request: IncomingMessage; response: ServerResponse; clock: Clock },
  error: HttpError,
): void {
  const headers = { ...error.headers, Connection: "close" };
  response.write(writeHead(response, error.status, errorBody(error), headers));
  // Ending the response is what closes the connection.
  const end = (): void => {
    cancel();
    response.end();
  };
  const cancel = clock.setTimer(LINGER_MS, end);
  request.once("end", end).once("close", end).resume();
}

export function errorBody({ code, message, details }: Pick<HttpError, "code" | "message" | "details">) {
  return { status: "error", code, message, ...(details === undefined ? {} : { details }) };
}

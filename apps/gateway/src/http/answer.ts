import type { ServerResponse } from "node:http";
import type { HttpError } from "./http-error.js";

/** Sends a JSON answer. Answers speak of people and of this moment, so no cache may keep one. */
export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const json = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(json),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...headers,
  });
  response.end(json);
}

export function sendError(response: ServerResponse, error: HttpError): void {
  answer(response, error.status, errorBody(error), error.headers);
}

export function errorBody({ code, message, details }: Pick<HttpError, "code" | "message" | "details">) {
  return { status: "error", code, message, ...(details === undefined ? {} : { details }) };
}

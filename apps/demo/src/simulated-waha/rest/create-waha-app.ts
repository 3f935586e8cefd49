import express, { json, type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { chatRoutes } from "./chat-routes.js";
import { lookupRoutes } from "./lookup-routes.js";
import { pairingRoutes } from "./pairing-routes.js";
import { sendingRoutes } from "./sending-routes.js";
import { sessionRoutes } from "./session-routes.js";
import { internalError, refusal, unauthorized, WahaHttpError } from "./waha-http-error.js";
import type { WahaParts } from "./waha-parts.js";

const LARGEST_BODY_BYTES = 50 * 1024 * 1024;

/** WAHA's REST API, as much of it as the gateway uses or may meet. */
export function createWahaApp(parts: WahaParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.get("/ping", (_request, response) => {
    response.json({ message: "pong" });
  });
  app.use("/api/files", noteFileRequest(parts));
  app.use(requireKey(parts.apiKey));
  app.use(json({ limit: LARGEST_BODY_BYTES, strict: false }));
  sessionRoutes(app, parts);
  pairingRoutes(app, parts);
  sendingRoutes(app, parts);
  chatRoutes(app, parts);
  lookupRoutes(app, parts);
  app.use(refuseUnknownPath);
  app.use(errorAnswer);
  return app;
}

function noteFileRequest({ apiKey, fileRequests }: WahaParts): RequestHandler {
  return (request, _response, next) => {
    fileRequests.add({ path: request.originalUrl, hasKey: request.get("X-Api-Key") === apiKey });
    next();
  };
}

function requireKey(apiKey: string): RequestHandler {
  return (request, _response, next) => {
    if (request.get("X-Api-Key") !== apiKey) throw unauthorized();
    next();
  };
}

const refuseUnknownPath: RequestHandler = ({ method, path }) => {
  throw refusal(404, `Cannot ${method} ${path}`);
};

const errorAnswer: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const { status, body } = toAnswer(error);
  response.status(status).json(body);
};

function toAnswer(error: unknown): WahaHttpError {
  if (error instanceof WahaHttpError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // The body parser's complaint about what is not JSON.
  return error instanceof SyntaxError ? refusal(400, message) : internalError(message);
}

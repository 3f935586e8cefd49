import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { GatewayError, type Clock } from "@gateway-router/core";
import { errorBody, sendErrorAndClose } from "./answer.js";
import { createRequestListener } from "./create-app.js";
import { HttpError } from "./http-error.js";
import type { HttpServices } from "./http-services.js";
import { WEBHOOK_BODY_LIMIT_BYTES } from "./routes/webhook-route.js";

/** Longer than clients keep an idle connection, so that it is they who close and no request meets a closed door. */
export const KEEP_ALIVE_MS = 75_000;
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;
const BACKLOG = 1024;
/** How long a connection without a request is waited for when the gateway goes down. */
const SILENT_CONNECTION_MS = 500;

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly services: HttpServices;
}

/** The gateway's port: opens, and closes without leaving a request unanswered. */
export class HttpServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly underWay = new Set<ServerResponse>();
  private readonly clock: Clock;

  constructor(private readonly options: HttpServerOptions) {
    this.clock = options.services.clock;
    const answerRequest = createRequestListener(options.services);
    this.server = createServer(
      {
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        // Node's own refusal has no body; the app says it in the one format of errors.
        requireHostHeader: false,
      },
      (request, response) => {
        this.track(response);
        answerRequest(request, response);
      },
    );
    // No route takes more than a webhook may have, so who asks before sending more is told so at once.
    this.server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
      if (Number(request.headers["content-length"] ?? 0) <= WEBHOOK_BODY_LIMIT_BYTES)
        response.writeContinue();
      this.server.emit("request", request, response);
    });
    // Node's own refusal of any other expectation has no body.
    this.server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
      this.track(response);
      sendErrorAndClose({ request, response, clock: this.clock }, unknownExpectation());
    });
    this.server.on("clientError", refuseUnreadable);
    this.server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
  }

  /** Resolves with the port it listens on. Rejects with `port_in_use` or `cannot_listen`. */
  async listen(): Promise<number> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
      this.server.listen({ host, port, backlog: BACKLOG }, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  /** Takes no new connection, lets what is under way be answered, and after `graceMs` cuts off what is not. */
  async stop(graceMs: number): Promise<void> {
    this.options.services.drain.begin();
    if (!this.server.listening) return;
    for (const response of this.underWay) response.shouldKeepAlive = false;
    const cancels = [
      this.clock.setTimer(SILENT_CONNECTION_MS, () => this.closeSilent()),
      this.clock.setTimer(graceMs, () => this.server.closeAllConnections()),
    ];
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const cancel of cancels) cancel();
  }

  /** A connection that was opened ahead of its first request counts as busy to Node, and would use up the grace. */
  private closeSilent(): void {
    const busy = new Set([...this.underWay].map((response) => response.socket));
    for (const socket of this.sockets) if (!busy.has(socket)) socket.destroy();
  }

  private track(response: ServerResponse): void {
    if (this.options.services.drain.isDraining) response.shouldKeepAlive = false;
    this.underWay.add(response);
    response.once("close", () => this.underWay.delete(response));
  }
}

function unknownExpectation(): HttpError {
  return new HttpError(417, "expectation_failed", "The gateway knows no expectation but 100-continue.");
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): GatewayError {
  return error.code === "EADDRINUSE"
    ? new GatewayError("port_in_use", `Port ${port} of ${host} is in use by another program; set PORT.`, {
        retryable: false,
        cause: error,
      })
    : new GatewayError("cannot_listen", `Can't listen on ${host}, port ${port}: ${error.message}`, {
        retryable: false,
        cause: error,
      });
}

type StatusCodeAndMessage = readonly [statusLine: string, code: string, message: string];

const NOT_HTTP: StatusCodeAndMessage = [
  "400 Bad Request",
  "bad_request",
  "The request is not readable HTTP.",
];
const UNREADABLE: Readonly<Record<string, StatusCodeAndMessage>> = {
  HPE_HEADER_OVERFLOW: [
    "431 Request Header Fields Too Large",
    "headers_too_large",
    "The headers are too large.",
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    "408 Request Timeout",
    "request_timeout",
    "The request took too long to arrive.",
  ],
};

/** What is not HTTP, or took too long to say, in the one format of errors. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [line, code, message] = UNREADABLE[error.code ?? ""] ?? NOT_HTTP;
  const body = JSON.stringify(errorBody({ code, message, details: undefined }));
  socket.end(
    `HTTP/1.1 ${line}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

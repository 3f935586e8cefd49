import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { ClaimedDelivery, Delivery } from "@gateway-router/core";

export interface HandlerRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly socket: Socket;
}

export type HandlerAnswerer = (response: ServerResponse, request: HandlerRequest) => void;

/** A tenant's handler on loopback that answers as a test says and keeps what it got. */
export class HandlerServer {
  readonly requests: HandlerRequest[] = [];
  connections = 0;
  private readonly waiters = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    private readonly scheme: "http" | "https",
    public answer: HandlerAnswerer,
  ) {}

  /** `create` makes another server than a plain HTTP one. */
  static async start(
    answer: HandlerAnswerer = (response) => response.end(),
    create?: { readonly https: (listener: RequestListener) => Server },
  ): Promise<HandlerServer> {
    const listener: RequestListener = (request, response) => void handler.take(request, response);
    const server = create?.https(listener) ?? createServer(listener);
    const handler = new HandlerServer(server, create === undefined ? "http" : "https", answer);
    server.on("connection", () => {
      handler.connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return handler;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}/messages`;
  }

  /** Resolves when that many requests have come in all. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.waiters.add(resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url = "", headers, socket } = request;
    const taken = { method, url, headers, body: Buffer.concat(chunks).toString("utf8"), socket };
    this.requests.push(taken);
    for (const waiter of this.waiters) waiter();
    this.waiters.clear();
    this.answer(response, taken);
  }
}

/** The delivery as the queue hands it out for its first attempt. */
export function claimOf(delivery: Delivery, overrides: Partial<ClaimedDelivery> = {}): ClaimedDelivery {
  return {
    ...delivery,
    isFirst: false,
    replayed: false,
    enqueuedAtMs: 0,
    attempts: 0,
    countedAttempts: 0,
    refusals: 0,
    leaseToken: "1",
    ageMs: 0,
    probeNumber: 0,
    othersSucceed: false,
    ...overrides,
  };
}

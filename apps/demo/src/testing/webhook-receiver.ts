import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { WahaEvent } from "../simulated-waha/waha-event.js";

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as they came over the wire, in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export type AnswerRequest = (response: ServerResponse, request: ReceivedRequest) => void;

/** An HTTP server on loopback that keeps what it gets and answers as a test says. */
export class WebhookReceiver {
  readonly requests: ReceivedRequest[] = [];

  private constructor(
    private readonly server: Server,
    public answer: AnswerRequest,
  ) {}

  static async start(answer: AnswerRequest = (response) => response.end("{}")): Promise<WebhookReceiver> {
    const server = createServer((request, response) => void receiver.take(request, response));
    const receiver = new WebhookReceiver(server, answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url = "", headers, rawHeaders } = request;
    const received = { method, url, headers, rawHeaders, body: Buffer.concat(chunks) };
    this.requests.push(received);
    this.answer(response, received);
  }
}

/** A webhook's body, read. */
export function readEvent(body: Buffer | string): WahaEvent & { readonly payload: Record<string, unknown> } {
  return JSON.parse(body.toString()) as WahaEvent & { readonly payload: Record<string, unknown> };
}

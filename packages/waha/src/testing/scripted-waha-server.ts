import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface WahaServerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as JSON; `undefined` where there was none. */
  readonly body: unknown;
  /** Which connection it came by, from 1. */
  readonly connection: number;
}

/** `hang` never answers, `reset` closes the connection instead. */
export type WahaServerAnswer =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly text?: string;
      readonly bytes?: Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
      /** What happens after what there is of the body, where that is not its end. */
      readonly then?: "hang" | "reset";
    }
  | "hang"
  | "reset";

/** A WAHA on loopback that answers as a test says. Keeps every request. */
export class ScriptedWahaServer {
  readonly requests: WahaServerRequest[] = [];
  answer: (request: WahaServerRequest) => WahaServerAnswer = () => ({ status: 200, json: {} });
  private connections = 0;
  private readonly arrivals = new Set<() => void>();

  private constructor(private readonly server: Server) {
    const numbers = new WeakMap<object, number>();
    server.on("connection", (socket) => {
      this.connections += 1;
      numbers.set(socket, this.connections);
    });
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const received: WahaServerRequest = {
          method: request.method ?? "",
          path: request.url ?? "",
          headers: request.headers,
          body: text === "" ? undefined : JSON.parse(text),
          connection: numbers.get(request.socket) ?? 0,
        };
        this.requests.push(received);
        for (const arrived of this.arrivals) arrived();
        this.arrivals.clear();
        const answer = this.answer(received);
        if (answer === "hang") return;
        if (answer === "reset") {
          request.socket.resetAndDestroy();
          return;
        }
        response.writeHead(answer.status, {
          "Content-Type": "application/json; charset=utf-8",
          ...answer.headers,
        });
        const body = answer.bytes ?? answer.text ?? JSON.stringify(answer.json ?? {});
        if (answer.then === undefined) {
          response.end(body);
          return;
        }
        response.write(body, () => {
          if (answer.then === "reset") request.socket.resetAndDestroy();
        });
      });
    });
  }

  static async open(): Promise<ScriptedWahaServer> {
    const server = createServer();
    const opened = new ScriptedWahaServer(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return opened;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The requests so far, in short: `GET /ping`. */
  get log(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** Resolves when the next request has come in whole. */
  nextRequest(): Promise<void> {
    return new Promise((resolve) => this.arrivals.add(resolve));
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}

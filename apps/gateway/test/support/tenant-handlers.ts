import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface TakenMessage {
  readonly tenantId: number;
  readonly phone: string;
  readonly text: string;
  readonly isNewSession: boolean;
  readonly isReplayed: boolean;
  readonly webhookId: string;
}

/** An event as a handler gets it, whatever its type. */
export interface HandlerEvent {
  readonly type: string;
  readonly data: {
    readonly tenant_id: number;
    readonly phone_number: string;
    readonly is_new_session?: boolean;
    readonly replayed?: boolean;
    readonly contact: { readonly id: string; readonly name?: string };
    readonly message?: {
      readonly id: string;
      readonly text?: string;
      readonly reaction?: string;
      readonly media?: Readonly<Record<string, unknown>>;
    };
    readonly reply?: { readonly id: string; readonly reason: string };
  };
}

/** Handlers of as many tenants as there are, at `/<tenant id>`, that keep what they take. */
export class TenantHandlers {
  readonly taken: TakenMessage[] = [];
  /** Everything they took, messages included, in its order. */
  readonly events: HandlerEvent[] = [];
  /** The trace that each of them came with, in the same order. */
  readonly traces: (string | undefined)[] = [];
  /** What an event is answered with; nothing where left out. */
  answer: (event: HandlerEvent) => object | undefined = () => undefined;
  /** While down, every connection breaks off. */
  isDown = false;
  /** While refusing, every message is answered 422. */
  isRefusing = false;
  refusedConnections = 0;
  private constructor(private readonly server: Server) {}

  static async listen(): Promise<TenantHandlers> {
    const server = createServer();
    const handlers = new TenantHandlers(server);
    server.on("request", (request, response) => {
      if (handlers.isDown) {
        handlers.refusedConnections += 1;
        request.socket.destroy();
        return;
      }
      let body = "";
      request.on("data", (text: Buffer) => (body += text.toString()));
      request.on("end", () => {
        if (handlers.isRefusing) {
          response.writeHead(422).end();
          return;
        }
        const event = JSON.parse(body) as HandlerEvent;
        const { data } = event;
        handlers.events.push(event);
        handlers.traces.push(request.headers["traceparent"] as string | undefined);
        if (event.type === "message.received")
          handlers.taken.push({
            tenantId: data.tenant_id,
            phone: data.phone_number,
            text: data.message?.text ?? "",
            isNewSession: data.is_new_session === true,
            isReplayed: data.replayed === true,
            webhookId: String(request.headers["webhook-id"]),
          });
        const answer = handlers.answer(event);
        response.writeHead(200, { "Content-Type": "application/json" });
        response.end(answer === undefined ? "" : JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return handlers;
  }

  get urlTemplate(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/{tenant_id}`;
  }

  /** The texts a contact's tenants took, in their order. */
  textsOf(phone: string): string[] {
    return this.taken.filter((message) => message.phone === phone).map((message) => message.text);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

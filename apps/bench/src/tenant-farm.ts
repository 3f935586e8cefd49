import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** One request that a tenant's handler got, in the order of their coming. */
export interface Arrival {
  readonly tenantId: number;
  readonly contact: string;
  readonly text: string;
  readonly webhookId: string;
  readonly isNewSession: boolean;
  /** Whether the handler said that it took it. */
  readonly taken: boolean;
}

/** What a handler does with a request. Answers whether it took it; `undefined` where it answered nothing at all. */
export type HandlerBehaviour = (request: {
  readonly tenantId: number;
  readonly text: string;
  readonly response: ServerResponse;
}) => boolean;

export const wellBehaved: HandlerBehaviour = ({ response }) => {
  response.writeHead(200).end();
  return true;
};

/** Handlers of many tenants on one port, at `/tenant/<id>`. Keeps everything that arrives. */
export class TenantFarm {
  readonly arrivals: Arrival[] = [];
  behaviour: HandlerBehaviour = wellBehaved;
  private server: Server | undefined;

  async listen(port: number): Promise<void> {
    const server = createServer((request, response) => void this.handle(request, response));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  }

  /** The directory of that many tenants, as `tenants.json` has it. */
  static directory(port: number, tenants: number): { id: number; name: string; url: string }[] {
    return Array.from({ length: tenants }, (_, index) => ({
      id: index + 1,
      name: `Agent ${index + 1}`,
      url: `http://127.0.0.1:${port}/tenant/${index + 1}`,
    }));
  }

  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The gateway was killed while it sent: nothing arrived.
      return;
    }
    const tenantId = Number(request.url?.split("/").at(-1));
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as {
      data: { phone_number: string; is_new_session: boolean; message: { text?: string } };
    };
    const text = data.message.text ?? "";
    const taken = this.behaviour({ tenantId, text, response });
    this.arrivals.push({
      tenantId,
      contact: data.phone_number,
      text,
      webhookId: String(request.headers["webhook-id"]),
      isNewSession: data.is_new_session,
      taken,
    });
  }
}

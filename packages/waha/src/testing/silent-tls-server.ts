import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** Takes a TLS connection and never shakes hands, so that it never stands. */
export class SilentTlsServer {
  private readonly sockets = new Set<Socket>();
  private readonly arrivals: (() => void)[] = [];

  private constructor(private readonly server: Server) {
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      // The client's first words.
      socket.once("data", () => {
        for (const arrived of this.arrivals.splice(0)) arrived();
      });
      socket.on("error", () => undefined);
    });
  }

  static async open(): Promise<SilentTlsServer> {
    const server = createServer();
    const opened = new SilentTlsServer(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return opened;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  connecting(): Promise<void> {
    return new Promise((resolve) => this.arrivals.push(resolve));
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

import type { InboundHandlers, MessageSource } from "@gateway-router/core";
import { httpUrlOf, type GatewayConfig } from "./config/gateway-config.js";
import type { HttpServer } from "./http/http-server.js";
import type { PublicAddress } from "./public-address.js";
import type { GatewaySecrets } from "./secrets/gateway-secrets.js";
import type { Storage } from "./storage.js";

/** Work that goes on beside the requests. */
export interface Worker {
  /** Rejects where the gateway can't go on without it. */
  start(): void | Promise<void>;
  /** Resolves when nothing of it is under way; what is not done after `graceMs` is cut off and done again later. */
  stop(graceMs: number): Promise<void>;
}

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly storage: Storage;
  readonly secrets: GatewaySecrets;
  readonly source: MessageSource;
  readonly handlers: InboundHandlers;
  readonly address: PublicAddress;
  readonly server: HttpServer;
  readonly workers: readonly Worker[];
  /** Clients that keep connections open. */
  readonly connections: readonly { close(): Promise<void> }[];
}

/** Where a started gateway is found. */
export interface ListeningGateway {
  readonly url: string;
  /** Where WAHA is to send its webhooks. */
  readonly webhookUrl: string;
  readonly dataDir: string;
  /** A file, or the variable that holds the key. */
  readonly adminApiKeyPlace: string;
}

/** The parts in the order in which they start, and in the order in which they stop. */
export class Gateway {
  constructor(private readonly options: GatewayOptions) {}

  /** Resolves when webhooks are taken. Where it rejects, everything that was opened is closed again. */
  async start(): Promise<ListeningGateway> {
    const { config, storage, secrets, source, handlers, address, server, workers } = this.options;
    try {
      await source.start(handlers);
      const port = await server.listen();
      const url = httpUrlOf(config.host, port);
      address.listensOn(port);
      storage.lock?.describe({ url });
      for (const worker of workers) await worker.start();
      return {
        url,
        webhookUrl: address.webhookUrl,
        dataDir: config.dataDir,
        adminApiKeyPlace: secrets.adminApiKeyPlace,
      };
    } catch (error) {
      await Promise.all([server.stop(0), ...workers.map((worker) => worker.stop(0))]);
      await source.stop();
      await this.close();
      throw error;
    }
  }

  /** Takes nothing new, finishes what is under way within `graceMs`, and closes storage when all that is durable. */
  async stop(graceMs: number): Promise<void> {
    const { source, server, workers } = this.options;
    // The workers stop beside the requests, or a slow tenant would use up the requests' time.
    await Promise.all([server.stop(graceMs), ...workers.map((worker) => worker.stop(graceMs))]);
    await source.stop();
    await this.close();
  }

  private async close(): Promise<void> {
    const { connections, storage } = this.options;
    await Promise.all(connections.map((connection) => connection.close()));
    await storage.close();
  }
}

import type { InboundHandlers, MessageSource } from "@gateway-router/core";
import { dataPlaceOf, httpUrlOf, type GatewayConfig } from "./config/gateway-config.js";
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
  /** Closed last, when all that it could be told of is over. Its close takes a moment at most, and fails with nothing. */
  readonly tracer: { close(): Promise<void> };
}

/** Where a started gateway is found. */
export interface ListeningGateway {
  readonly url: string;
  /** Where WAHA is to send its webhooks. */
  readonly webhookUrl: string;
  /** Where the records are. */
  readonly dataPlace: string;
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
        dataPlace: dataPlaceOf(config),
        adminApiKeyPlace: secrets.adminApiKeyPlace,
      };
    } catch (error) {
      // What else goes wrong on the way down is not why it could not start.
      await this.stop(0).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Takes nothing new, finishes what is under way within `graceMs`, and closes storage when all that is durable. A part
   * that fails at it keeps none of the others from stopping, storage least of all; rejects with what failed.
   */
  async stop(graceMs: number): Promise<void> {
    const { source, server, workers, connections, storage, tracer } = this.options;
    const faults: unknown[] = [];
    const all = async (stops: readonly Promise<void>[]): Promise<void> => {
      for (const stop of await Promise.allSettled(stops)) {
        if (stop.status === "rejected") faults.push(stop.reason);
      }
    };
    // The workers stop beside the requests, or a slow tenant would use up the requests' time.
    await all([server.stop(graceMs), ...workers.map((worker) => worker.stop(graceMs))]);
    await all([source.stop()]);
    await all(connections.map((connection) => connection.close()));
    await all([storage.close()]);
    await all([tracer.close()]);
    if (faults.length === 1) throw faults[0];
    if (faults.length > 1) throw new AggregateError(faults, faults.map(String).join("; "));
  }
}

import type { Container } from "inversify";
import { Gateway } from "../gateway.js";
import { AdminKey } from "../http/admin-key.js";
import { Drain } from "../http/drain.js";
import { HttpServer } from "../http/http-server.js";
import { bindPart } from "./bind-part.js";
import { LIMITS } from "./limits.js";
import { tokens } from "./tokens.js";

const { config, storage, secrets, source } = tokens;

/** The door, and the whole that opens and closes it. */
export function bindGateway(container: Container): void {
  bindPart(container, tokens.httpServices, {
    needs: {
      ...{ config, secrets, webhooks: source, number: tokens.sharedNumber },
      ...{ mappings: tokens.mappings, deliveries: tokens.deliveries, replies: tokens.replies },
      media: tokens.media,
      ...{ tenants: tokens.tenants, clock: tokens.clock, logger: tokens.logger },
      ...{ removeMapping: tokens.removeMapping, replayDeadLetters: tokens.replayDeadLetters },
    },
    make: ({ config: { deepLinkPrefix }, secrets: { adminApiKey }, ...others }) => ({
      ...others,
      adminKey: new AdminKey(adminApiKey),
      drain: new Drain(),
      webhookLimits: LIMITS.webhooks,
      linkPrefix: deepLinkPrefix,
    }),
  });
  bindPart(container, tokens.httpServer, {
    needs: { config, services: tokens.httpServices },
    make: ({ config: { host, port }, services }) => new HttpServer({ host, port, services }),
  });
  bindPart(container, tokens.gateway, {
    needs: {
      ...{ config, storage, secrets, source, server: tokens.httpServer },
      ...{
        handlers: tokens.inboundHandlers,
        address: tokens.publicAddress,
        deliver: tokens.deliverDueMessages,
      },
      ...{ reply: tokens.sendDueReplies, tidy: tokens.housekeeping, watch: tokens.wahaSessionWatch },
      ...{ fetchMedia: tokens.fetchMedia },
      ...{ unmapped: tokens.replyToUnmapped, catchUp: tokens.catchUp },
      ...{ dispatcher: tokens.dispatcher, mediaFetcher: tokens.mediaFetcher, wahaClient: tokens.wahaClient },
    },
    make: ({
      deliver,
      reply,
      tidy,
      watch,
      unmapped,
      fetchMedia,
      catchUp,
      dispatcher,
      mediaFetcher,
      wahaClient,
      ...others
    }) =>
      new Gateway({
        ...others,
        workers: [
          ...[fetchMedia, deliver, reply, unmapped, tidy],
          // Before the watch, which tells it whether the session works.
          ...(others.config.waha.catchUp ? [catchUp] : []),
          watch,
        ],
        connections: [dispatcher, mediaFetcher, wahaClient],
      }),
  });
}

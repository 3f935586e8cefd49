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
      ...{ routeInboundMessage: tokens.routeInboundMessage, deliver: tokens.deliverDueMessages },
      ...{ reply: tokens.sendDueReplies, tidy: tokens.housekeeping, watch: tokens.sharedNumberWatch },
      ...{ unmapped: tokens.replyToUnmapped },
      ...{ fetch: tokens.fetchMedia, publicAddress: tokens.publicAddress },
      ...{ dispatcher: tokens.dispatcher, files: tokens.mediaFetcher, wahaClient: tokens.wahaClient },
    },
    make: ({ deliver, fetch, reply, tidy, watch, unmapped, dispatcher, files, wahaClient, ...others }) =>
      new Gateway({
        ...others,
        workers: [fetch, deliver, reply, unmapped, tidy, watch],
        connections: [dispatcher, files, wahaClient],
      }),
  });
}

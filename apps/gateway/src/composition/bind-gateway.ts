import type { Container } from "inversify";
import { publicUrlOf } from "../config/gateway-config.js";
import { Gateway } from "../gateway.js";
import { AdminKey } from "../http/admin-key.js";
import { Drain } from "../http/drain.js";
import { HttpServer } from "../http/http-server.js";
import { bindPart } from "./bind-part.js";
import { LIMITS } from "./limits.js";
import { tokens } from "./tokens.js";
import { warnOfMissingTenants } from "./warn-of-missing-tenants.js";

const { config, storage, secrets, source } = tokens;

/** The door, and the whole that opens and closes it. */
export function bindGateway(container: Container): void {
  bindPart(container, tokens.httpServices, {
    needs: {
      ...{ config, secrets, webhooks: source, number: tokens.sharedNumber },
      ...{ mappings: tokens.mappings, deliveries: tokens.deliveries, replies: tokens.replies },
      ...{ tenants: tokens.tenants, clock: tokens.clock, logger: tokens.logger },
      ...{ removeMapping: tokens.removeMapping, replayDeadLetters: tokens.replayDeadLetters },
      ...{ tenantRegistry: tokens.tenantRegistry, manageTenants: tokens.manageTenants },
      ...{ handlerTester: tokens.handlerTester, ids: tokens.ids },
    },
    make: ({ config, secrets: { adminApiKey }, ...others }) => ({
      ...others,
      adminKey: new AdminKey(adminApiKey),
      drain: new Drain(),
      webhookLimits: LIMITS.webhooks,
      linkPrefix: config.deepLinkPrefix,
      publicUrl: (port) => publicUrlOf(config, port),
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
      ...{ dispatcher: tokens.dispatcher, wahaClient: tokens.wahaClient },
      ...{ registry: tokens.tenantRegistry, logger: tokens.logger },
    },
    make: async ({ deliver, reply, tidy, watch, unmapped, dispatcher, wahaClient, ...rest }) => {
      const { registry, logger, ...others } = rest;
      await warnOfMissingTenants({ tenants: others.config.tenants, registry, logger });
      return new Gateway({
        ...others,
        workers: [deliver, reply, unmapped, tidy, watch],
        connections: [dispatcher, wahaClient],
      });
    },
  });
}

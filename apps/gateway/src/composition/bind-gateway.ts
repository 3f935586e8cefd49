import type { Container } from "inversify";
import { publicUrlOf } from "../config/gateway-config.js";
import { Gateway } from "../gateway.js";
import { AllAdminKeys } from "../http/admin-keys.js";
import { ConsoleSessions } from "../http/console-sessions.js";
import { builtConsole, BuiltConsoleSite } from "../http/console-site.js";
import { doorLimits } from "../http/doors.js";
import { Drain } from "../http/drain.js";
import { HttpServer } from "../http/http-server.js";
import { readPairingQr } from "../pairing-qr.js";
import { bindPart } from "./bind-part.js";
import { LIMITS } from "./limits.js";
import { tokens } from "./tokens.js";
import { warnOfMissingTenants } from "./warn-of-missing-tenants.js";

const { config, storage, secrets, source } = tokens;

/** The door, and the whole that opens and closes it. */
export function bindGateway(container: Container): void {
  bindPart(container, tokens.httpServices, {
    needs: {
      ...{ config, secrets, webhooks: source, number: tokens.sharedNumber, metrics: tokens.metrics },
      ...{ storage, mappings: tokens.mappings, deliveries: tokens.deliveries, replies: tokens.replies },
      ...{ media: tokens.media, contested: tokens.contested },
      ...{ tenants: tokens.tenants, clock: tokens.clock, logger: tokens.logger },
      explainMessage: tokens.explainMessage,
      ...{ reassignContact: tokens.reassignContact, listContacts: tokens.listContacts },
      ...{ exportContact: tokens.exportContact, eraseContact: tokens.eraseContact },
      ...{ removeMapping: tokens.removeMapping, replayDeadLetters: tokens.replayDeadLetters },
      ...{ tenantRegistry: tokens.tenantRegistry, manageTenants: tokens.manageTenants },
      ...{ adminKeyStore: tokens.adminKeyStore, manageAdminKeys: tokens.manageAdminKeys },
      ...{ handlerTester: tokens.handlerTester, ids: tokens.ids, audit: tokens.audit },
      ...{ sendReply: tokens.sendReply, findReplyStatus: tokens.findReplyStatus },
      ...{ listReplies: tokens.listReplies, listDeliveries: tokens.listDeliveries },
      ...{ readTenantHealth: tokens.readTenantHealth, readGrowth: tokens.readGrowth },
      ...{ overview: tokens.overview, consoleSessionStore: tokens.consoleSessionStore },
      ...{ wahaClient: tokens.wahaClient, tracer: tokens.tracer },
    },
    make: ({
      config,
      storage: { risks },
      secrets: { adminApiKey },
      adminKeyStore,
      consoleSessionStore: store,
      wahaClient,
      ...others
    }) => {
      const adminKeys = new AllAdminKeys({ first: adminApiKey, others: adminKeyStore });
      return {
        ...others,
        ...(risks === undefined ? {} : { storageRisks: risks }),
        doors: doorLimits(others.clock),
        trustedProxies: config.trustedProxies,
        isHttps: config.publicUrl?.startsWith("https:") ?? false,
        adminKeys,
        consoleSessions: new ConsoleSessions({ store, adminKeys, clock: others.clock }),
        consoleSite: new BuiltConsoleSite({ folder: builtConsole() }),
        pairingQr: () => readPairingQr(wahaClient),
        drain: new Drain(),
        webhookLimits: LIMITS.webhooks,
        linkPrefix: config.deepLinkPrefix,
        publicUrl: (port: number) => publicUrlOf(config, port),
      };
    },
  });
  bindPart(container, tokens.httpServer, {
    needs: { config, services: tokens.httpServices },
    make: ({ config: { host, port }, services }) => new HttpServer({ host, port, services }),
  });
  bindPart(container, tokens.gateway, {
    needs: {
      ...{ config, storage, secrets, source, server: tokens.httpServer },
      ...{ handlers: tokens.inboundHandlers, address: tokens.publicAddress },
      work: tokens.work,
      ...{ connections: tokens.connections, tracer: tokens.tracer },
      ...{ registry: tokens.tenantRegistry, logger: tokens.logger },
    },
    make: async ({ registry, logger, work: workers, ...others }) => {
      await warnOfMissingTenants({ config: others.config, registry, logger });
      return new Gateway({ ...others, workers });
    },
  });
  bindPart(container, tokens.work, {
    needs: {
      ...{ fetchMedia: tokens.fetchMedia, deliver: tokens.deliverDueMessages },
      ...{ reply: tokens.sendDueReplies, unmapped: tokens.replyToUnmapped },
      ...{ leadersWork: tokens.leadersWork, watch: tokens.wahaSessionWatch },
    },
    make: ({ fetchMedia, deliver, reply, unmapped, leadersWork, watch }) => [
      ...[fetchMedia, deliver, reply, unmapped],
      // Before the watch, which tells the one that catches up whether the session works.
      ...[leadersWork, watch],
    ],
  });
  bindPart(container, tokens.connections, {
    needs: { dispatcher: tokens.dispatcher, files: tokens.mediaFetcher, waha: tokens.wahaClient },
    make: ({ dispatcher, files, waha }) => [dispatcher, files, waha],
  });
}

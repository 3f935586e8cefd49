import {
  CatchUp,
  ClearTenant,
  DeliverDueMessages,
  EraseContact,
  ExplainMessage,
  ExportContact,
  FetchMedia,
  FindReplyStatus,
  Housekeeping,
  LeadersWork,
  ListContacts,
  ListDeliveries,
  ListReplies,
  ManageAdminKeys,
  ManageTenants,
  onlyInstance,
  randomAdminKeys,
  randomCredentials,
  ReadGrowth,
  ReadTenantHealth,
  ReassignContact,
  RemoveMapping,
  ReplyToUnmapped,
  ReplayDeadLetters,
  RouteInboundMessage,
  SendDueReplies,
  SendReply,
  TrackReplies,
} from "@gateway-router/core";
import type { Container } from "inversify";
import { inboundHandlers } from "../inbound-handlers.js";
import { GatewayMetrics } from "../metrics/gateway-metrics.js";
import { MeasuredMessageIntake, MeasuredTenantDispatcher } from "../metrics/measured.js";
import { MessageRate } from "../message-rate.js";
import { Overview } from "../overview.js";
import { SharedNumber } from "../shared-number.js";
import { WahaSessionWatch } from "../waha-session-watch.js";
import { bindPart } from "./bind-part.js";
import { LIMITS } from "./limits.js";
import { tokens } from "./tokens.js";

const {
  config,
  clock,
  logger,
  backgroundLogger,
  mappings,
  deliveries,
  replies,
  replyJournal,
  optOuts,
  sendBudget: budget,
  tenants,
  retryPolicy,
  storage,
} = tokens;

/** What the gateway does, on whatever adapters the container holds. */
export function bindUseCases(container: Container): void {
  bindPart(container, tokens.routeInboundMessage, {
    needs: {
      ...{ config, storage, mappings, queue: deliveries, replies, tenants, clock, ids: tokens.ids, logger },
      ...{
        lookup: tokens.contactLookup,
        audit: tokens.audit,
        metrics: tokens.metrics,
        tracer: tokens.tracer,
      },
      replyToUnmapped: tokens.replyToUnmapped,
    },
    make: ({
      config: { deepLinkPrefix, wishWords },
      storage: { intake },
      replyToUnmapped,
      metrics,
      ...others
    }) =>
      new RouteInboundMessage({
        ...others,
        intake: new MeasuredMessageIntake(intake, metrics),
        linkPrefix: deepLinkPrefix,
        wishWords,
        onUnmapped: (message) => replyToUnmapped.consider(message),
      }),
  });
  bindPart(container, tokens.replyToUnmapped, {
    needs: {
      ...{ config, storage, mappings, optOuts, sender: tokens.replySender, budget, journal: replyJournal },
      ...{ clock, logger: backgroundLogger },
    },
    make: ({ config: { unmappedReply }, storage: { unmappedMarks }, ...others }) =>
      new ReplyToUnmapped({ ...others, marks: unmappedMarks, text: unmappedReply }),
  });
  bindPart(container, tokens.deliverDueMessages, {
    needs: {
      ...{ config, queue: deliveries, replies, replyJournal, mappings, tenants, media: tokens.media },
      ...{ dispatcher: tokens.dispatcher, retryPolicy, clock, logger: backgroundLogger },
      ...{ metrics: tokens.metrics, tracer: tokens.tracer },
    },
    make: ({ config: { deliveryTimeoutMs, deliveryMaxAgeMs }, dispatcher, metrics, ...others }) =>
      new DeliverDueMessages({
        ...others,
        dispatcher: new MeasuredTenantDispatcher(dispatcher, metrics),
        onSettled: (claim, settlement) => metrics.attemptEnded("deliveries", claim, settlement),
        settings: {
          ...LIMITS.deliveries,
          // The dispatcher keeps the time-out itself and can say what was late; this one only stands behind it.
          attemptTimeoutMs: deliveryTimeoutMs + 1_000,
          maxAgeMs: deliveryMaxAgeMs,
        },
      }),
  });
  bindPart(container, tokens.fetchMedia, {
    needs: {
      ...{ jobs: tokens.mediaJobs, store: tokens.media, mappings, source: tokens.mediaSource },
      ...{ retryPolicy, clock, logger: backgroundLogger },
    },
    make: (of) => new FetchMedia({ ...of, limits: LIMITS.media }),
  });
  bindPart(container, tokens.sendDueReplies, {
    needs: {
      ...{
        replies,
        journal: replyJournal,
        mappings,
        optOuts,
        deliveries,
        sender: tokens.replySender,
        budget,
      },
      ...{ track: tokens.trackReplies, audit: tokens.audit, retryPolicy, clock, logger: backgroundLogger },
      ...{ metrics: tokens.metrics, tracer: tokens.tracer },
    },
    make: ({ metrics, ...others }) =>
      new SendDueReplies({
        ...others,
        limits: LIMITS.replies,
        onSettled: (claim, settlement) => metrics.attemptEnded("replies", claim, settlement),
      }),
  });
  bindReplies(container);
  bindAdministration(container);
  bindWatching(container);
}

/** What tenants, admins and the source of messages ask of replies. */
function bindReplies(container: Container): void {
  bindPart(container, tokens.sendReply, {
    needs: {
      ...{ mappings, optOuts, replies, journal: replyJournal, ids: tokens.ids, storage, logger },
      tracer: tokens.tracer,
    },
    make: ({ storage: { idempotencyKeys: keys }, ...others }) => new SendReply({ ...others, keys }),
  });
  bindPart(container, tokens.findReplyStatus, {
    needs: { journal: replyJournal, replies },
    make: (of) => new FindReplyStatus(of),
  });
  bindPart(container, tokens.listReplies, {
    needs: { journal: replyJournal, replies, mappings },
    make: (of) => new ListReplies(of),
  });
  bindPart(container, tokens.trackReplies, {
    needs: { journal: replyJournal, mappings, deliveries, clock, logger },
    make: (of) => new TrackReplies(of),
  });
}

function bindAdministration(container: Container): void {
  bindPart(container, tokens.explainMessage, {
    needs: { config, mappings, optOuts, tenants },
    make: ({ config: { deepLinkPrefix, wishWords }, ...others }) =>
      new ExplainMessage({ ...others, linkPrefix: deepLinkPrefix, wishWords }),
  });
  bindPart(container, tokens.removeMapping, {
    needs: { mappings, queue: deliveries, replies, audit: tokens.audit, clock, logger },
    make: (of) => new RemoveMapping(of),
  });
  bindPart(container, tokens.exportContact, {
    needs: {
      ...{ storage, mappings, queue: deliveries, replies, journal: replyJournal, media: tokens.media },
      ...{ optOuts, contested: tokens.contested, audit: tokens.audit, clock },
    },
    make: ({ storage: { firstWords }, ...others }) => new ExportContact({ ...others, firstWords }),
  });
  bindPart(container, tokens.eraseContact, {
    needs: {
      ...{ storage, mappings, queue: deliveries, replies, journal: replyJournal, media: tokens.media },
      ...{ mediaJobs: tokens.mediaJobs, optOuts, contested: tokens.contested, audit: tokens.audit },
      ...{ clock, logger },
    },
    make: ({ storage: { firstWords, unmappedMarks, backups }, ...others }) =>
      new EraseContact({ ...others, firstWords, unmappedMarks, backups }),
  });
  bindPart(container, tokens.listContacts, {
    needs: { mappings, optOuts },
    make: (of) => new ListContacts(of),
  });
  bindPart(container, tokens.listDeliveries, {
    needs: { queue: deliveries, replies, mappings },
    make: (of) => new ListDeliveries(of),
  });
  bindPart(container, tokens.readTenantHealth, {
    needs: { queue: deliveries },
    make: (of) => new ReadTenantHealth(of),
  });
  bindPart(container, tokens.readGrowth, { needs: { mappings, clock }, make: (of) => new ReadGrowth(of) });
  bindPart(container, tokens.reassignContact, {
    needs: {
      ...{
        mappings,
        tenants,
        queue: deliveries,
        replies,
        audit: tokens.audit,
        ids: tokens.ids,
        clock,
        logger,
      },
    },
    make: (of) => new ReassignContact(of),
  });
  bindPart(container, tokens.clearTenant, {
    needs: { mappings, queue: deliveries, replies, removeMapping: tokens.removeMapping },
    make: (of) => new ClearTenant(of),
  });
  bindPart(container, tokens.manageTenants, {
    needs: {
      ...{ registry: tokens.tenantRegistry, directory: tenants, mappings, clock, logger },
      ...{ clearTenant: tokens.clearTenant, audit: tokens.audit },
    },
    make: (of) => new ManageTenants({ ...of, credentials: randomCredentials }),
  });
  bindPart(container, tokens.manageAdminKeys, {
    needs: { store: tokens.adminKeyStore, audit: tokens.audit, clock, logger },
    make: (of) => new ManageAdminKeys({ ...of, keys: randomAdminKeys }),
  });
  bindPart(container, tokens.replayDeadLetters, {
    needs: { mappings, queue: deliveries, audit: tokens.audit, clock, logger },
    make: (of) => new ReplayDeadLetters(of),
  });
  bindPart(container, tokens.housekeeping, {
    needs: {
      ...{ config, storage, queue: deliveries, replies, replyJournal, tenants, clock },
      ...{ media: tokens.media, audit: tokens.audit, contested: tokens.contested },
      ...{ registry: tokens.tenantRegistry, clearTenant: tokens.clearTenant },
      logger: backgroundLogger,
    },
    make: ({
      config: { deliveryMaxAgeMs, deadLetterKeptMs, media: files },
      storage: { firstWords, unmappedMarks, idempotencyKeys },
      ...others
    }) =>
      new Housekeeping({
        ...others,
        firstWords,
        unmappedMarks,
        idempotencyKeys,
        settings: {
          maxAgeMs: deliveryMaxAgeMs,
          maxHeldAgeMs: LIMITS.heldMs,
          deadLettersKeptMs: deadLetterKeptMs,
          mediaKeptMs: files.keptMs,
        },
      }),
  });
}

/** The connection to WhatsApp, and what comes from it. */
function bindWatching(container: Container): void {
  bindPart(container, tokens.sharedNumber, {
    needs: { config },
    make: (of) => new SharedNumber(of.config.gatewayPhoneNumber),
  });
  bindPart(container, tokens.messageRate, { needs: { clock }, make: (of) => new MessageRate(of) });
  bindPart(container, tokens.overview, {
    needs: {
      ...{ number: tokens.sharedNumber, mappings, deliveries, replies, clock },
      ...{ manageTenants: tokens.manageTenants, growth: tokens.readGrowth, rate: tokens.messageRate },
    },
    make: (of) => new Overview(of),
  });
  bindPart(container, tokens.metrics, {
    needs: {
      ...{ deliveries, replies, files: tokens.mediaJobs, mappings },
      ...{ number: tokens.sharedNumber, clock },
    },
    make: ({ deliveries, replies, files, ...others }) =>
      new GatewayMetrics({ ...others, queues: { deliveries, replies, files } }),
  });
  bindPart(container, tokens.catchUp, {
    needs: {
      ...{ history: tokens.messageHistory, routeInboundMessage: tokens.routeInboundMessage },
      ...{ track: tokens.trackReplies, state: tokens.state, clock, logger: backgroundLogger },
    },
    make: ({ routeInboundMessage, track, ...others }) =>
      new CatchUp({
        ...others,
        route: (message) => routeInboundMessage.execute(message, { isCatchUp: true }),
        onOwnMessage: (own) => track.ownMessage(own),
      }),
  });
  bindPart(container, tokens.leadersWork, {
    needs: {
      ...{ config, storage, clock, logger: backgroundLogger },
      ...{ housekeeping: tokens.housekeeping, catchUp: tokens.catchUp },
    },
    make: ({ config: { waha }, storage: { lease = onlyInstance }, housekeeping, catchUp, ...others }) =>
      new LeadersWork({ ...others, lease, tasks: [housekeeping, ...(waha.catchUp ? [catchUp] : [])] }),
  });
  bindPart(container, tokens.wahaSessionWatch, {
    needs: {
      ...{ session: tokens.wahaSession, number: tokens.sharedNumber, catchUp: tokens.catchUp },
      leadership: tokens.leadersWork,
      ...{ state: tokens.state, clock, logger: backgroundLogger },
    },
    make: ({ catchUp, ...others }) =>
      new WahaSessionWatch({ ...others, onConnection: (isWorking) => catchUp.noteConnection(isWorking) }),
  });
  bindPart(container, tokens.inboundHandlers, {
    needs: {
      ...{ route: tokens.routeInboundMessage, track: tokens.trackReplies, catchUp: tokens.catchUp },
      ...{ watch: tokens.wahaSessionWatch, number: tokens.sharedNumber, clock },
      rate: tokens.messageRate,
    },
    make: (of) => inboundHandlers(of),
  });
}

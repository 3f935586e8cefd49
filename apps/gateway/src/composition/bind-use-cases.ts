import {
  ClearTenant,
  DeliverDueMessages,
  Housekeeping,
  ManageTenants,
  randomCredentials,
  RemoveMapping,
  ReplyToUnmapped,
  ReplayDeadLetters,
  RouteInboundMessage,
  SendDueReplies,
} from "@gateway-router/core";
import type { Container } from "inversify";
import { SharedNumber } from "../shared-number.js";
import { SharedNumberWatch } from "../shared-number-watch.js";
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
  tenants,
  retryPolicy,
  storage,
} = tokens;

/** What the gateway does, on whatever adapters the container holds. */
export function bindUseCases(container: Container): void {
  bindPart(container, tokens.routeInboundMessage, {
    needs: {
      ...{ config, storage, tenants, clock, ids: tokens.ids, logger },
      replyToUnmapped: tokens.replyToUnmapped,
    },
    make: ({ config: { deepLinkPrefix }, storage: { intake }, replyToUnmapped, ...others }) =>
      new RouteInboundMessage({
        ...others,
        intake,
        linkPrefix: deepLinkPrefix,
        onUnmapped: (contact) => replyToUnmapped.consider(contact),
      }),
  });
  bindPart(container, tokens.replyToUnmapped, {
    needs: { config, storage, mappings, sender: tokens.replySender, clock, logger: backgroundLogger },
    make: ({ config: { unmappedReply }, storage: { unmappedMarks }, ...others }) =>
      new ReplyToUnmapped({ ...others, marks: unmappedMarks, text: unmappedReply }),
  });
  bindPart(container, tokens.deliverDueMessages, {
    needs: {
      ...{ config, queue: deliveries, replies, mappings, tenants },
      ...{ dispatcher: tokens.dispatcher, retryPolicy, clock, logger: backgroundLogger },
    },
    make: ({ config: { deliveryTimeoutMs, deliveryMaxAgeMs }, ...others }) =>
      new DeliverDueMessages({
        ...others,
        settings: {
          ...LIMITS.deliveries,
          // The dispatcher keeps the time-out itself and can say what was late; this one only stands behind it.
          attemptTimeoutMs: deliveryTimeoutMs + 1_000,
          maxAgeMs: deliveryMaxAgeMs,
        },
      }),
  });
  bindPart(container, tokens.sendDueReplies, {
    needs: { replies, mappings, sender: tokens.replySender, retryPolicy, clock, logger: backgroundLogger },
    make: (of) => new SendDueReplies({ ...of, limits: LIMITS.replies }),
  });
  bindAdministration(container);
  bindSharedNumber(container);
}

function bindAdministration(container: Container): void {
  bindPart(container, tokens.removeMapping, {
    needs: { mappings, queue: deliveries, replies, logger },
    make: (of) => new RemoveMapping(of),
  });
  bindPart(container, tokens.clearTenant, {
    needs: { mappings, queue: deliveries, replies, removeMapping: tokens.removeMapping },
    make: (of) => new ClearTenant(of),
  });
  bindPart(container, tokens.manageTenants, {
    needs: {
      ...{ registry: tokens.tenantRegistry, directory: tenants, mappings, clock, logger },
      clearTenant: tokens.clearTenant,
    },
    make: (of) => new ManageTenants({ ...of, credentials: randomCredentials }),
  });
  bindPart(container, tokens.replayDeadLetters, {
    needs: { mappings, queue: deliveries, clock, logger },
    make: (of) => new ReplayDeadLetters(of),
  });
  bindPart(container, tokens.housekeeping, {
    needs: { config, storage, queue: deliveries, replies, tenants, clock, logger: backgroundLogger },
    make: ({
      config: { deliveryMaxAgeMs, deadLetterKeptMs },
      storage: { firstWords, unmappedMarks },
      ...others
    }) =>
      new Housekeeping({
        ...others,
        firstWords,
        unmappedMarks,
        settings: {
          maxAgeMs: deliveryMaxAgeMs,
          maxHeldAgeMs: LIMITS.heldMs,
          deadLettersKeptMs: deadLetterKeptMs,
        },
      }),
  });
}

function bindSharedNumber(container: Container): void {
  bindPart(container, tokens.sharedNumber, {
    needs: { config },
    make: (of) => new SharedNumber(of.config.gatewayPhoneNumber),
  });
  bindPart(container, tokens.sharedNumberWatch, {
    needs: { client: tokens.wahaClient, number: tokens.sharedNumber, clock, logger: backgroundLogger },
    make: (of) => new SharedNumberWatch(of),
  });
}

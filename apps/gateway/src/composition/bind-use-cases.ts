import {
  DeliverDueMessages,
  FindReplyStatus,
  Housekeeping,
  RemoveMapping,
  ReplyToUnmapped,
  ReplayDeadLetters,
  RouteInboundMessage,
  SendDueReplies,
  SendReply,
  TrackReplies,
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
  replyJournal,
  sendBudget: budget,
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
    needs: {
      ...{ config, storage, mappings, sender: tokens.replySender, budget, journal: replyJournal },
      ...{ clock, logger: backgroundLogger },
    },
    make: ({ config: { unmappedReply }, storage: { unmappedMarks }, ...others }) =>
      new ReplyToUnmapped({ ...others, marks: unmappedMarks, text: unmappedReply }),
  });
  bindPart(container, tokens.deliverDueMessages, {
    needs: {
      ...{ config, queue: deliveries, replies, replyJournal, mappings, tenants },
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
    needs: {
      ...{ replies, journal: replyJournal, mappings, deliveries, sender: tokens.replySender, budget },
      ...{ track: tokens.trackReplies, retryPolicy, clock, logger: backgroundLogger },
    },
    make: (of) => new SendDueReplies({ ...of, limits: LIMITS.replies }),
  });
  bindReplies(container);
  bindAdministration(container);
  bindSharedNumber(container);
}

/** What tenants and the source of messages ask of replies. */
function bindReplies(container: Container): void {
  bindPart(container, tokens.sendReply, {
    needs: { mappings, replies, journal: replyJournal, ids: tokens.ids, logger },
    make: (of) => new SendReply(of),
  });
  bindPart(container, tokens.findReplyStatus, {
    needs: { journal: replyJournal, replies },
    make: (of) => new FindReplyStatus(of),
  });
  bindPart(container, tokens.trackReplies, {
    needs: { journal: replyJournal, mappings, deliveries, clock, logger },
    make: (of) => new TrackReplies(of),
  });
}

function bindAdministration(container: Container): void {
  bindPart(container, tokens.removeMapping, {
    needs: { mappings, queue: deliveries, replies, logger },
    make: (of) => new RemoveMapping(of),
  });
  bindPart(container, tokens.replayDeadLetters, {
    needs: { mappings, queue: deliveries, clock, logger },
    make: (of) => new ReplayDeadLetters(of),
  });
  bindPart(container, tokens.housekeeping, {
    needs: {
      ...{ config, storage, queue: deliveries, replies, replyJournal, tenants, clock },
      logger: backgroundLogger,
    },
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

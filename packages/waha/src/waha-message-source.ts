import { isUtf8 } from "node:buffer";
import {
  GatewayError,
  type ChangeKind,
  type Clock,
  type InboundHandlers,
  type Logger,
  type MessageSource,
} from "@gateway-router/core";
import { parseAcknowledgement } from "./acknowledgement-parser.js";
import { parseInboundChange } from "./inbound-change-parser.js";
import { parseInboundMessage, type MessageCircumstances } from "./inbound-message-parser.js";
import { textAt } from "./plain-data.js";
import { readAs, type Reading } from "./read-as.dto.js";
import { reportPartFaults } from "./report-part-faults.js";
import { WahaEventDto } from "./waha-event.dto.js";
import { WahaMessageDto } from "./waha-message.dto.js";
import { WahaSessionStatusDto } from "./waha-session.dto.js";
import { parseTimestampMs } from "./waha-timestamp.js";
import type { IgnoredReason, WebhookOutcome } from "./webhook-outcome.js";
import { verifyWebhookSignature, type ReceivedSignature } from "./webhook-signature.js";

export interface WahaMessageSourceOptions {
  /** The WAHA session whose messages are taken. */
  readonly session: string;
  /**
   * The key WAHA signs its webhooks with. Without one every webhook is taken for WAHA's, and what it says about two
   * names of one contact is not believed.
   */
  readonly hmacKey?: string | undefined;
  /** How long message identities are remembered: an older event could be routed a second time. */
  readonly duplicateMemoryMs: number;
  /** How many messages, changes and acknowledgements may be with the handlers at a time. */
  readonly maxInFlight: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the gateway takes from each event. Both of the first carry every message that comes in; `message.any` carries one's own as well. */
const EVENTS: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["message", "message"],
  ["message.any", "message"],
  ["message.edited", "edited"],
  ["message.revoked", "revoked"],
  ["message.reaction", "reaction"],
  ["message.ack", "acknowledgement"],
  ["session.status", "session_status"],
]);

type EventKind = "message" | ChangeKind | "acknowledgement" | "session_status";

/**
 * WAHA's webhooks as a source of messages, changes and acknowledgements, whatever server takes them off the wire.
 *
 * What an outcome says holds: the handler has resolved. Rejects only with what the handler threw.
 */
export class WahaMessageSource implements MessageSource {
  private readonly inFlight = new Set<Promise<WebhookOutcome>>();
  private handlers: InboundHandlers | undefined;

  constructor(private readonly options: WahaMessageSourceOptions) {
    if (options.hmacKey === "") {
      throw new GatewayError("empty_hmac_key", "An empty key signs nothing: leave it out instead", {
        retryable: false,
      });
    }
  }

  async start(handlers: InboundHandlers): Promise<void> {
    if (this.handlers !== undefined) {
      throw new GatewayError("source_started", "The source of messages is started already", {
        retryable: false,
      });
    }
    this.handlers = handlers;
  }

  async stop(): Promise<void> {
    this.handlers = undefined;
    await Promise.allSettled(this.inFlight);
  }

  /**
   * Takes one webhook. Nothing is parsed before its signature is verified; then what rules the event out goes
   * from the envelope inwards: session, age, kind, and at last the message itself.
   */
  async receive(rawBody: Uint8Array, signature: ReceivedSignature): Promise<WebhookOutcome> {
    const { hmacKey, session, clock } = this.options;
    if (hmacKey !== undefined) {
      const verdict = verifyWebhookSignature({ key: hmacKey, rawBody, signature });
      if (!verdict.valid) return { kind: "unauthorized", reason: verdict.reason };
    }
    const reading = readEvent(rawBody);
    if (reading.kind === "invalid") return { kind: "malformed", message: reading.fault };
    const event = reading.value;
    if ((event.session ?? session) !== session) return this.ignore("session", event);
    const nowMs = clock.nowMs();
    const eventAtMs = parseTimestampMs(event.timestamp) ?? nowMs;
    if (nowMs - eventAtMs > this.options.duplicateMemoryMs) return this.ignore("stale", event);
    const circumstances = {
      session,
      assumedSentAtMs: Math.min(eventAtMs, nowMs),
      isVouchedFor: hmacKey !== undefined,
    };
    const kind = kindOf(event);
    switch (kind) {
      case undefined:
        return this.ignore("event", event);
      case "message":
        return this.receiveMessage(event, circumstances);
      case "edited":
      case "revoked":
      case "reaction":
        return this.receiveChange(kind, event, circumstances);
      case "acknowledgement":
        return this.receiveAcknowledgement(event);
      case "session_status":
        return this.receiveSessionStatus(event);
    }
  }

  private async receiveMessage(
    event: WahaEventDto,
    circumstances: MessageCircumstances,
  ): Promise<WebhookOutcome> {
    const reading = readAs(WahaMessageDto, event.payload, "payload");
    if (reading.kind === "invalid") return { kind: "malformed", message: reading.fault };
    const parsed = parseInboundMessage(reading.value, circumstances);
    switch (parsed.kind) {
      case "malformed":
        return parsed;
      case "ignored":
        return this.ignore(parsed.reason, event);
      case "unknown_sender":
        return this.ignoreUnknownSender(parsed.server);
      case "own_message": {
        const { own } = parsed;
        if (own === undefined) return this.ignore("own_message", event);
        return this.handOver(async (handlers) => {
          await handlers.onOwnMessage(own);
          return this.ignore("own_message", event);
        });
      }
      case "message":
        reportPartFaults(this.options.logger, parsed);
        return this.handOver((handlers) => handlers.onMessage(parsed.message));
    }
  }

  private async receiveChange(
    kind: ChangeKind,
    event: WahaEventDto,
    circumstances: MessageCircumstances,
  ): Promise<WebhookOutcome> {
    const parsed = parseInboundChange(kind, event.payload, circumstances);
    switch (parsed.kind) {
      case "ignored":
        return this.ignore(parsed.reason, event);
      case "unknown_sender":
        return this.ignoreUnknownSender(parsed.server);
      case "unreadable":
        return this.ignoreUnreadable(event, parsed.fault);
      case "change":
        return this.handOver((handlers) => handlers.onChange(parsed.change));
    }
  }

  private async receiveAcknowledgement(event: WahaEventDto): Promise<WebhookOutcome> {
    const parsed = parseAcknowledgement(event.payload);
    switch (parsed.kind) {
      case "nothing":
        return this.ignore("event", event);
      case "unreadable":
        return this.ignoreUnreadable(event, parsed.fault);
      case "acknowledgement":
        return this.handOver(async (handlers) => {
          await handlers.onAcknowledgement(parsed.acknowledgement);
          return this.ignore("event", event);
        });
    }
  }

  private receiveSessionStatus(event: WahaEventDto): WebhookOutcome {
    const reading = readAs(WahaSessionStatusDto, event.payload, "payload");
    if (reading.kind === "invalid") return this.ignoreUnreadable(event, reading.fault);
    this.handlers?.onSessionStatus({
      status: reading.value.status,
      atMs: parseTimestampMs(event.timestamp) ?? this.options.clock.nowMs(),
    });
    return this.ignore("event", event);
  }

  /** Whatever is made durable counts against the limit, and holds up a stop until it is. */
  private async handOver(
    handle: (handlers: InboundHandlers) => Promise<WebhookOutcome>,
  ): Promise<WebhookOutcome> {
    const { handlers, inFlight } = this;
    if (handlers === undefined) return { kind: "unavailable" };
    if (inFlight.size >= this.options.maxInFlight) return { kind: "overloaded" };
    const handling = handle(handlers);
    inFlight.add(handling);
    try {
      return await handling;
    } finally {
      inFlight.delete(handling);
    }
  }

  private ignoreUnknownSender(server: string): WebhookOutcome {
    this.options.logger.log("warn", `Ignored a message whose sender is no person: an address in ${server}`, {
      event: "webhook.unknown_sender",
      server,
    });
    return { kind: "ignored", reason: "event" };
  }

  /** To refuse it would only make WAHA send it again, and nobody's message is lost with it. */
  private ignoreUnreadable({ event }: WahaEventDto, fault: string): WebhookOutcome {
    this.options.logger.log("warn", `Ignored a ${String(event)} that can't be read: ${fault}`, {
      event: "webhook.unreadable",
      waha_event: event,
    });
    return { kind: "ignored", reason: "event" };
  }

  private ignore(reason: IgnoredReason, { event }: WahaEventDto): WebhookOutcome {
    const { logger } = this.options;
    if (logger.isEnabled("debug")) {
      logger.log("debug", `Ignored a webhook (${reason})`, {
        event: "webhook.ignored",
        reason,
        waha_event: event ?? "message",
      });
    }
    return { kind: "ignored", reason };
  }
}

function readEvent(rawBody: Uint8Array): Reading<WahaEventDto> {
  const json = parseJson(rawBody);
  if (json === undefined) return { kind: "invalid", fault: "the body is not JSON in UTF-8" };
  const reading = readAs(WahaEventDto, json, "the event");
  if (reading.kind === "invalid" || names(reading.value) || carriesMessage(reading.value)) return reading;
  return { kind: "invalid", fault: "the event has neither a name nor a payload with a sender" };
}

/** What JSON holds is never `undefined`, so that can say that there is none. */
function parseJson(rawBody: Uint8Array): unknown {
  // The decoder would quietly put a replacement for each broken character, and so change what a contact wrote.
  if (!isUtf8(rawBody)) return undefined;
  try {
    return JSON.parse(Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** An event without a name is a message if it looks like one. */
function kindOf(event: WahaEventDto): EventKind | undefined {
  if (names(event)) return EVENTS.get(event.event);
  return carriesMessage(event) ? "message" : undefined;
}

function names(event: WahaEventDto): event is WahaEventDto & { event: string } {
  return typeof event.event === "string";
}

function carriesMessage({ payload }: WahaEventDto): boolean {
  return textAt(payload, "from") !== undefined;
}

import { isUtf8 } from "node:buffer";
import {
  GatewayError,
  type Clock,
  type InboundHandlers,
  type InboundMessage,
  type Logger,
  type MessageSource,
} from "@gateway-router/core";
import { parseInboundMessage } from "./inbound-message-parser.js";
import { textAt } from "./plain-data.js";
import { readAs, type Reading } from "./read-as.dto.js";
import { WahaEventDto } from "./waha-event.dto.js";
import { WahaMessageDto } from "./waha-message.dto.js";
import { parseTimestampMs } from "./waha-timestamp.js";
import type { IgnoredReason, WebhookOutcome } from "./webhook-outcome.js";
import { verifyWebhookSignature, type ReceivedSignature } from "./webhook-signature.js";

export interface WahaMessageSourceOptions {
  /** The WAHA session whose messages are taken. */
  readonly session: string;
  /** The key WAHA signs its webhooks with. Without one every webhook is taken for WAHA's. */
  readonly hmacKey?: string | undefined;
  /** How long message identities are remembered: an older event could be routed a second time. */
  readonly duplicateMemoryMs: number;
  /** How many messages may be with the handler at a time. */
  readonly maxInFlight: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Both carry every message that comes in; `message.any` carries one's own as well. */
const MESSAGE_EVENTS: ReadonlySet<string> = new Set(["message", "message.any"]);

/**
 * WAHA's webhooks as a source of messages, whatever server takes them off the wire.
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
    if (!isMessage(event)) return this.ignore("event", event);
    return this.receiveMessage(event, Math.min(eventAtMs, nowMs));
  }

  private async receiveMessage(event: WahaEventDto, assumedSentAtMs: number): Promise<WebhookOutcome> {
    const reading = readAs(WahaMessageDto, event.payload, "payload");
    if (reading.kind === "invalid") return { kind: "malformed", message: reading.fault };
    const { session, logger } = this.options;
    const parsed = parseInboundMessage(reading.value, { session, assumedSentAtMs });
    switch (parsed.kind) {
      case "malformed":
        return parsed;
      case "ignored":
        return this.ignore(parsed.reason, event);
      case "unknown_sender":
        logger.log("warn", `Ignored a message whose sender is no person: an address in ${parsed.server}`, {
          event: "webhook.unknown_sender",
          server: parsed.server,
        });
        return { kind: "ignored", reason: "event" };
      case "message":
        this.reportPartFaults(parsed.message, parsed.partFaults);
        return this.handOver(parsed.message);
    }
  }

  private async handOver(message: InboundMessage): Promise<WebhookOutcome> {
    const { handlers, inFlight } = this;
    if (handlers === undefined) return { kind: "unavailable" };
    if (inFlight.size >= this.options.maxInFlight) return { kind: "overloaded" };
    const handling = handlers.onMessage(message);
    inFlight.add(handling);
    try {
      return await handling;
    } finally {
      inFlight.delete(handling);
    }
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

  private reportPartFaults({ contact, content }: InboundMessage, faults: readonly string[]): void {
    if (faults.length === 0) return;
    const { logger } = this.options;
    logger.log("warn", `A message of ${contact} goes on without what can't be read: ${faults.join("; ")}`, {
      event: "webhook.part_unreadable",
      phone_number: contact,
      message_id: content.id,
    });
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
function isMessage(event: WahaEventDto): boolean {
  return names(event) ? MESSAGE_EVENTS.has(event.event) : carriesMessage(event);
}

function names(event: WahaEventDto): event is WahaEventDto & { event: string } {
  return typeof event.event === "string";
}

function carriesMessage({ payload }: WahaEventDto): boolean {
  return textAt(payload, "from") !== undefined;
}

import { createHash } from "node:crypto";
import type { InboundMessage, OwnMessage } from "@gateway-router/core";
import { readMessageContent } from "./message-content.js";
import { readSender, type SenderReading } from "./message-sender.js";
import { parseOwnMessage } from "./own-message-parser.js";
import { parseWahaMessageId } from "./waha-message-id.js";
import type { WahaMessageDto } from "./waha-message.dto.js";
import { parseTimestampMs } from "./waha-timestamp.js";
import { wholeSeconds } from "./whole-seconds.js";

export interface MessageCircumstances {
  readonly session: string;
  /** When it was sent, should the message not say so itself. */
  readonly assumedSentAtMs: number;
  /** Whether it is WAHA's own word, by a signature or because WAHA was asked. */
  readonly isVouchedFor: boolean;
}

export type ParsedMessage =
  | {
      readonly kind: "message";
      readonly message: InboundMessage;
      /** What is wrong with the parts that had to be left out; empty as a rule. */
      readonly partFaults: readonly string[];
    }
  /** One's own; without `own` it went to nobody the gateway knows. */
  | { readonly kind: "own_message"; readonly own: OwnMessage | undefined }
  | Exclude<SenderReading, { readonly kind: "sender" }>;

/**
 * Reads a message of WAHA as the message of a contact, or says why it is none.
 *
 * Its identity is the session, whether it is one's own, and WhatsApp's bare id: the same by whichever event,
 * in whichever form of the chat, and however often it comes. Without an id it is a hash of session, sender,
 * time and text as the payload has them. The time assumed for a payload without one stays out of the hash,
 * so that a repeat is recognised; for the same reason two equal texts without id and time are one message.
 */
export function parseInboundMessage(
  message: WahaMessageDto,
  { session, assumedSentAtMs, isVouchedFor }: MessageCircumstances,
): ParsedMessage {
  const waId = message.id ? parseWahaMessageId(message.id) : undefined;
  const ownTimeMs = parseTimestampMs(message.timestamp);
  const sentAtMs = wholeSeconds(ownTimeMs ?? assumedSentAtMs);
  if (message.fromMe ?? waId?.fromMe ?? false) {
    return { kind: "own_message", own: parseOwnMessage(message, waId, sentAtMs) };
  }
  const reading = readSender(message, isVouchedFor);
  if (reading.kind !== "sender") return reading;

  const id = waId?.bareId ?? hashedId(message, session, ownTimeMs);
  const identity = messageIdentity(session, id);
  const { content, partFaults } = readMessageContent(message, { id, identity });
  return { kind: "message", message: { identity, sentAtMs, content, ...reading.sender }, partFaults };
}

/** What makes a contact's message this one, by WhatsApp's bare id. */
export function messageIdentity(session: string, bareId: string): string {
  return `${session}/false/${bareId}`;
}

/** The list form keeps apart what a joined text would blur: a `from` that ends as the next field begins. */
function hashedId({ from, body }: WahaMessageDto, session: string, timeMs: number | undefined): string {
  const parts = JSON.stringify([session, from, timeMs ?? null, body ?? null]);
  return createHash("sha256").update(parts).digest("hex");
}

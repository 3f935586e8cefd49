import { createHash } from "node:crypto";
import { isLid, parseContactId, type ContactId, type InboundMessage } from "@gateway-router/core";
import { nameOfSender, phoneOfSender } from "./engine-data.js";
import { readMessageContent } from "./message-content.js";
import { parseWahaMessageId } from "./waha-message-id.js";
import type { WahaMessageDto } from "./waha-message.dto.js";
import { parseTimestampMs } from "./waha-timestamp.js";
import type { IgnoredReason } from "./webhook-outcome.js";

export interface MessageCircumstances {
  readonly session: string;
  /** When it was sent, should the message not say so itself. */
  readonly assumedSentAtMs: number;
}

export type ParsedMessage =
  | {
      readonly kind: "message";
      readonly message: InboundMessage;
      /** What is wrong with the parts that had to be left out; empty as a rule. */
      readonly partFaults: readonly string[];
    }
  | { readonly kind: "ignored"; readonly reason: IgnoredReason }
  /** Sent by an address of a kind that is not known, such as WhatsApp's own service account. */
  | { readonly kind: "unknown_sender"; readonly server: string }
  | { readonly kind: "malformed"; readonly message: string };

/** WhatsApp allows 25 characters; what is longer than this is no name. */
const LONGEST_NAME = 128;
/** As much of an unknown address as a log line may carry: its kind, not its owner. */
const LONGEST_SERVER_NAME = 32;

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
  { session, assumedSentAtMs }: MessageCircumstances,
): ParsedMessage {
  const waId = message.id ? parseWahaMessageId(message.id) : undefined;
  if (message.fromMe ?? waId?.fromMe ?? false) return { kind: "ignored", reason: "own_message" };
  const reason = ignoredChat(message.from);
  if (reason !== undefined) return { kind: "ignored", reason };
  const contact = contactOf(message);
  if (contact === undefined) return unreadableSender(message.from);

  const ownTimeMs = parseTimestampMs(message.timestamp);
  const id = waId?.bareId ?? hashedId(message, session, ownTimeMs);
  const { content, partFaults } = readMessageContent(message, id);
  const contactName = displayName(message);
  return {
    kind: "message",
    message: {
      identity: `${session}/false/${id}`,
      contact,
      ...(contactName === undefined ? {} : { contactName }),
      sentAtMs: wholeSeconds(ownTimeMs ?? assumedSentAtMs),
      content,
    },
    partFaults,
  };
}

function ignoredChat(from: string): IgnoredReason | undefined {
  if (from.endsWith("@g.us")) return "group";
  // Both the status, `status@broadcast`, and broadcast lists.
  if (from.endsWith("@broadcast")) return "broadcast";
  if (from.endsWith("@newsletter")) return "channel";
  return undefined;
}

/** A phone number wherever one is to be had: a contact seen by LID today may be seen by its number tomorrow. */
function contactOf({ from, _data }: WahaMessageDto): ContactId | undefined {
  const contact = parseContactId(from);
  return contact !== undefined && isLid(contact) ? (phoneOfSender(_data) ?? contact) : contact;
}

/**
 * WhatsApp has more kinds of addresses than persons, and gets new ones; to refuse them would only make WAHA
 * send them again. What is no address at all was written by hand, and its writer wants to be told.
 */
function unreadableSender(from: string): ParsedMessage {
  const at = from.lastIndexOf("@");
  return at === -1
    ? { kind: "malformed", message: "payload: from must be a phone number or an address of WhatsApp" }
    : { kind: "unknown_sender", server: from.slice(at, at + LONGEST_SERVER_NAME) };
}

/** The list form keeps apart what a joined text would blur: a `from` that ends as the next field begins. */
function hashedId({ from, body }: WahaMessageDto, session: string, timeMs: number | undefined): string {
  const parts = JSON.stringify([session, from, timeMs ?? null, body ?? null]);
  return createHash("sha256").update(parts).digest("hex");
}

function displayName({ _data, notifyName }: WahaMessageDto): string | undefined {
  const name = (nameOfSender(_data) ?? (typeof notifyName === "string" ? notifyName : "")).trim();
  if (name.length <= LONGEST_NAME) return name === "" ? undefined : name;
  // By code points, so that no character is cut in half.
  return Array.from(name.slice(0, 2 * LONGEST_NAME))
    .slice(0, LONGEST_NAME)
    .join("");
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

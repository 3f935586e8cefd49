import { createHash } from "node:crypto";
import type { ChangeKind, InboundChange } from "@gateway-router/core";
import { messageIdentity, type MessageCircumstances } from "./inbound-message-parser.js";
import { readSender, type SenderReading } from "./message-sender.js";
import { readAs } from "./read-as.dto.js";
import {
  WahaChangeDto,
  WahaEditDto,
  WahaReactionDto,
  WahaReactionEventDto,
  WahaRevocationDto,
} from "./waha-change.dto.js";
import { parseWahaMessageId } from "./waha-message-id.js";
import { parseTimestampMs } from "./waha-timestamp.js";
import { wholeSeconds } from "./whole-seconds.js";

export type ParsedChange =
  | { readonly kind: "change"; readonly change: InboundChange }
  | Extract<SenderReading, { readonly kind: "ignored" | "unknown_sender" }>
  /** Says what is wrong with it, never what a contact wrote. */
  | { readonly kind: "unreadable"; readonly fault: string };

/** What a change says besides who made it. */
interface Change {
  readonly by: WahaChangeDto;
  /** The message concerned, as WAHA names it. */
  readonly target: string;
  readonly text?: string;
}

type ChangeReading =
  | { readonly kind: "read"; readonly change: Change }
  | { readonly kind: "unreadable"; readonly fault: string };

const READERS: Readonly<Record<ChangeKind, (payload: unknown) => ChangeReading>> = {
  edited: readEdit,
  revoked: readRevocation,
  reaction: readReaction,
};

/** Reads what a contact did to a message, or says why it is nothing for a tenant. */
export function parseInboundChange(
  kind: ChangeKind,
  payload: unknown,
  { session, assumedSentAtMs, isVouchedFor }: MessageCircumstances,
): ParsedChange {
  const reading = READERS[kind](payload);
  if (reading.kind === "unreadable") return reading;
  const { change } = reading;
  const { by, text } = change;
  const ownId = by.id ? parseWahaMessageId(by.id) : undefined;
  if (by.fromMe ?? ownId?.fromMe ?? false) return { kind: "ignored", reason: "own_message" };
  const sender = readSender(by, isVouchedFor);
  if (sender.kind === "malformed") return { kind: "unreadable", fault: sender.message };
  if (sender.kind !== "sender") return sender;

  const target = parseWahaMessageId(change.target);
  const concerns = concernsContactsMessage(kind, target.fromMe)
    ? { concerns: messageIdentity(session, target.bareId) }
    : {};
  return {
    kind: "change",
    change: {
      kind,
      identity: `${session}/${kind}/${idOf(kind, change, { ownId: ownId?.bareId, targetId: target.bareId })}`,
      ...sender.sender,
      sentAtMs: wholeSeconds(parseTimestampMs(by.timestamp) ?? assumedSentAtMs),
      messageId: target.bareId,
      ...concerns,
      ...(text === undefined ? {} : { text }),
    },
  };
}

/** People edit and revoke what they wrote themselves, and react to anything: there the id must say whose it is. */
function concernsContactsMessage(kind: ChangeKind, isOwn: boolean | undefined): boolean {
  return kind === "reaction" ? isOwn === false : isOwn !== true;
}

/**
 * What makes a change this one. A message is revoked once. Edits and reactions are messages with ids of their own;
 * where an engine gives none, or gives the edited message's, what they say must do.
 */
function idOf(
  kind: ChangeKind,
  { by, text }: Change,
  { ownId, targetId }: { readonly ownId: string | undefined; readonly targetId: string },
): string {
  if (kind === "revoked") return targetId;
  if (ownId !== undefined && ownId !== targetId) return ownId;
  const parts = JSON.stringify([targetId, by.from, parseTimestampMs(by.timestamp) ?? null, text ?? null]);
  return createHash("sha256").update(parts).digest("hex");
}

function readEdit(payload: unknown): ChangeReading {
  const reading = readAs(WahaEditDto, payload, "payload");
  if (reading.kind === "invalid") return unreadable(reading);
  const by = reading.value;
  return { kind: "read", change: { by, target: by.editedMessageId, text: by.body ?? "" } };
}

function readReaction(payload: unknown): ChangeReading {
  const event = readAs(WahaReactionEventDto, payload, "payload");
  if (event.kind === "invalid") return unreadable(event);
  const reaction = readAs(WahaReactionDto, event.value.reaction, "reaction");
  if (reaction.kind === "invalid") return unreadable(reaction);
  const { messageId, text } = reaction.value;
  return { kind: "read", change: { by: event.value, target: messageId, text: text ?? "" } };
}

function readRevocation(payload: unknown): ChangeReading {
  const revocation = readAs(WahaRevocationDto, payload, "payload");
  if (revocation.kind === "invalid") return unreadable(revocation);
  const { after, before, revokedMessageId } = revocation.value;
  const by = readAs(WahaChangeDto, after ?? before, "after");
  if (by.kind === "invalid") return unreadable(by);
  return { kind: "read", change: { by: by.value, target: revokedMessageId } };
}

function unreadable({ fault }: { readonly fault: string }): ChangeReading {
  return { kind: "unreadable", fault };
}

import type { Acknowledgement } from "@gateway-router/core";
import { readAs } from "./read-as.dto.js";
import { WahaAckDto } from "./waha-change.dto.js";
import { parseWahaMessageId } from "./waha-message-id.js";

export type ParsedAcknowledgement =
  | { readonly kind: "acknowledgement"; readonly acknowledgement: Acknowledgement }
  /** It says nothing new, or is about somebody else's message. */
  | { readonly kind: "nothing" }
  | { readonly kind: "unreadable"; readonly fault: string };

/** WAHA's levels; 0 is a message that still waits, and 4 one that was listened to. */
const LEVELS: ReadonlyMap<unknown, Acknowledgement["level"]> = new Map([
  [-1, "failed"],
  [1, "sent"],
  [2, "delivered"],
  [3, "read"],
  [4, "read"],
]);

export function parseAcknowledgement(payload: unknown): ParsedAcknowledgement {
  const reading = readAs(WahaAckDto, payload, "payload");
  if (reading.kind === "invalid") return { kind: "unreadable", fault: reading.fault };
  const { id, fromMe, ack } = reading.value;
  const { bareId, fromMe: isOwnById } = parseWahaMessageId(id);
  const level = LEVELS.get(ack);
  if (level === undefined || !(isOwnById ?? fromMe ?? true)) return { kind: "nothing" };
  return { kind: "acknowledgement", acknowledgement: { messageId: bareId, level } };
}

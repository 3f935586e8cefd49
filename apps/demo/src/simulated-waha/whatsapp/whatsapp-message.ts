import type { Ack } from "../waha-event.js";

export interface ReceivedFile {
  readonly mimetype: string;
  readonly filename?: string;
  readonly bytes: Uint8Array;
}

/** A message as WhatsApp has it, whatever tells of it. Edits, revocations and reactions are messages too. */
export interface WhatsAppMessage {
  readonly chatId: string;
  /** The bare WhatsApp id. */
  readonly messageId: string;
  readonly sentAtMs: number;
  /** Whether the shared number wrote it. */
  readonly fromMe: boolean;
  /** Where it was written: on a phone, or by the API. */
  readonly source: "app" | "api";
  readonly ack: Ack;
  /** Who wrote it, where the chat does not say so: in groups and stories. */
  readonly participant?: string;
  readonly senderName?: string;
  /** For a chat under a LID: the phone's chat id, where WhatsApp tells. */
  readonly alternativeChatId?: string;
  /** The number of the device it was written on, where WhatsApp shows it beside the phone. */
  readonly device?: number;
  readonly content: MessageContent;
  readonly quoted?: QuotedMessage;
  /** How long it takes until WAHA has fetched all of it. */
  readonly fetching?: { readonly delayMs: number } | "held_back";
}

export type MessageContent =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
    }
  | { readonly kind: "contact_card"; readonly name: string; readonly vcard: string }
  | {
      readonly kind: "media";
      readonly file: ReceivedFile;
      readonly caption?: string;
      /** Whether WAHA can't fetch the file. */
      readonly failsToDownload: boolean;
    }
  | { readonly kind: "edit"; readonly target: MessageTarget; readonly text: string }
  | { readonly kind: "revocation"; readonly target: MessageTarget }
  | { readonly kind: "reaction"; readonly target: MessageTarget; readonly text: string };

/** The message of the same chat that another one changes or is about. */
export interface MessageTarget {
  /** The bare WhatsApp id. */
  readonly messageId: string;
  readonly fromMe: boolean;
}

export interface QuotedMessage {
  /** The bare WhatsApp id. */
  readonly id: string;
  readonly text: string;
  /** The chat id of who wrote it. */
  readonly participant: string;
}

/** The id under which WAHA tells of a message. */
export function fullMessageId({
  fromMe,
  chatId,
  messageId,
  participant,
}: Pick<WhatsAppMessage, "fromMe" | "chatId" | "messageId" | "participant">): string {
  return [fromMe, chatId, messageId, ...(participant === undefined ? [] : [participant])].join("_");
}

/** The bare WhatsApp id in a full one; what is bare already stays. */
export function bareMessageId(id: string): string {
  return id.split("_")[2] ?? id;
}

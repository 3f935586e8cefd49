import { chatIdOf, STATUS_CHAT } from "./chat-address.js";
import type { MessageContent, ReceivedFile, WhatsAppMessage } from "./whatsapp-message.js";

/** Who does something on WhatsApp, and in which chat. */
export interface ContactPlace {
  /** The phone number in any usual form; left out for a LID whose phone WhatsApp hides. */
  readonly from?: string;
  /** The alias under which WhatsApp shows the contact. With `from`, the message carries both. */
  readonly lid?: string;
  /** The number of the device, which WhatsApp at times shows with the phone behind a LID. */
  readonly device?: number;
  /** The name the contact shows. */
  readonly name?: string;
  /** In this group, `120363001@g.us`. */
  readonly group?: string;
  /** Through this broadcast list, `1234@broadcast`. */
  readonly broadcast?: string;
  /** As a story. */
  readonly status?: boolean;
  /** In this channel, `120363999@newsletter`, whose posts have no sender. */
  readonly channel?: string;
  /** Done on the shared number's own phone, in the chat with the person in `from` or `lid`. */
  readonly own?: boolean;
}

/** What somebody sends on WhatsApp. It is a text, a file with its text as caption, a location, or a contact card. */
export interface ContactMessage extends ContactPlace {
  readonly text?: string;
  readonly file?: ContactFile;
  readonly location?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
  };
  readonly contactCard?: { readonly name: string; readonly phone: string };
  /** The message it answers; by the shared number itself, unless a participant is named. */
  readonly replyTo?: { readonly id: string; readonly text: string; readonly participant?: string };
  /** The bare WhatsApp id; made up where it is left out. The same again is the same message again. */
  readonly id?: string;
  /** Now, where it is left out. */
  readonly sentAtMs?: number;
  /** How long WAHA needs until it has fetched the message, so that what comes later overtakes it. */
  readonly delayMs?: number;
  /** Whether WAHA has fetched the message only when it is told so, by `release`. */
  readonly heldBack?: boolean;
}

export interface ContactFile extends ReceivedFile {
  /** Whether WAHA can't fetch it, now or later. */
  readonly failsToDownload?: boolean;
}

/** A message that changes another one, or is about it. */
export interface ContactChange extends ContactPlace {
  /** Of the message it is about, bare or full. */
  readonly messageId: string;
  /** Its own bare WhatsApp id; made up where it is left out. */
  readonly id?: string;
  /** Now, where it is left out. */
  readonly sentAtMs?: number;
}

export interface ContactMessageContext {
  readonly messageId: string;
  readonly nowMs: number;
  /** The shared number's chat id, where there is one. */
  readonly ownChatId: string | undefined;
}

/** As WhatsApp has it. */
export function messageOf(message: ContactMessage, context: ContactMessageContext): WhatsAppMessage {
  const { replyTo, delayMs, heldBack } = message;
  const ownChatId = replyTo?.participant ?? context.ownChatId;
  if (replyTo !== undefined && ownChatId === undefined) {
    throw new TypeError("A message of a number that is not paired can't be answered");
  }
  return {
    ...messageIn(message, context, contentOf(message)),
    ...(replyTo === undefined ? {} : { quoted: { ...replyTo, participant: ownChatId! } }),
    ...(delayMs === undefined ? {} : { fetching: { delayMs } }),
    ...(heldBack === true ? { fetching: "held_back" as const } : {}),
  };
}

/** A message with that content from there. */
export function messageIn(
  place: ContactPlace & { readonly sentAtMs?: number },
  context: ContactMessageContext,
  content: MessageContent,
): WhatsAppMessage {
  const { name, from, lid, device } = place;
  const chat = chatOf(place);
  const showsPhone = lid !== undefined && from !== undefined && chat.participant === undefined;
  return {
    ...chat,
    messageId: context.messageId,
    sentAtMs: place.sentAtMs ?? context.nowMs,
    fromMe: place.own === true,
    source: "app",
    ack: 2,
    ...(name === undefined ? {} : { senderName: name }),
    ...(device === undefined ? {} : { device }),
    ...(showsPhone ? { alternativeChatId: chatIdOf(from) } : {}),
    content,
  };
}

function chatOf(place: ContactPlace): Pick<WhatsAppMessage, "chatId" | "participant"> {
  if (place.channel !== undefined) return { chatId: place.channel };
  const person = place.lid ?? place.from;
  if (person === undefined) throw new TypeError("A message comes from a phone number, a LID or a channel");
  const sender = chatIdOf(person);
  const shared = place.status === true ? STATUS_CHAT : (place.group ?? place.broadcast);
  return shared === undefined ? { chatId: sender } : { chatId: shared, participant: sender };
}

function contentOf({ text, file, location, contactCard }: ContactMessage): MessageContent {
  if (location !== undefined) return { kind: "location", ...location };
  if (contactCard !== undefined) return { kind: "contact_card", ...cardOf(contactCard) };
  if (file !== undefined) {
    const { failsToDownload = false, ...kept } = file;
    return { kind: "media", file: kept, failsToDownload, ...(text === undefined ? {} : { caption: text }) };
  }
  if (text === undefined) throw new TypeError("A message has a text, a file, a location or a contact card");
  return { kind: "text", text };
}

function cardOf({ name, phone }: { readonly name: string; readonly phone: string }): {
  readonly name: string;
  readonly vcard: string;
} {
  const digits = phone.replace(/[^0-9]/g, "");
  const lines = [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `FN:${name}`,
    `TEL;type=CELL;waid=${digits}:${phone}`,
    "END:VCARD",
  ];
  return { name, vcard: lines.join("\n") };
}

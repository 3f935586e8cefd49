import { chatIdOf, STATUS_CHAT } from "./chat-address.js";
import type { ReceivedFile } from "./media-files.js";
import type { MediaPayload, MessageFacts, PayloadContent } from "./message-payload.js";

/** What somebody sends on WhatsApp. It is a text, a file with its text as caption, a location, or a contact card. */
export interface ContactMessage {
  /** The sender's phone number in any usual form; left out for a LID whose phone WhatsApp hides. */
  readonly from?: string;
  /** The alias under which WhatsApp shows the sender. With `from`, the message carries both. */
  readonly lid?: string;
  /** The name the sender shows. */
  readonly name?: string;
  readonly text?: string;
  readonly file?: ReceivedFile;
  readonly location?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
  };
  readonly contactCard?: { readonly name: string; readonly phone: string };
  /** The message it answers; by the shared number itself, unless a participant is named. */
  readonly replyTo?: { readonly id: string; readonly text: string; readonly participant?: string };
  /** Into this group, `120363001@g.us`. */
  readonly group?: string;
  /** Through this broadcast list, `1234@broadcast`. */
  readonly broadcast?: string;
  /** As a story. */
  readonly status?: boolean;
  /** A post of this channel, `120363999@newsletter`, which has no sender. */
  readonly channel?: string;
  /** Typed on the shared number's own phone, to the person in `from` or `lid`. */
  readonly own?: boolean;
  /** The bare WhatsApp id; made up where it is left out. The same again is the same message again. */
  readonly id?: string;
  /** Now, where it is left out. */
  readonly sentAtMs?: number;
}

export interface ContactMessageContext {
  readonly messageId: string;
  readonly nowMs: number;
  /** The shared number's chat id. */
  readonly ownChatId: string;
  readonly keepFile: (file: ReceivedFile) => MediaPayload;
}

export function factsOf(message: ContactMessage, context: ContactMessageContext): MessageFacts {
  const { name, replyTo, sentAtMs, from, lid } = message;
  const chat = chatOf(message);
  const showsPhone = lid !== undefined && from !== undefined && chat.participant === undefined;
  return {
    ...chat,
    messageId: context.messageId,
    sentAtMs: sentAtMs ?? context.nowMs,
    ...(name === undefined ? {} : { senderName: name }),
    ...(showsPhone ? { alternativeChatId: chatIdOf(from) } : {}),
    content: contentOf(message, context),
    ...(replyTo === undefined ? {} : { quoted: { participant: context.ownChatId, ...replyTo } }),
  };
}

function chatOf(message: ContactMessage): Pick<MessageFacts, "chatId" | "participant"> {
  if (message.channel !== undefined) return { chatId: message.channel };
  const person = message.lid ?? message.from;
  if (person === undefined) throw new TypeError("A message comes from a phone number, a LID or a channel");
  const sender = chatIdOf(person);
  const shared = message.status === true ? STATUS_CHAT : (message.group ?? message.broadcast);
  return shared === undefined ? { chatId: sender } : { chatId: shared, participant: sender };
}

function contentOf(message: ContactMessage, { keepFile }: ContactMessageContext): PayloadContent {
  const { text, file, location, contactCard } = message;
  if (location !== undefined) return { kind: "location", ...location };
  if (contactCard !== undefined) return { kind: "contact_card", ...cardOf(contactCard) };
  if (file !== undefined) {
    const caption = text === undefined ? {} : { caption: text };
    return { kind: "media", media: keepFile(file), sizeBytes: file.bytes.length, ...caption };
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

import { systemClock, type Clock } from "@gateway-router/core";
import { randomFraction } from "../random-fraction.js";
import type { Ack, MeInfo } from "../waha-event.js";
import { WahaIds } from "../waha-ids.js";
import { chatIdOf } from "./chat-address.js";
import { messageIn, messageOf, type ContactChange, type ContactMessage } from "./contact-message.js";
import { meOf, type PhoneAccount } from "./phone-account.js";
import { SentMessages, type MessageToSend, type SentMessage, type TakenMessage } from "./sent-messages.js";
import { WhatsAppChats } from "./whatsapp-chats.js";
import {
  bareMessageId,
  type MessageContent,
  type MessageTarget,
  type WhatsAppMessage,
} from "./whatsapp-message.js";

export interface SimulatedWhatsAppOptions {
  readonly clock?: Clock;
  /** Uniform in [0, 1); for ids. */
  readonly random?: () => number;
  /** Paired from the beginning; nobody, where it is left out. */
  readonly account?: PhoneAccount;
}

/**
 * WhatsApp apart from WAHA: the phones, their chats and the account that WAHA is linked to. It outlives a WAHA
 * server, which is one of its devices: what is written while none listens stays in the chats.
 */
export class SimulatedWhatsApp {
  private readonly clock: Clock;
  private readonly ids: WahaIds;
  private readonly chats = new WhatsAppChats();
  private readonly sentMessages = new SentMessages();
  private readonly phones = new Map<string, string>();
  private readonly devices = new Set<(message: WhatsAppMessage) => void>();
  private paired: MeInfo | undefined;

  constructor({ clock = systemClock, random = randomFraction, account }: SimulatedWhatsAppOptions = {}) {
    this.clock = clock;
    this.ids = new WahaIds(random);
    this.paired = account && meOf(account);
  }

  /** The account that WAHA is paired with. */
  get account(): MeInfo | undefined {
    return this.paired;
  }

  pair(account: MeInfo): void {
    this.paired = account;
  }

  unpair(): void {
    this.paired = undefined;
  }

  /** Phone numbers behind LIDs, both as chat ids. */
  get phoneOfLid(): ReadonlyMap<string, string> {
    return this.phones;
  }

  /** Makes the phone number behind a LID known, without any message that shows it. */
  learnLid(lid: string, phone: string): void {
    this.phones.set(chatIdOf(lid), chatIdOf(phone));
  }

  /** What devices sent to contacts, oldest first, each once, however often it was sent under its id. */
  get sent(): readonly SentMessage[] {
    return this.sentMessages.log.all;
  }

  /** The next message to a contact that matches, or the oldest one that no earlier call got. */
  nextSent(matches?: (sent: SentMessage) => boolean): Promise<SentMessage> {
    return this.sentMessages.log.next(matches);
  }

  /** How often devices asked to send the message with that bare id. */
  sendRequests(messageId: string): number {
    return this.sentMessages.requestsFor(messageId);
  }

  /** The chats with what is in them now. */
  get allChats(): ReturnType<WhatsAppChats["all"]> {
    return this.chats.all();
  }

  /** What is in the chat with that id now, oldest first. */
  messagesIn(chatId: string): readonly WhatsAppMessage[] {
    return this.chats.messagesIn(chatId);
  }

  /** Somebody writes to the shared number, or on its own phone. A device that works tells of it at once, another never. */
  contactSends(message: ContactMessage): WhatsAppMessage {
    if (message.lid !== undefined && message.from !== undefined) this.learnLid(message.lid, message.from);
    return this.pass(messageOf(message, this.contextFor(message.id)));
  }

  /** Somebody gives a message of theirs another text. */
  contactEdits(change: ContactChange & { readonly text: string }): WhatsAppMessage {
    return this.passChange(change, { kind: "edit", target: ownTarget(change), text: change.text });
  }

  /** Somebody deletes a message of theirs for everybody. */
  contactRevokes(change: ContactChange): WhatsAppMessage {
    return this.passChange(change, { kind: "revocation", target: ownTarget(change) });
  }

  /** Somebody reacts to a message of either side; an empty text takes the reaction back. */
  contactReacts(change: ContactChange & { readonly text: string }): WhatsAppMessage {
    return this.passChange(change, {
      kind: "reaction",
      target: this.targetOf(change.messageId),
      text: change.text,
    });
  }

  /** Tells a device of every message from now on, until it is unlinked by the function answered. */
  linkDevice(onMessage: (message: WhatsAppMessage) => void): () => void {
    this.devices.add(onMessage);
    return () => void this.devices.delete(onMessage);
  }

  /** A device sends a message. Under an id that is known, it is the message of that id, as it was the first time. */
  takeFromDevice(toSend: MessageToSend, id?: string): TakenMessage {
    const known = id === undefined ? undefined : this.sentMessages.again(id);
    if (known !== undefined) return known;
    const { chatId, replyTo } = toSend;
    const message: WhatsAppMessage = {
      chatId,
      messageId: id ?? this.ids.messageId(),
      sentAtMs: this.clock.nowMs(),
      fromMe: true,
      source: "api",
      ack: 0,
      content: contentOf(toSend),
      ...(replyTo === undefined
        ? {}
        : { quoted: { id: bareMessageId(replyTo), participant: chatId, text: "" } }),
    };
    this.chats.take(message);
    return this.sentMessages.add(toSend, message);
  }

  /** Notes how far a message that a device sent has come. */
  acknowledge({ payloadId, chatId }: Pick<SentMessage, "payloadId" | "chatId">, ack: Ack): void {
    this.chats.acknowledge(chatId, bareMessageId(payloadId), ack);
  }

  private passChange(change: ContactChange, content: MessageContent): WhatsAppMessage {
    return this.pass(messageIn(change, this.contextFor(change.id), content));
  }

  private pass(message: WhatsAppMessage): WhatsAppMessage {
    this.chats.take(message);
    for (const tell of this.devices) tell(message);
    return message;
  }

  private contextFor(id: string | undefined) {
    return {
      messageId: id ?? this.ids.messageId(),
      nowMs: this.clock.nowMs(),
      ownChatId: this.paired?.id,
    };
  }

  private targetOf(id: string): MessageTarget {
    const messageId = bareMessageId(id);
    if (messageId !== id) return { messageId, fromMe: id.startsWith("true_") };
    const message = this.chats.find(messageId);
    if (message === undefined) throw new Error(`No chat has a message ${messageId}`);
    return { messageId, fromMe: message.fromMe };
  }
}

function ownTarget({ messageId, own }: ContactChange): MessageTarget {
  return { messageId: bareMessageId(messageId), fromMe: own === true };
}

function contentOf({ text, file }: MessageToSend): MessageContent {
  if (file === undefined) return { kind: "text", text: text ?? "" };
  return { kind: "media", file, failsToDownload: false, ...(text === undefined ? {} : { caption: text }) };
}

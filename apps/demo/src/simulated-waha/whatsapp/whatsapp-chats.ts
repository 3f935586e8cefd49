import type { Ack } from "../waha-event.js";
import type { MessageContent, MessageTarget, WhatsAppMessage } from "./whatsapp-message.js";

const MOST_CHATS = 100_000;
const MOST_MESSAGES_OF_A_CHAT = 1_000;

export interface WhatsAppChat {
  readonly id: string;
  /** Oldest first, as they were sent; never empty. */
  readonly messages: readonly WhatsAppMessage[];
}

/** The chats with what is in them now: edits are made, what was revoked is gone. Each has its messages once. */
export class WhatsAppChats {
  private readonly chats = new Map<string, Map<string, WhatsAppMessage>>();

  /** Takes a message, or makes the change that it is. */
  take(message: WhatsAppMessage): void {
    const { chatId, content } = message;
    switch (content.kind) {
      case "edit":
        this.change(chatId, content.target, (edited) => ({
          ...edited,
          content: withText(edited.content, content.text),
        }));
        break;
      case "revocation":
        this.chats.get(chatId)?.delete(keyOf(content.target));
        break;
      case "reaction":
        break;
      case "text":
      case "location":
      case "contact_card":
      case "media":
        this.put(message);
        break;
    }
  }

  acknowledge(chatId: string, messageId: string, ack: Ack): void {
    this.change(chatId, { messageId, fromMe: true }, (message) => ({ ...message, ack }));
  }

  /** The message with that bare id, in whatever chat it is. */
  find(messageId: string): WhatsAppMessage | undefined {
    for (const messages of this.chats.values()) {
      const found =
        messages.get(keyOf({ messageId, fromMe: true })) ?? messages.get(keyOf({ messageId, fromMe: false }));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** In no order of their own. */
  all(): readonly WhatsAppChat[] {
    return [...this.chats]
      .filter(([, messages]) => messages.size > 0)
      .map(([id, messages]) => ({ id, messages: inOrder(messages) }));
  }

  messagesIn(chatId: string): readonly WhatsAppMessage[] {
    return inOrder(this.chats.get(chatId) ?? new Map<string, WhatsAppMessage>());
  }

  private put(message: WhatsAppMessage): void {
    const messages = this.chats.get(message.chatId) ?? new Map<string, WhatsAppMessage>();
    this.chats.set(message.chatId, messages);
    messages.set(keyOf(message), message);
    forgetOldest(messages, MOST_MESSAGES_OF_A_CHAT);
    forgetOldest(this.chats, MOST_CHATS);
  }

  private change(
    chatId: string,
    target: MessageTarget,
    changed: (message: WhatsAppMessage) => WhatsAppMessage,
  ): void {
    const messages = this.chats.get(chatId);
    const message = messages?.get(keyOf(target));
    if (messages !== undefined && message !== undefined) messages.set(keyOf(target), changed(message));
  }
}

/** Both sides of a chat may choose their ids, so that one id alone does not tell a message. */
function keyOf({ messageId, fromMe }: MessageTarget): string {
  return `${fromMe}_${messageId}`;
}

function withText(content: MessageContent, text: string): MessageContent {
  if (content.kind === "text") return { ...content, text };
  return content.kind === "media" ? { ...content, caption: text } : content;
}

function inOrder(messages: ReadonlyMap<string, WhatsAppMessage>): readonly WhatsAppMessage[] {
  return [...messages.values()].sort((a, b) => a.sentAtMs - b.sentAtMs);
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}

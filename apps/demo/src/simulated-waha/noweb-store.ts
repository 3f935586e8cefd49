import type { MediaFiles } from "./media-files.js";
import { messagePayload, type MessagePayload } from "./message-payload.js";
import type { SimulatedSession } from "./simulated-session.js";
import { chatKindOf } from "./whatsapp/chat-address.js";
import type { SimulatedWhatsApp } from "./whatsapp/simulated-whatsapp.js";
import type { WhatsAppChat } from "./whatsapp/whatsapp-chats.js";
import type { WhatsAppMessage } from "./whatsapp/whatsapp-message.js";

export interface ChatSummary {
  readonly id: string;
  readonly name: string | null;
  readonly picture: string | null;
  readonly lastMessage: MessagePayload;
  readonly _chat: object;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface OverviewQuery extends Page {
  /** Whether a LID's chat counts as its phone number's. */
  readonly merge: boolean;
  /** Of these only, or of all. */
  readonly ids: readonly string[] | undefined;
}

export interface MessagesQuery extends Page {
  readonly merge: boolean;
  readonly oldestFirst: boolean;
  readonly downloadMedia: boolean;
  readonly fromSeconds: number | undefined;
  readonly untilSeconds: number | undefined;
  readonly fromMe: boolean | undefined;
  readonly ackName: string | undefined;
}

export interface NowebStoreOptions {
  readonly whatsApp: SimulatedWhatsApp;
  readonly session: SimulatedSession;
  readonly files: MediaFiles;
}

/** The chats as a NOWEB session with its store enabled lists them. */
export class NowebStore {
  constructor(private readonly options: NowebStoreOptions) {}

  /** Newest first. Stories, broadcast lists and channels are left out. */
  overview({ limit, offset, merge, ids }: OverviewQuery): readonly ChatSummary[] {
    const listed = new Map<string, ChatSummary>();
    for (const chat of this.newestFirst()) {
      const id = merge ? this.mergedId(chat.id) : chat.id;
      const isAskedFor = ids === undefined || ids.includes(chat.id) || ids.includes(id);
      if (isAskedFor && !listed.has(id)) listed.set(id, summaryOf(id, chat));
    }
    return [...listed.values()].slice(offset, offset + limit);
  }

  messages(chatId: string, query: MessagesQuery): readonly MessagePayload[] {
    const { limit, offset, oldestFirst, downloadMedia } = query;
    const messages = this.messagesOf(chatId, query.merge).filter((message) => isWanted(message, query));
    return (oldestFirst ? messages : messages.reverse())
      .slice(offset, offset + limit)
      .map((message) => messagePayload(message, downloadMedia ? this.options.files.fetch(message) : null));
  }

  /** By its full id; `undefined` where that chat has no such message. */
  message(
    chatId: string,
    fullId: string,
    { downloadMedia, merge }: Pick<MessagesQuery, "downloadMedia" | "merge">,
  ): MessagePayload | undefined {
    const found = this.messagesOf(chatId, merge).find(
      (message) => messagePayload(message, null).id === fullId,
    );
    return found && messagePayload(found, downloadMedia ? this.options.files.fetch(found) : null);
  }

  /** Oldest first. */
  private messagesOf(chatId: string, merge: boolean): WhatsAppMessage[] {
    const { session } = this.options;
    const isOfChat = (id: string) => id === chatId || (merge && this.mergedId(id) === this.mergedId(chatId));
    return this.options.whatsApp.allChats
      .filter(({ id }) => isOfChat(id) && !session.ignores(id))
      .flatMap(({ messages }) => messages)
      .sort((a, b) => a.sentAtMs - b.sentAtMs);
  }

  private newestFirst(): readonly WhatsAppChat[] {
    const { session, whatsApp } = this.options;
    return whatsApp.allChats
      .filter(({ id }) => (chatKindOf(id) === "direct" || chatKindOf(id) === "group") && !session.ignores(id))
      .sort((a, b) => lastOf(b).sentAtMs - lastOf(a).sentAtMs);
  }

  private mergedId(chatId: string): string {
    return this.options.whatsApp.phoneOfLid.get(chatId) ?? chatId;
  }
}

function summaryOf(id: string, chat: WhatsAppChat): ChatSummary {
  const lastMessage = messagePayload(lastOf(chat), null);
  const name = chat.messages.findLast(({ senderName }) => senderName !== undefined)?.senderName ?? null;
  return {
    id,
    name: chatKindOf(chat.id) === "direct" ? name : null,
    picture: null,
    lastMessage,
    _chat: { id, conversationTimestamp: lastMessage.timestamp },
  };
}

function lastOf({ messages }: WhatsAppChat): WhatsAppMessage {
  return messages[messages.length - 1]!;
}

function isWanted(message: WhatsAppMessage, query: MessagesQuery): boolean {
  const { timestamp, fromMe, ackName } = messagePayload(message, null);
  return (
    (query.fromSeconds === undefined || timestamp >= query.fromSeconds) &&
    (query.untilSeconds === undefined || timestamp <= query.untilSeconds) &&
    (query.fromMe === undefined || fromMe === query.fromMe) &&
    (query.ackName === undefined || ackName === query.ackName)
  );
}

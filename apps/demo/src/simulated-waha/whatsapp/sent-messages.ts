import { AwaitableLog } from "../awaitable-log.js";
import { fullMessageId, type ReceivedFile, type WhatsAppMessage } from "./whatsapp-message.js";

/** A message sent through the API. */
export interface SentMessage {
  readonly kind: "text" | "image" | "file" | "voice";
  /** The bare WhatsApp id. */
  readonly messageId: string;
  /** The full id, as webhooks have it. */
  readonly payloadId: string;
  readonly chatId: string;
  readonly sentAtMs: number;
  /** The text, or the caption of a file. */
  readonly text?: string;
  readonly file?: ReceivedFile;
  /** The bare id of the message it answers. */
  readonly replyTo?: string;
}

export type MessageToSend = Pick<SentMessage, "kind" | "chatId" | "text" | "file" | "replyTo">;

/** A message that WhatsApp took from a device. */
export interface TakenMessage {
  readonly sent: SentMessage;
  readonly message: WhatsAppMessage;
}

const MOST_MESSAGES = 10_000;

/** What contacts got. WhatsApp shows nothing twice: who sends a message again under its id changes nothing. */
export class SentMessages {
  readonly log = new AwaitableLog<SentMessage>();
  private readonly taken = new Map<string, TakenMessage & { requests: number }>();

  /** The message of that id, once more asked for. */
  again(messageId: string): TakenMessage | undefined {
    const known = this.taken.get(messageId);
    if (known !== undefined) known.requests += 1;
    return known;
  }

  add(toSend: MessageToSend, message: WhatsAppMessage): TakenMessage {
    const { messageId, sentAtMs } = message;
    const sent: SentMessage = { ...toSend, messageId, payloadId: fullMessageId(message), sentAtMs };
    const taken = { sent, message, requests: 1 };
    this.taken.set(messageId, taken);
    for (const oldest of this.taken.keys()) {
      if (this.taken.size <= MOST_MESSAGES) break;
      this.taken.delete(oldest);
    }
    this.log.add(sent);
    return taken;
  }

  requestsFor(messageId: string): number {
    return this.taken.get(messageId)?.requests ?? 0;
  }
}

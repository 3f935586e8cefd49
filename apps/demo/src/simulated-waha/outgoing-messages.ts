import { AwaitableLog } from "./awaitable-log.js";
import type { MediaFiles, ReceivedFile } from "./media-files.js";
import { apiMessage, bareMessageId, type EngineMessage, type PayloadContent } from "./message-payload.js";
import type { SimulatedSession } from "./simulated-session.js";
import type { Timers } from "./timers.js";
import { ackPayload, type Ack } from "./waha-event.js";
import type { WahaIds } from "./waha-ids.js";
import type { WebhookBroadcast } from "./webhook-broadcast.js";

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

export interface OutgoingMessagesOptions {
  readonly session: SimulatedSession;
  readonly broadcast: WebhookBroadcast;
  readonly files: MediaFiles;
  readonly timers: Timers;
  readonly ids: WahaIds;
  readonly ackMs: number;
  readonly baseUrl: () => string;
  /** Whether an answer waits until the sent message's own webhook was tried. */
  readonly ownMessageFirst: boolean;
}

/** What the API sends: told to the webhooks as any other message, and then how far it got. */
export class OutgoingMessages {
  readonly log = new AwaitableLog<SentMessage>();
  private readonly failures: number[] = [];

  constructor(private readonly options: OutgoingMessagesOptions) {}

  /** Makes the next requests to send fail with these statuses, one each. */
  failNext(statuses: readonly number[]): void {
    this.failures.push(...statuses);
  }

  takeFailure(): number | undefined {
    return this.failures.shift();
  }

  /** Answers what the API answers: the message in the engine's form. The webhook about it is on its way by then. */
  async send(message: MessageToSend): Promise<EngineMessage> {
    const { broadcast, timers, ids, ownMessageFirst } = this.options;
    const { chatId, replyTo } = message;
    const messageId = ids.messageId();
    const sentAtMs = timers.nowMs();
    const payload = apiMessage({
      chatId,
      messageId,
      sentAtMs,
      content: this.contentOf(message, messageId),
      ...(replyTo === undefined
        ? {}
        : { quoted: { id: bareMessageId(replyTo), participant: chatId, text: "" } }),
    });
    const sent: SentMessage = { ...message, messageId, payloadId: payload.id, sentAtMs };
    this.log.add(sent);
    const { firstAttempts } = broadcast.emit(["message.any"], payload);
    this.acknowledgeLater(sent, [1, 2]);
    if (ownMessageFirst) await firstAttempts;
    return payload._data;
  }

  acknowledge(sent: Pick<SentMessage, "payloadId" | "chatId">, ack: Ack): void {
    this.options.broadcast.emit(["message.ack"], ackPayload(sent, ack));
  }

  private acknowledgeLater(sent: SentMessage, [ack, ...further]: readonly Ack[]): void {
    if (ack === undefined) return;
    const { timers, ackMs, session } = this.options;
    timers.after(ackMs, () => {
      // WhatsApp's acknowledgement has nobody to tell while the session is down.
      if (session.currentStatus !== "WORKING") return;
      this.acknowledge(sent, ack);
      this.acknowledgeLater(sent, further);
    });
  }

  private contentOf({ text, file }: MessageToSend, messageId: string): PayloadContent {
    if (file === undefined) return { kind: "text", text: text ?? "" };
    const { files, baseUrl } = this.options;
    return {
      kind: "media",
      media: files.add(file, messageId, baseUrl()),
      sizeBytes: file.bytes.length,
      ...(text === undefined ? {} : { caption: text }),
    };
  }
}

import type { EngineMessage } from "./engine-message.js";
import type { MediaFiles } from "./media-files.js";
import { messagePayload } from "./message-payload.js";
import type { SimulatedSession } from "./simulated-session.js";
import type { Timers } from "./timers.js";
import { ackPayload, type Ack } from "./waha-event.js";
import type { WebhookBroadcast } from "./webhook-broadcast.js";
import type { MessageToSend, SentMessage } from "./whatsapp/sent-messages.js";
import type { SimulatedWhatsApp } from "./whatsapp/simulated-whatsapp.js";

export interface OutgoingMessagesOptions {
  readonly whatsApp: SimulatedWhatsApp;
  readonly session: SimulatedSession;
  readonly broadcast: WebhookBroadcast;
  readonly files: MediaFiles;
  readonly timers: Timers;
  readonly ackMs: number;
  /** Whether an answer waits until the sent message's own webhook was tried. */
  readonly ownMessageFirst: boolean;
}

/** What the API sends: told to the webhooks as any other message, and then how far it got. */
export class OutgoingMessages {
  constructor(private readonly options: OutgoingMessagesOptions) {}

  /** Answers also what the API answers: the message in the engine's form. The webhook about it is on its way by then. */
  async send(
    toSend: MessageToSend,
    id?: string,
  ): Promise<{ readonly sent: SentMessage; readonly answer: EngineMessage }> {
    const { whatsApp, broadcast, files, ownMessageFirst } = this.options;
    const { sent, message } = whatsApp.takeFromDevice(toSend, id);
    const payload = messagePayload(message, files.fetch(message));
    const { firstAttempts } = broadcast.emit(["message.any"], payload);
    this.acknowledgeLater(sent, [1, 2]);
    if (ownMessageFirst) await firstAttempts;
    return { sent, answer: payload._data };
  }

  acknowledge(sent: Pick<SentMessage, "payloadId" | "chatId">, ack: Ack): void {
    this.options.whatsApp.acknowledge(sent, ack);
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
}

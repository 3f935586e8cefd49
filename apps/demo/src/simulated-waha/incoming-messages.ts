import {
  editedPayload,
  reactionPayload,
  revokedPayload,
  type EditedPayload,
  type ReactionPayload,
  type RevokedPayload,
} from "./change-payload.js";
import type { MediaFiles } from "./media-files.js";
import { messagePayload, type MessagePayload } from "./message-payload.js";
import type { SimulatedSession } from "./simulated-session.js";
import type { Timers } from "./timers.js";
import type { WahaIds } from "./waha-ids.js";
import type { EmittedEvent, WebhookBroadcast } from "./webhook-broadcast.js";
import type { WhatsAppMessage } from "./whatsapp/whatsapp-message.js";

export interface IncomingMessagesOptions {
  readonly session: SimulatedSession;
  readonly broadcast: WebhookBroadcast;
  readonly files: MediaFiles;
  readonly timers: Timers;
  readonly ids: WahaIds;
}

export type IncomingPayload = MessagePayload | EditedPayload | RevokedPayload | ReactionPayload;

/** A message that the session saw, and what became of the webhooks about it. */
export interface ToldMessage extends EmittedEvent {
  readonly payload: IncomingPayload;
}

/** What WhatsApp brings to the linked device, told to the webhooks: at once, or when it has been fetched. */
export class IncomingMessages {
  private readonly told = new WeakMap<WhatsAppMessage, ToldMessage>();
  private readonly held = new Map<string, (isFetched: boolean) => void>();

  constructor(private readonly options: IncomingMessagesOptions) {}

  /** A session that does not work sees nothing, and nobody tells it later. */
  take(message: WhatsAppMessage): void {
    const { session, ids } = this.options;
    if (session.currentStatus !== "WORKING") return;
    const { names, payload } = this.eventOf(message);
    const eventId = ids.eventId();
    const emitted = session.ignores(message.chatId)
      ? nobodyTold(eventId)
      : message.fetching === undefined
        ? this.options.broadcast.emit(names, payload, eventId)
        : this.emitWhenFetched(message, eventId);
    this.told.set(message, { payload, ...emitted });
  }

  /** What was told of that very message. */
  toldOf(message: WhatsAppMessage): ToldMessage {
    const told = this.told.get(message);
    if (told === undefined) throw new Error(`No session saw the message ${message.messageId}`);
    return told;
  }

  /** Lets a message that is held back be told. */
  release(messageId: string): void {
    const release = this.held.get(messageId);
    if (release === undefined) throw new Error(`No message ${messageId} is held back`);
    this.held.delete(messageId);
    release(true);
  }

  /** Forgets what has not been fetched. */
  close(): void {
    for (const forget of this.held.values()) forget(false);
    this.held.clear();
  }

  private emitWhenFetched(message: WhatsAppMessage, eventId: string): EmittedEvent {
    const emitted = this.untilFetched(message).then((isFetched) => {
      const { session, broadcast } = this.options;
      if (!isFetched || session.currentStatus !== "WORKING") return nobodyTold(eventId);
      // The file is fetched now, whatever the payload said before, so that its time begins now.
      const { names, payload } = this.eventOf(message);
      return broadcast.emit(names, payload, eventId);
    });
    return {
      eventId,
      firstAttempts: emitted.then(({ firstAttempts }) => firstAttempts),
      deliveries: emitted.then(({ deliveries }) => deliveries),
    };
  }

  private untilFetched({ fetching, messageId }: WhatsAppMessage): Promise<boolean> {
    if (typeof fetching === "object") return this.options.timers.elapse(fetching.delayMs);
    return new Promise((resolve) => {
      this.held.get(messageId)?.(false);
      this.held.set(messageId, resolve);
    });
  }

  private eventOf(message: WhatsAppMessage): {
    readonly names: readonly string[];
    readonly payload: IncomingPayload;
  } {
    const { content, fromMe } = message;
    switch (content.kind) {
      case "edit":
        return { names: ["message.edited"], payload: editedPayload(message, content) };
      case "revocation":
        return { names: ["message.revoked"], payload: revokedPayload(message, content) };
      case "reaction":
        return { names: ["message.reaction"], payload: reactionPayload(message, content) };
      case "text":
      case "location":
      case "contact_card":
      case "media": {
        const payload = messagePayload(message, this.options.files.fetch(message));
        return { names: fromMe ? ["message.any"] : ["message", "message.any"], payload };
      }
    }
  }
}

function nobodyTold(eventId: string): EmittedEvent {
  return { eventId, firstAttempts: Promise.resolve(), deliveries: Promise.resolve([]) };
}

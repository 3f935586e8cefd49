import { engineMessage, type EngineMessage } from "./engine-message.js";
import { messagePayload, type MessagePayload } from "./message-payload.js";
import { fullMessageId, type MessageContent, type WhatsAppMessage } from "./whatsapp/whatsapp-message.js";

export interface EditedPayload extends MessagePayload {
  /** The bare WhatsApp id. */
  readonly editedMessageId: string;
}

/** It has neither id nor sender of its own; both are those of `after`, the message that revokes. */
export interface RevokedPayload {
  /** The bare WhatsApp id. */
  readonly revokedMessageId: string;
  /** The message that was revoked, which NOWEB does not tell. */
  readonly before: null;
  readonly after: MessagePayload;
  readonly _data: EngineMessage;
}

export interface ReactionPayload {
  readonly id: string;
  /** In seconds. */
  readonly timestamp: number;
  readonly from: string;
  readonly fromMe: boolean;
  readonly source: MessagePayload["source"];
  readonly to?: string;
  readonly participant?: string;
  /** An empty text takes the reaction back. The id is a full one. */
  readonly reaction: { readonly text: string; readonly messageId: string };
  readonly _data: EngineMessage;
}

type ContentOf<Kind extends MessageContent["kind"]> = Extract<MessageContent, { readonly kind: Kind }>;

export function editedPayload(message: WhatsAppMessage, { target }: ContentOf<"edit">): EditedPayload {
  return { ...messagePayload(message, null), editedMessageId: target.messageId };
}

export function revokedPayload(
  message: WhatsAppMessage,
  { target }: ContentOf<"revocation">,
): RevokedPayload {
  return {
    revokedMessageId: target.messageId,
    before: null,
    after: messagePayload(message, null),
    _data: engineMessage(message),
  };
}

export function reactionPayload(
  message: WhatsAppMessage,
  { target, text }: ContentOf<"reaction">,
): ReactionPayload {
  const { id, timestamp, from, fromMe, source, to, participant, _data } = messagePayload(message, null);
  return {
    id,
    timestamp,
    from,
    fromMe,
    source,
    ...(to === undefined ? {} : { to }),
    ...(participant === undefined ? {} : { participant }),
    // Whoever wrote the target in a group is not known here, so that its id stays without a participant.
    reaction: { text, messageId: fullMessageId({ chatId: message.chatId, ...target }) },
    _data,
  };
}

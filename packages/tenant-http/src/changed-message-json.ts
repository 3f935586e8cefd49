import type { InboundChange } from "@gateway-router/core";

export interface ChangedMessageJson {
  /** The message concerned, by the id with which it came. */
  readonly id: string;
  /** The new text of an edited message. */
  readonly text?: string;
  /** An emoji, or nothing where the contact took its reaction back. */
  readonly reaction?: string;
  readonly timestamp: string;
}

export function changedMessageJson(
  { kind, messageId, text = "" }: InboundChange,
  timestamp: string,
): ChangedMessageJson {
  return {
    id: messageId,
    ...(kind === "edited" ? { text } : kind === "reaction" ? { reaction: text } : {}),
    timestamp,
  };
}

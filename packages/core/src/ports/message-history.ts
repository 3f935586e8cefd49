import type { InboundMessage } from "../domain/inbound-message.js";
import type { OwnMessage } from "./message-source.js";

/** What the source still knows of the past, for messages that never reached the gateway. */
export interface MessageHistory {
  /**
   * What was sent since then, each chat's in its order. Where the source keeps no past, nothing comes: that is no
   * fault. Rejects where it can't be asked.
   */
  since(sinceMs: number, signal: AbortSignal): AsyncIterable<HistoryEntry>;
}

export type HistoryEntry =
  | { readonly kind: "inbound"; readonly message: InboundMessage }
  | { readonly kind: "own"; readonly message: OwnMessage };

import type { InboundMessage } from "../domain/inbound-message.js";
import type { RoutingOutcome } from "../use-cases/route-inbound-message.js";

/** Where messages come from. The source acknowledges a message only after its handler resolved. */
export interface MessageSource {
  start(onMessage: InboundHandler): Promise<void>;
  /** Takes no more, and resolves when what is in flight has been answered. */
  stop(): Promise<void>;
}

export type InboundHandler = (message: InboundMessage) => Promise<RoutingOutcome>;

import type { ContactId } from "../domain/contact-id.js";
import type { InboundMessage } from "../domain/inbound-message.js";
import type { InboundChange } from "../domain/tenant-event.js";
import type { RoutingOutcome } from "../use-cases/route-inbound-message.js";

/** Where messages come from. The source acknowledges an event only after its handler resolved. */
export interface MessageSource {
  start(handlers: InboundHandlers): Promise<void>;
  /** Takes no more, and resolves when what is in flight has been answered. */
  stop(): Promise<void>;
}

export interface InboundHandlers {
  readonly onMessage: (message: InboundMessage) => Promise<RoutingOutcome>;
  readonly onChange: (change: InboundChange) => Promise<RoutingOutcome>;
  readonly onOwnMessage: (own: OwnMessage) => Promise<void>;
  readonly onAcknowledgement: (acknowledgement: Acknowledgement) => Promise<void>;
  /** Told, not asked: it must not hold anything up. */
  readonly onSessionStatus: (session: SourceSession) => void;
}

/** A message that went out from the shared number. */
export interface OwnMessage {
  /** WhatsApp's own id. */
  readonly messageId: string;
  /** To whom. */
  readonly contact: ContactId;
  readonly sentAtMs: number;
  /** Whether it was sent by a program, as the gateway's replies are, and not by hand on the phone. */
  readonly byProgram: boolean;
  /** Text, or the caption of media. */
  readonly text?: string;
  readonly hasMedia: boolean;
}

/** How far an own message has come. Levels may come in any order, and more than once. */
export interface Acknowledgement {
  /** WhatsApp's own id. */
  readonly messageId: string;
  readonly level: "failed" | "sent" | "delivered" | "read";
}

/** The source's connection to WhatsApp. */
export interface SourceSession {
  /** In the source's own words: `WORKING`, `SCAN_QR_CODE`, `FAILED`, … */
  readonly status: string;
  /** When it came to that, by the source's clock: events come late and overtake each other. */
  readonly atMs: number;
}

import type {
  CatchUp,
  Clock,
  InboundHandlers,
  RouteInboundMessage,
  TrackReplies,
} from "@gateway-router/core";
import type { MessageRate } from "./message-rate.js";
import type { SharedNumber } from "./shared-number.js";
import type { WahaSessionWatch } from "./waha-session-watch.js";

export interface InboundParts {
  readonly route: Pick<RouteInboundMessage, "execute" | "executeChange">;
  readonly track: Pick<TrackReplies, "ownMessage" | "acknowledge">;
  readonly catchUp: Pick<CatchUp, "noteSeen">;
  readonly watch: Pick<WahaSessionWatch, "noteStatus">;
  readonly number: SharedNumber;
  readonly rate: Pick<MessageRate, "note">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** Who is told of what comes from WhatsApp. */
export function inboundHandlers(parts: InboundParts): InboundHandlers {
  const { route, track, catchUp, watch, number, rate, clock } = parts;
  return {
    onMessage: async (message) => {
      const outcome = await route.execute(message);
      catchUp.noteSeen();
      number.noteMessage(clock.nowMs());
      rate.note();
      return outcome;
    },
    onChange: (change) => route.executeChange(change),
    onOwnMessage: (own) => track.ownMessage(own),
    onAcknowledgement: (acknowledgement) => track.acknowledge(acknowledgement),
    onSessionStatus: (session) => watch.noteStatus(session),
  };
}

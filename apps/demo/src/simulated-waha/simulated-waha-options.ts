import type { Clock } from "@gateway-router/core";
import type { WahaTimings } from "./waha-timings.js";
import type { SimulatedWhatsApp } from "./whatsapp/simulated-whatsapp.js";

export interface SimulatedWahaOptions {
  /** On loopback; 0, a free one, where it is left out. */
  readonly port?: number;
  readonly apiKey: string;
  /** What is behind the server, and outlives it; a new one with nobody paired, where it is left out. */
  readonly whatsApp?: SimulatedWhatsApp;
  /**
   * Whether the session's configuration outlives the server, and a session that ran runs again by itself with the
   * next server on the same WhatsApp; older versions forget it, and so does this one where it is left out.
   */
  readonly keepsConfig?: boolean;
  /** Whether it is a version whose callers may choose a message's id; not, where it is left out. */
  readonly choosesIds?: boolean;
  /** Whether files can be sent, which CORE could not before 2026.6.1; they can, where it is left out. */
  readonly sendsFiles?: boolean;
  /** Whether the answer to a request to send waits until the webhook of the sent message was tried. */
  readonly ownMessageFirst?: boolean;
  readonly clock?: Clock;
  /** As of a real WAHA, but for what is given here. */
  readonly timings?: Partial<WahaTimings>;
  /** Uniform in [0, 1); for ids and codes. */
  readonly random?: () => number;
}

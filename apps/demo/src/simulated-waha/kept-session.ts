import type { SimulatedWhatsApp } from "./whatsapp/simulated-whatsapp.js";

/** What a server that keeps its sessions has of the session on its disk. */
export interface KeptSession {
  readonly config: object;
  /** Whether it is to run, and so is started again with the server. */
  readonly isRunning: boolean;
}

/** The disks of servers; each belongs to the WhatsApp that outlives them. */
const disks = new WeakMap<SimulatedWhatsApp, KeptSession>();

export function keepSession(whatsApp: SimulatedWhatsApp, session: KeptSession): void {
  disks.set(whatsApp, session);
}

export function keptSession(whatsApp: SimulatedWhatsApp): KeptSession | undefined {
  return disks.get(whatsApp);
}

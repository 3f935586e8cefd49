import type { Generation } from "../domain/mapping.js";
import type { Clock, IdSource } from "../ports/runtime.js";

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer(delayMs, callback) {
    // Longer delays than this wrap around to none in the runtime's timers.
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** Ids by the platform's cryptographic randomness. */
export const randomIds: IdSource = {
  deliveryId: () => `msg_${randomHex()}`,
  generation: () => `ct_${randomHex()}` as Generation,
};

function randomHex(): string {
  return globalThis.crypto.randomUUID().replaceAll("-", "");
}

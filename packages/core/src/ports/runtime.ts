import type { Generation } from "../domain/mapping.js";

/** Time, injected. Timers are part of it, so that a test that moves the clock moves everything. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Calls back once after the delay, unless cancelled first. */
  setTimer(delayMs: number, callback: () => void): CancelTimer;
}

export type CancelTimer = () => void;

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Logger {
  /** Whether lines of the level are written at all, for those that cost something to put together. */
  isEnabled(level: LogLevel): boolean;
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Names that nothing else has. */
export interface IdSource {
  deliveryId(): string;
  generation(): Generation;
}

import type { CancelTimer, Clock, Logger } from "@gateway-router/core";
import type { WahaClient } from "@gateway-router/waha";
import type { Worker } from "./gateway.js";
import type { SharedNumber } from "./shared-number.js";

export interface SharedNumberWatchOptions {
  readonly client: Pick<WahaClient, "session">;
  readonly number: SharedNumber;
  readonly clock: Clock;
  readonly logger: Logger;
}

const ASK_AGAIN_MS = 60_000;
/** Links don't work until the number is known, and somebody may be pairing it right now. */
const ASK_AGAIN_UNKNOWN_MS = 10_000;

/** Asks WAHA now and then how its session is and which number it has. */
export class SharedNumberWatch implements Worker {
  private cancelTimer: CancelTimer | undefined;
  private underWay: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  private running = false;
  private isReachable = true;

  constructor(private readonly options: SharedNumberWatchOptions) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.askNow();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.cancelTimer?.();
    this.underWay?.abort.abort();
    await this.underWay?.done;
  }

  private askNow(): void {
    const { number, clock } = this.options;
    const abort = new AbortController();
    const done = this.ask(abort.signal).then(() => {
      this.underWay = undefined;
      if (!this.running) return;
      const delayMs = number.phoneNumber === undefined ? ASK_AGAIN_UNKNOWN_MS : ASK_AGAIN_MS;
      this.cancelTimer = clock.setTimer(delayMs, () => this.askNow());
    });
    this.underWay = { abort, done };
  }

  private async ask(signal: AbortSignal): Promise<void> {
    const { client, number, logger } = this.options;
    try {
      const { status, me } = await client.session(signal);
      this.isReachable = true;
      const known = number.phoneNumber;
      number.learn({ status, me: me?.id });
      if (number.phoneNumber !== known) {
        logger.log("info", `📱 The shared number is ${number.phoneNumber ?? ""}`, {
          event: "number.learnt",
          shared_number: number.phoneNumber,
        });
      }
    } catch (error) {
      if (signal.aborted) return;
      number.learn({ status: "UNREACHABLE", me: undefined });
      this.reportUnreachable(error);
    }
  }

  /** Once until WAHA answers again: each time would say the same. */
  private reportUnreachable(error: unknown): void {
    if (!this.isReachable) return;
    this.isReachable = false;
    const why = error instanceof Error ? error.message : String(error);
    this.options.logger.log("warn", `WAHA does not say how its session is: ${why}`, {
      event: "waha.session_unknown",
    });
  }
}

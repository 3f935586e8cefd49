import type { CancelTimer, Clock, Logger } from "@gateway-router/core";

/** One who listens. */
export interface OverviewStream {
  /** One event, as it goes over the wire. */
  send(text: string): void;
  /** Whether it may go on listening. */
  isWelcome(): Promise<boolean>;
  end(): void;
}

export interface LiveOverviewOptions {
  /** What there is to tell, as JSON. */
  readonly read: () => Promise<string>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends all streams, and lets none begin. */
  readonly signal: AbortSignal;
  readonly mostStreams?: number;
}

export const MOST_STREAMS = 50;
const LOOK_EVERY_MS = 1_000;
/** Proxies cut off what is silent, and a browser learns by silence that its connection is gone. */
const WORD_EVERY_LOOKS = 10;
/** How soon a browser comes back whose stream broke off. */
const RETRY_MS = 1_000;

/** Tells whoever listens how everything is, each time it changes: it is read once for all of them, and for nobody not at all. */
export class LiveOverview {
  private readonly streams = new Set<OverviewStream>();
  private cancelTimer: CancelTimer | undefined;
  private last: string | undefined;
  private looks = 0;
  private isLooking = false;

  constructor(private readonly options: LiveOverviewOptions) {
    options.signal.addEventListener("abort", () => this.endAll(), { once: true });
  }

  get count(): number {
    return this.streams.size;
  }

  /** Answers how to leave, or nothing where there is no room. */
  join(stream: OverviewStream): (() => void) | undefined {
    const { signal, mostStreams = MOST_STREAMS } = this.options;
    if (signal.aborted || this.streams.size >= mostStreams) return undefined;
    this.streams.add(stream);
    stream.send(`retry: ${RETRY_MS}\n\n`);
    if (this.last !== undefined && this.streams.size > 1) stream.send(eventOf(this.last));
    this.lookNow();
    return () => this.leave(stream);
  }

  private leave(stream: OverviewStream): void {
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    this.cancelTimer?.();
    this.last = undefined;
  }

  private endAll(): void {
    for (const stream of [...this.streams]) {
      this.leave(stream);
      stream.end();
    }
  }

  private lookNow(): void {
    if (this.isLooking) return;
    this.isLooking = true;
    this.cancelTimer?.();
    void this.look().then(() => {
      this.isLooking = false;
      if (this.streams.size === 0) return;
      this.cancelTimer = this.options.clock.setTimer(LOOK_EVERY_MS, () => this.lookNow());
    });
  }

  private async look(): Promise<void> {
    const { read, logger } = this.options;
    try {
      const now = await read();
      if (now !== this.last) for (const stream of this.streams) stream.send(eventOf(now));
      this.last = now;
      this.looks += 1;
      if (this.looks % WORD_EVERY_LOOKS === 0) await this.sayWord();
    } catch (error) {
      logger.log("error", "The live overview could not be read: who looks at it is sent away", {
        event: "console.overview_failed",
        error,
      });
      // They come back by themselves, and are told what is wrong by what else they ask.
      this.endAll();
    }
  }

  private async sayWord(): Promise<void> {
    for (const stream of [...this.streams]) {
      if (await stream.isWelcome()) {
        stream.send("event: still-here\ndata: {}\n\n");
      } else {
        this.leave(stream);
        stream.end();
      }
    }
  }
}

function eventOf(json: string): string {
  return `event: overview\ndata: ${json}\n\n`;
}

import type { InboundMessage } from "../domain/inbound-message.js";
import type { MessageHistory } from "../ports/message-history.js";
import type { OwnMessage } from "../ports/message-source.js";
import type { CancelTimer, Clock, Logger } from "../ports/runtime.js";
import type { StateStore } from "../ports/state-store.js";
import type { RoutingOutcome } from "./route-inbound-message.js";

export interface CatchUpOptions {
  readonly history: MessageHistory;
  /** As any message is routed, but with no word to a contact that nobody holds. */
  readonly route: (message: InboundMessage) => Promise<RoutingOutcome>;
  /** What went out from the shared number meanwhile, so that no reply goes out twice. */
  readonly onOwnMessage: (own: OwnMessage) => Promise<void>;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Nothing older is read back, however long the gateway was away. */
export const CATCH_UP_AT_MOST_MS = 24 * 3_600_000;
/** Read again before the last moment seen: events are late and overtake each other, and duplicates are recognised. */
export const CATCH_UP_OVERLAP_MS = 10 * 60_000;
const KEEP_EVERY_MS = 10_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 5 * 60_000;

const FIRST_START = "first-start-ms";
const SEEN_UP_TO = "seen-up-to-ms";

/**
 * Reads what never reached the gateway from the source's own past: after a start, and whenever the connection to
 * WhatsApp works again.
 *
 * It remembers up to when nothing can be missing. That moment moves with each message that comes by itself, but
 * not while there is something to catch up with, since a new message says nothing about those before it.
 */
export class CatchUp {
  private stopping = new AbortController();
  private isStarted = false;
  /** Whether something may have been missed. */
  private isDue = true;
  private isWorking = false;
  /** Whether the connection came back while there was a run under way, which may fail for what was before that. */
  private cameBack = false;
  private running: Promise<void> | undefined;
  private failures = 0;
  private cancelRetry: CancelTimer | undefined;
  private cancelKeep: CancelTimer | undefined;
  private keeping: Promise<void> | undefined;
  private firstStartMs = 0;
  private seenUpToMs = 0;

  constructor(private readonly options: CatchUpOptions) {}

  /** Rejects where storage can't say what was seen. Nobody knows what was missed before, so there is something to catch up with. */
  async start(): Promise<void> {
    const { state, clock } = this.options;
    this.stopping = new AbortController();
    this.isDue = true;
    const nowMs = clock.nowMs();
    const firstStart = await state.read(FIRST_START);
    if (firstStart === undefined) await state.write(FIRST_START, String(nowMs));
    this.firstStartMs = timeOf(firstStart) ?? nowMs;
    this.seenUpToMs = timeOf(await state.read(SEEN_UP_TO)) ?? this.firstStartMs;
    this.isStarted = true;
    this.runIfDue();
  }

  /** Gives up reading, which is done again after the next start, and keeps what was seen. */
  async stop(): Promise<void> {
    this.isStarted = false;
    this.stopping.abort();
    await this.running;
    this.cancelRetry?.();
    const wasToBeKept = this.cancelKeep !== undefined;
    this.cancelKeep?.();
    this.cancelKeep = undefined;
    await this.keeping;
    if (wasToBeKept) await this.keep();
  }

  /** To be told of each message that came by itself. */
  noteSeen(): void {
    if (!this.isStarted || this.isDue || this.running !== undefined) return;
    this.seenUpToMs = this.options.clock.nowMs();
    this.cancelKeep ??= this.options.clock.setTimer(KEEP_EVERY_MS, () => {
      this.cancelKeep = undefined;
      this.keeping = this.keep();
    });
  }

  /** To be told whether the connection to WhatsApp works, as often as one likes. */
  noteConnection(isWorking: boolean): void {
    const isBack = isWorking && !this.isWorking;
    this.isWorking = isWorking;
    if (!isWorking) this.isDue = true;
    // A connection that came back is worth an attempt at once; one that goes on is not, after a fault.
    if (isBack) this.cameBack = this.running !== undefined;
    if (isBack || this.cancelRetry === undefined) this.runIfDue();
  }

  private runIfDue(): void {
    if (!this.isStarted || !this.isWorking || !this.isDue || this.running !== undefined) return;
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    this.cameBack = false;
    this.running = this.run().then((retryInMs) => {
      this.running = undefined;
      // The connection may have come and gone meanwhile.
      if (retryInMs === undefined || this.cameBack) this.runIfDue();
      else this.retryIn(retryInMs);
    });
  }

  private retryIn(delayMs: number): void {
    if (!this.isStarted) return;
    this.cancelRetry = this.options.clock.setTimer(delayMs, () => {
      this.cancelRetry = undefined;
      this.runIfDue();
    });
  }

  /** Answers when to try again, where it came to nothing. */
  private async run(): Promise<number | undefined> {
    const { clock, logger } = this.options;
    const startedAtMs = clock.nowMs();
    this.isDue = false;
    try {
      const { routed, sinceMs } = await this.readBack(startedAtMs);
      this.failures = 0;
      this.seenUpToMs = Math.max(this.seenUpToMs, startedAtMs);
      await this.keep();
      const level = routed > 0 ? "info" : "debug";
      logger.log(
        level,
        `📥 Caught up since ${new Date(sinceMs).toISOString()}: ${routed} messages were missed`,
        {
          event: "catch_up.done",
          since: new Date(sinceMs).toISOString(),
          routed,
        },
      );
      return undefined;
    } catch (error) {
      this.isDue = true;
      if (this.stopping.signal.aborted) return undefined;
      const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.failures, 10));
      this.failures += 1;
      logger.log("warn", `Catching up failed; it is tried again in ${delayMs / 1_000} s`, {
        event: "catch_up.failed",
        error,
      });
      return delayMs;
    }
  }

  private async readBack(nowMs: number): Promise<{ readonly routed: number; readonly sinceMs: number }> {
    const { history, route, onOwnMessage } = this.options;
    const { signal } = this.stopping;
    const sinceMs = Math.max(
      nowMs - CATCH_UP_AT_MOST_MS,
      this.firstStartMs,
      this.seenUpToMs - CATCH_UP_OVERLAP_MS,
    );
    let routed = 0;
    for await (const entry of history.since(sinceMs, signal)) {
      signal.throwIfAborted();
      if (entry.kind === "own") {
        await onOwnMessage(entry.message);
        continue;
      }
      // A source may count in whole minutes, or give a whole chat: what was before is none of our business.
      if (entry.message.sentAtMs < wholeSecond(sinceMs)) continue;
      const { kind } = await route(entry.message);
      if (kind === "routed") routed += 1;
    }
    return { routed, sinceMs };
  }

  /** Late by a few seconds at most, which costs nothing: what is read twice is recognised. */
  private async keep(): Promise<void> {
    const { state, logger } = this.options;
    try {
      await state.write(SEEN_UP_TO, String(this.seenUpToMs));
    } catch (error) {
      logger.log(
        "warn",
        "Up to when messages were seen could not be stored; catching up may read more than needed",
        {
          event: "catch_up.not_kept",
          error,
        },
      );
    }
  }
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

function timeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

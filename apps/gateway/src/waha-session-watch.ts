import {
  GatewayError,
  type CancelTimer,
  type Clock,
  type Logger,
  type SourceSession,
  type StateStore,
} from "@gateway-router/core";
import type { Worker } from "./gateway.js";
import { UNREACHABLE, WORKING, type SharedNumber, type WebhookState } from "./shared-number.js";

/** The WAHA session, as far as it is looked at and set up. */
export interface SessionControl {
  inspect(signal: AbortSignal): Promise<SessionInspection>;
  /** Sets the gateway's own part of the configuration, which restarts a session that runs, and starts one that does not. */
  configure(signal: AbortSignal): Promise<void>;
}

export interface SessionInspection {
  readonly status: string;
  /** The paired account, `971557357753@c.us`. */
  readonly me?: string | undefined;
  readonly webhook: Exclude<WebhookState, "unknown">;
  /** What of the gateway's part is not as it should be, for people. */
  readonly differences: readonly string[];
}

export interface WahaSessionWatchOptions {
  readonly session: SessionControl;
  readonly number: SharedNumber;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told at each look whether the session works. */
  readonly onConnection: (isWorking: boolean) => void;
  /** Of several instances all look, and the one that leads sets the session up again. */
  readonly leadership: { readonly isLeading: boolean };
}

/** A session that forgot its configuration tells nobody: this long messages can be missed before it is noticed. */
const LOOK_EVERY_MS = 15_000;
/** Somebody may be pairing or mending it right now. */
const LOOK_NOT_WORKING_EVERY_MS = 5_000;
/** Each configuring restarts the session: one that does not last must not make it restart for ever. */
export const CONFIGURE_AT_MOST_EVERY_MS = 10 * 60_000;

const WEBHOOK_SEEN = "waha-webhook-seen";
const CONFIGURED_AT = "waha-configured-at-ms";
/** When an instance that does not lead last saw the session go away: it may be back before the leader looks. */
const SEEN_AWAY_AT = "waha-seen-away-at-ms";

/**
 * Looks after the WAHA session: learns its number and state, says loudly when it can't work, and sets it up again
 * when it forgot its configuration, as older versions of WAHA do when they restart.
 *
 * Only what was in place once is put back: whoever never ran `deploy` may have reasons of their own, and is told.
 */
export class WahaSessionWatch implements Worker {
  private cancelTimer: CancelTimer | undefined;
  private underWay: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  private running = false;
  private lookAgain = false;
  private lastStatus: string | undefined;
  private lastWebhook: WebhookState | undefined;
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private isPutOffTold = false;
  private seenAwayAt: string | undefined;

  constructor(private readonly options: WahaSessionWatchOptions) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.lookNow();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.cancelTimer?.();
    this.underWay?.abort.abort();
    await this.underWay?.done;
  }

  /** To be told by the session itself: what it says counts at once, unless a look is newer, and is looked into. */
  noteStatus({ status, atMs }: SourceSession): void {
    if (!this.running) return;
    if (atMs >= this.lookedAtMs) this.takeIn({ status });
    this.lookNow();
  }

  private lookNow(): void {
    if (this.underWay !== undefined) {
      this.lookAgain = true;
      return;
    }
    this.cancelTimer?.();
    this.lookAgain = false;
    const abort = new AbortController();
    const done = this.look(abort.signal).then(() => {
      this.underWay = undefined;
      if (!this.running) return;
      if (this.lookAgain) this.lookNow();
      else this.lookIn(this.options.number.isWorking ? LOOK_EVERY_MS : LOOK_NOT_WORKING_EVERY_MS);
    });
    this.underWay = { abort, done };
  }

  private lookIn(delayMs: number): void {
    this.cancelTimer = this.options.clock.setTimer(delayMs, () => this.lookNow());
  }

  private async look(signal: AbortSignal): Promise<void> {
    const { session, logger, clock, onConnection } = this.options;
    const startedAtMs = clock.nowMs();
    try {
      const seen = await this.inspect(session, signal);
      if (seen === undefined || signal.aborted) return;
      this.lookedAtMs = startedAtMs;
      await this.hearOfOthers();
      // What was sent since the webhook went missing came to nobody, though the session may work all the while.
      if (seen.webhook !== "in_place" && seen.webhook !== this.lastWebhook) onConnection(false);
      this.takeIn(seen);
      await this.lookAtWebhook(seen, signal);
    } catch (error) {
      if (signal.aborted) return;
      logger.log("error", `🔧 The WAHA session could not be looked after: ${textOf(error)}`, {
        event: "waha.watch_failed",
        error,
      });
    }
  }

  /** Nothing where WAHA does not say; that is taken in, too. */
  private async inspect(
    session: SessionControl,
    signal: AbortSignal,
  ): Promise<SessionInspection | undefined> {
    try {
      return await session.inspect(signal);
    } catch (error) {
      if (!signal.aborted) this.takeIn({ status: UNREACHABLE, why: textOf(error) });
      return undefined;
    }
  }

  private takeIn({
    status,
    me,
    why,
  }: {
    readonly status: string;
    readonly me?: string | undefined;
    readonly why?: string;
  }): void {
    const { number, clock, logger, onConnection } = this.options;
    const known = number.phoneNumber;
    number.learn({ status, me, fault: sessionFault(status, why), atMs: clock.nowMs() });
    if (number.phoneNumber !== known) {
      logger.log("info", `📱 The shared number is ${number.phoneNumber ?? ""}`, {
        event: "number.learnt",
        shared_number: number.phoneNumber,
      });
    }
    if (status !== this.lastStatus) this.reportStatus(status, why);
    if (status !== WORKING && this.lastStatus === WORKING) this.tellOthers();
    this.lastStatus = status;
    onConnection(status === WORKING);
  }

  /** The leader has what came meanwhile read back; where it sees that itself, it need not be told. */
  private tellOthers(): void {
    const { state, clock, logger, leadership } = this.options;
    if (leadership.isLeading) return;
    state.write(SEEN_AWAY_AT, String(clock.nowMs())).catch((error: unknown) => {
      logger.log("warn", "The instance that leads could not be told that the WAHA session was away", {
        event: "waha.away_not_told",
        error,
      });
    });
  }

  private async hearOfOthers(): Promise<void> {
    const { state, leadership, onConnection } = this.options;
    if (!leadership.isLeading) return;
    const seenAwayAt = await state.read(SEEN_AWAY_AT);
    if (seenAwayAt === this.seenAwayAt) return;
    this.seenAwayAt = seenAwayAt;
    onConnection(false);
  }

  /** Once for each change: as long as it stays so, each look would say the same. */
  private reportStatus(status: string, why: string | undefined): void {
    const { logger } = this.options;
    const fields = { event: "waha.session", status, previous_status: this.lastStatus };
    if (status === WORKING) {
      logger.log("info", "🟢 The WAHA session works", fields);
    } else if (status === UNREACHABLE) {
      logger.log("warn", `🔴 WAHA does not say how its session is: ${why ?? "no answer"}. Replies wait`, {
        ...fields,
        event: "waha.session_unknown",
      });
    } else if (status === "FAILED") {
      logger.log(
        "error",
        "🔴 The WAHA session has FAILED: no message comes in and replies wait. Restart it, or run: npx gateway deploy",
        fields,
      );
    } else if (status === "SCAN_QR_CODE") {
      logger.log(
        "error",
        "🔴 The WAHA session is not paired with a phone: no message comes in and replies wait. To scan the QR code, run: npx gateway deploy",
        fields,
      );
    } else {
      logger.log("warn", `🟡 The WAHA session is ${status}: replies wait`, fields);
    }
  }

  private async lookAtWebhook(seen: SessionInspection, signal: AbortSignal): Promise<void> {
    const { number, state, logger } = this.options;
    number.learnWebhook(seen.webhook);
    const isNews = seen.webhook !== this.lastWebhook;
    this.lastWebhook = seen.webhook;
    const wasInPlace = (await state.read(WEBHOOK_SEEN)) !== undefined;
    if (seen.webhook === "in_place") {
      this.isPutOffTold = false;
      if (!wasInPlace) await state.write(WEBHOOK_SEEN, "yes");
      return;
    }
    const differences = seen.differences.join("; ");
    if (!wasInPlace) {
      if (!isNews) return;
      logger.log(
        "warn",
        `🔧 The WAHA session does not send its events here as the gateway needs them (${differences}). To set it up, run: npx gateway deploy`,
        { event: "waha.not_deployed", differences: seen.differences },
      );
      return;
    }
    await this.configureAgain(differences, signal);
  }

  private async configureAgain(differences: string, signal: AbortSignal): Promise<void> {
    const { session, state, clock, logger, number, onConnection, leadership } = this.options;
    if (!leadership.isLeading) return;
    const nowMs = clock.nowMs();
    const last = await state.read(CONFIGURED_AT);
    const sinceMs = nowMs - Number(last ?? Number.NEGATIVE_INFINITY);
    if (sinceMs >= 0 && sinceMs < CONFIGURE_AT_MOST_EVERY_MS) {
      if (this.isPutOffTold) return;
      this.isPutOffTold = true;
      logger.log(
        "warn",
        `🔧 The WAHA session lost its configuration again (${differences}); it is put back later`,
        {
          event: "waha.configure_put_off",
          differences,
        },
      );
      return;
    }
    this.isPutOffTold = false;
    // Before the attempt, so that one that fails half-way is not repeated at once either.
    await state.write(CONFIGURED_AT, String(nowMs));
    try {
      await session.configure(signal);
    } catch (error) {
      // WAHA is on its way up or down and restarts the session anyway: the next look may try again.
      if (isUnreachable(error)) await state.write(CONFIGURED_AT, last ?? String(Number.NEGATIVE_INFINITY));
      if (signal.aborted) return;
      logger.log("error", `🔧 The WAHA session could not be configured again: ${textOf(error)}`, {
        event: "waha.configure_failed",
        error,
      });
      return;
    }
    number.learnWebhook("in_place");
    this.lastWebhook = "in_place";
    // It restarts: what comes meanwhile is read back when it works, though no look may see it in between.
    onConnection(false);
    logger.log(
      "warn",
      `🔧 The WAHA session had lost its configuration (${differences}): it is configured again`,
      {
        event: "waha.configured_again",
        differences,
      },
    );
    this.lookAgain = true;
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof GatewayError && error.code === "waha_unreachable";
}

/** For whoever asks how the gateway is; the log says the same once for each change. */
function sessionFault(status: string, why = "no answer"): string | undefined {
  switch (status) {
    case WORKING:
      return undefined;
    case UNREACHABLE:
      return `WAHA does not say how its session is: ${why}. Is it running, and are WAHA_URL and WAHA_API_KEY right?`;
    case "FAILED":
    case "STOPPED":
    case "MISSING":
      return "No message comes in and replies wait. To start the session, run: npx gateway deploy";
    case "SCAN_QR_CODE":
      return "No phone is paired with it. To scan the QR code, run: npx gateway deploy";
    default:
      return "Replies wait until it works.";
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { createHmac } from "node:crypto";
import { setMaxListeners } from "node:events";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { postWebhook } from "./post-webhook.js";
import type { WebhookConfig } from "./session-config.js";
import type { Timers } from "./timers.js";
import type { WahaEvent } from "./waha-event.js";
import type { WahaIds } from "./waha-ids.js";
import { readRetryAfter, retryDelayMs } from "./webhook-retries.js";

/** One attempt to deliver one event to one webhook. */
export interface WebhookAttempt {
  readonly event: string;
  readonly eventId: string;
  /** The same for each attempt of one event at one webhook. */
  readonly requestId: string;
  readonly url: string;
  /** 1, 2, 3, … */
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that were signed, as text. */
  readonly body: string;
  /** Of the answer; missing where there was none. */
  readonly status?: number;
  readonly answer?: string;
  /** Why there was no answer. */
  readonly error?: string;
  readonly outcome: "accepted" | "to_retry" | "dropped";
}

export interface WebhookSenderOptions {
  readonly timers: Timers;
  readonly ids: WahaIds;
  readonly onAttempt: (attempt: WebhookAttempt) => void;
}

export interface EventDelivery {
  /** Resolves when the first attempt has ended. */
  readonly firstAttempt: Promise<void>;
  /** Resolves with the last attempt: accepted, dropped, or, where the server stopped before that, to be retried. */
  readonly lastAttempt: Promise<WebhookAttempt>;
}

/**
 * Delivers events to webhooks, each by itself: no order between two of them is kept, and what waits for its
 * retry lives in memory only, without a bound, as in WAHA.
 */
export class WebhookSender {
  private readonly agents = {
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
  };
  private readonly stopping = new AbortController();

  constructor(private readonly options: WebhookSenderOptions) {
    // Each request under way listens for the end, and there may be any number of them.
    setMaxListeners(0, this.stopping.signal);
  }

  send(webhook: WebhookConfig, event: WahaEvent): EventDelivery {
    let firstEnded = (): void => undefined;
    const firstAttempt = new Promise<void>((resolve) => (firstEnded = resolve));
    return { firstAttempt, lastAttempt: this.deliver(webhook, event, () => firstEnded()) };
  }

  /** Aborts what is under way and forgets the rest. The timers are the caller's to close. */
  close(): void {
    this.stopping.abort();
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  private async deliver(
    webhook: WebhookConfig,
    event: WahaEvent,
    afterAttempt: () => void,
  ): Promise<WebhookAttempt> {
    const { timers, ids, onAttempt } = this.options;
    const body = JSON.stringify(event);
    const requestId = ids.requestId();
    const headers = headersFor(webhook, event, { requestId, body });
    for (let number = 1; ; number += 1) {
      const startedAtMs = timers.nowMs();
      const { signal } = this.stopping;
      const response = await postWebhook({
        url: webhook.url,
        headers,
        body: Buffer.from(body),
        agents: this.agents,
        signal,
      });
      const answered = response.kind === "answered";
      const isAccepted = answered && response.status >= 200 && response.status < 300;
      const attempt: WebhookAttempt = {
        event: event.event,
        eventId: event.id,
        requestId,
        url: webhook.url,
        attempt: number,
        startedAtMs,
        headers,
        body,
        ...(answered ? { status: response.status, answer: response.body } : { error: response.error }),
        outcome: isAccepted ? "accepted" : number > webhook.retries.attempts ? "dropped" : "to_retry",
      };
      onAttempt(attempt);
      afterAttempt();
      if (attempt.outcome !== "to_retry") return attempt;
      const retryAfterMs = answered ? readRetryAfter(response.retryAfter, timers.nowMs()) : undefined;
      if (!(await timers.elapse(retryDelayMs(webhook.retries, number, retryAfterMs)))) return attempt;
    }
  }
}

function headersFor(
  { hmacKey, customHeaders }: WebhookConfig,
  event: WahaEvent,
  { requestId, body }: { readonly requestId: string; readonly body: string },
): Record<string, string> {
  return {
    "Content-Type": "application/json",
    "User-Agent": `WAHA/${event.environment.version}`,
    "X-Webhook-Request-Id": requestId,
    "X-Webhook-Timestamp": String(event.timestamp),
    ...(hmacKey === undefined
      ? {}
      : {
          "X-Webhook-Hmac": createHmac("sha512", hmacKey).update(body).digest("hex"),
          "X-Webhook-Hmac-Algorithm": "sha512",
        }),
    ...Object.fromEntries(customHeaders.map(({ name, value }) => [name, value])),
  };
}

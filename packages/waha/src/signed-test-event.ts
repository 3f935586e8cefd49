import { randomUUID } from "node:crypto";
import { signWebhook } from "./webhook-signature.js";

export interface TestEventOptions {
  readonly session: string;
  /** Left out: it is not signed. */
  readonly hmacKey?: string | undefined;
  readonly nowMs: number;
}

export interface TestEvent {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A webhook as WAHA would send it, of an event that is nobody's: a gateway that can be reached and has the same key
 * answers `ignored` (`event`), one with another key refuses it.
 */
export function signedTestEvent({ session, hmacKey, nowMs }: TestEventOptions): TestEvent {
  const requestId = randomUUID().replaceAll("-", "");
  const event = { id: `evt_${requestId}`, timestamp: nowMs, event: "gateway.test", session, payload: {} };
  const body = Buffer.from(JSON.stringify(event));
  const signature = hmacKey === undefined ? undefined : signWebhook(hmacKey, body);
  return {
    body,
    headers: {
      "Content-Type": "application/json",
      "X-Webhook-Request-Id": requestId,
      "X-Webhook-Timestamp": String(nowMs),
      ...(signature === undefined
        ? {}
        : { "X-Webhook-Hmac": signature.hmac, "X-Webhook-Hmac-Algorithm": signature.algorithm }),
    },
  };
}

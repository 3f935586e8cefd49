import type { InboundHandlers } from "@gateway-router/core";
import { ManualClock, silentLogger } from "@gateway-router/core/testing";
import { signedTestEvent } from "./signed-test-event.js";
import { WahaMessageSource } from "./waha-message-source.js";
import type { WebhookOutcome } from "./webhook-outcome.js";

const clock = new ManualClock();

function receive(event: ReturnType<typeof signedTestEvent>, hmacKey?: string): Promise<WebhookOutcome> {
  const duplicateMemoryMs = 1_000;
  const options = { session: "default", duplicateMemoryMs, maxInFlight: 1, clock, logger: silentLogger };
  const source = new WahaMessageSource({ ...options, ...(hmacKey === undefined ? {} : { hmacKey }) });
  const nothing = (): never => {
    throw new TypeError("A test event is nobody's");
  };
  const handlers: InboundHandlers = {
    onMessage: nothing,
    onChange: nothing,
    onOwnMessage: nothing,
    onAcknowledgement: nothing,
    onSessionStatus: nothing,
  };
  return source.start(handlers).then(() => {
    const { headers } = event;
    return source.receive(event.body, {
      hmac: headers["X-Webhook-Hmac"],
      algorithm: headers["X-Webhook-Hmac-Algorithm"],
    });
  });
}

describe("a test event", () => {
  const options = { session: "default", nowMs: clock.nowMs() };

  it("is nobody's where the key is the same", async () => {
    const event = signedTestEvent({ ...options, hmacKey: "a key" });
    expect(await receive(event, "a key")).toEqual({ kind: "ignored", reason: "event" });
    expect(event.headers).toMatchObject({
      "Content-Type": "application/json",
      "X-Webhook-Timestamp": String(options.nowMs),
    });
  });

  it("finds out that the key is another, or missing", async () => {
    const event = signedTestEvent({ ...options, hmacKey: "a key" });
    expect(await receive(event, "another")).toEqual({ kind: "unauthorized", reason: "mismatch" });
    expect(await receive(signedTestEvent(options), "a key")).toEqual({
      kind: "unauthorized",
      reason: "missing",
    });
  });

  it("is not signed without a key", async () => {
    const event = signedTestEvent(options);
    expect(event.headers).not.toHaveProperty("X-Webhook-Hmac");
    expect(await receive(event)).toEqual({ kind: "ignored", reason: "event" });
  });

  it("finds out that the session is another", async () => {
    const event = signedTestEvent({ ...options, session: "second", hmacKey: "a key" });
    expect(await receive(event, "a key")).toEqual({ kind: "ignored", reason: "session" });
  });
});

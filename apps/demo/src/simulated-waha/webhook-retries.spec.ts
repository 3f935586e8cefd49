import { ManualClock } from "@gateway-router/core/testing";
import { readEvent, WebhookReceiver, type AnswerRequest } from "../testing/webhook-receiver.js";
import { DEFAULT_RETRIES } from "./session-config.js";
import { SimulatedWaha } from "./simulated-waha.js";
import { readRetryAfter, retryDelayMs } from "./webhook-retries.js";
import type { WebhookAttempt } from "./webhook-sender.js";

const ACCOUNT = { phone: "971557357753" };

function answering(status: number, headers: Record<string, string> = {}): AnswerRequest {
  return (response) => response.writeHead(status, headers).end();
}

describe("the waiting time between two attempts", () => {
  const delays = (policy: "constant" | "linear" | "exponential") =>
    [1, 2, 3, 4].map((failed) => retryDelayMs({ policy, delaySeconds: 2, attempts: 15 }, failed));

  it.each([
    ["constant", [2_000, 2_000, 2_000, 2_000]],
    ["linear", [2_000, 4_000, 6_000, 8_000]],
    ["exponential", [2_000, 4_000, 8_000, 16_000]],
  ] as const)("follows the %s policy", (policy, expected) => {
    expect(delays(policy)).toEqual(expected);
  });

  it("is what Retry-After says where that is longer", () => {
    expect(retryDelayMs(DEFAULT_RETRIES, 1, 5_000)).toBe(5_000);
    expect(retryDelayMs(DEFAULT_RETRIES, 1, 500)).toBe(2_000);
  });

  it("reads Retry-After as seconds or as a date, and ignores anything else", () => {
    const nowMs = Date.UTC(2026, 10, 23, 16, 46);
    expect(readRetryAfter("7", nowMs)).toBe(7_000);
    expect(readRetryAfter("Mon, 23 Nov 2026 16:46:30 GMT", nowMs)).toBe(30_000);
    expect(readRetryAfter("Mon, 23 Nov 2026 16:45:00 GMT", nowMs)).toBeUndefined();
    expect(readRetryAfter("soon", nowMs)).toBeUndefined();
    expect(readRetryAfter(undefined, nowMs)).toBeUndefined();
  });
});

describe("a webhook that is not taken", () => {
  let clock: ManualClock;
  let waha: SimulatedWaha;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    clock = new ManualClock();
    receiver = await WebhookReceiver.start();
    waha = await SimulatedWaha.start({ apiKey: "key", clock });
  });
  afterEach(async () => {
    await waha.stop();
    await receiver.close();
  });

  function subscribe(settings: object = {}): Promise<void> {
    return waha.pairAtOnce(ACCOUNT, {
      webhooks: [{ url: receiver.url, events: ["message.any"], hmac: { key: "secret" }, ...settings }],
    });
  }

  /** Lets attempts happen, each after the delay, and answers them. */
  async function attempts(count: number, delayMs: number): Promise<WebhookAttempt[]> {
    const made = [await waha.nextDelivery()];
    while (made.length < count) {
      clock.advance(delayMs - 1);
      expect(receiver.requests).toHaveLength(made.length);
      clock.advance(1);
      made.push(await waha.nextDelivery());
    }
    return made;
  }

  it.each([400, 401, 404, 500, 503])("is sent again after %i", async (status) => {
    receiver.answer = answering(status);
    await subscribe();
    waha.contactSends({ from: "971501234567", text: "Hello" });
    const [first, second] = await attempts(2, 2_000);
    expect(first).toMatchObject({ status, attempt: 1, outcome: "to_retry" });
    expect(second).toMatchObject({ status, attempt: 2, outcome: "to_retry" });
  });

  it("is tried 15 more times, 2 s apart, and then dropped", async () => {
    receiver.answer = answering(500);
    await subscribe();
    const { deliveries } = waha.contactSends({ from: "971501234567", text: "Hello" });
    const made = await attempts(16, 2_000);
    expect(made.map(({ outcome }) => outcome)).toEqual([
      ...Array.from({ length: 15 }, () => "to_retry"),
      "dropped",
    ]);
    await expect(deliveries).resolves.toEqual([made.at(-1)]);
    expect(clock.waiting).toBe(0);
  });

  it("is the same to the last byte and header, its request id included", async () => {
    receiver.answer = answering(500);
    await subscribe();
    waha.contactSends({ from: "971501234567", text: "Hello" });
    await attempts(3, 2_000);
    const [first, ...again] = receiver.requests.map(({ body, rawHeaders }) => ({
      body: body.toString(),
      rawHeaders,
    }));
    expect(again).toEqual([first, first]);
    waha.contactSends({ from: "971501234567", text: "Another" });
    const another = await waha.nextDelivery();
    expect(another.requestId).not.toBe(receiver.requests[0]!.headers["x-webhook-request-id"]);
  });

  it("follows the policy it was configured with", async () => {
    receiver.answer = answering(500);
    await subscribe({ retries: { policy: "linear", delaySeconds: 3, attempts: 2 } });
    waha.contactSends({ from: "971501234567", text: "Hello" });
    await waha.nextDelivery();
    clock.advance(3_000);
    await waha.nextDelivery();
    clock.advance(5_999);
    expect(receiver.requests).toHaveLength(2);
    clock.advance(1);
    expect(await waha.nextDelivery()).toMatchObject({ attempt: 3, outcome: "dropped" });
  });

  it("waits as long as Retry-After asks", async () => {
    receiver.answer = answering(503, { "Retry-After": "9" });
    await subscribe();
    waha.contactSends({ from: "971501234567", text: "Hello" });
    await attempts(2, 9_000);
    expect(receiver.requests).toHaveLength(2);
  });

  it("is sent again where nobody listens, until somebody does", async () => {
    const { url } = receiver;
    await receiver.close();
    await waha.pairAtOnce(ACCOUNT, { webhooks: [{ url, events: ["message.any"] }] });
    waha.contactSends({ from: "971501234567", text: "Hello" });
    const failed = await waha.nextDelivery();
    expect(failed.status).toBeUndefined();
    expect(failed.error).toContain("ECONNREFUSED");
    expect(clock.waiting).toBe(1);
    receiver = await WebhookReceiver.start();
  });

  it("does not hold back what comes after it: order is not kept", async () => {
    const refused = new Set<string>();
    receiver.answer = (response, { headers }) => {
      const isFirst = refused.size === 0;
      if (isFirst) refused.add(String(headers["x-webhook-request-id"]));
      response.writeHead(isFirst ? 500 : 200).end();
    };
    await subscribe();
    waha.contactSends({ from: "971501234567", text: "first" });
    await waha.nextDelivery();
    waha.contactSends({ from: "971501234567", text: "second" });
    await waha.nextDelivery();
    clock.advance(2_000);
    await waha.nextDelivery();
    const texts = receiver.requests.map(({ body }) => readEvent(body).payload["body"]);
    expect(texts).toEqual(["first", "second", "first"]);
  });

  it("is followed to where a redirect points as a GET without its body", async () => {
    receiver.answer = (response, { method }) =>
      method === "POST"
        ? answering(307, { Location: "/elsewhere" })(response, receiver.requests[0]!)
        : response.end();
    await subscribe();
    const { deliveries } = waha.contactSends({ from: "971501234567", text: "Hello" });
    await deliveries;
    expect(receiver.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST /webhook",
      "GET /elsewhere",
    ]);
    expect(receiver.requests[1]!.body).toHaveLength(0);
  });

  it("is waited for without an end", async () => {
    let answerNow = (): void => undefined;
    receiver.answer = (response) => (answerNow = () => response.end());
    await subscribe();
    const { deliveries } = waha.contactSends({ from: "971501234567", text: "Hello" });
    let isOver = false;
    void deliveries.then(() => (isOver = true));
    await untilReceived(1);
    clock.advance(65_000);
    expect(isOver).toBe(false);
    answerNow();
    expect((await deliveries)[0]).toMatchObject({ status: 200, attempt: 1 });
  });

  it("is forgotten when the server stops", async () => {
    receiver.answer = answering(500);
    await subscribe();
    const { deliveries } = waha.contactSends({ from: "971501234567", text: "Hello" });
    await waha.nextDelivery();
    await waha.stop();
    expect((await deliveries)[0]).toMatchObject({ outcome: "to_retry" });
    expect(clock.waiting).toBe(0);
    waha = await SimulatedWaha.start({ apiKey: "key", clock });
  });

  async function untilReceived(count: number): Promise<void> {
    while (receiver.requests.length < count) await new Promise((resolve) => setImmediate(resolve));
  }
});

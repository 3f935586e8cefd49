import type { Clock } from "@gateway-router/core";
import { signedTestEvent } from "@gateway-router/waha";
import type { GatewayConfig } from "../config/gateway-config.js";

/** What became of an event sent to the gateway by the way WAHA's webhooks take. */
export type TestEventOutcome =
  | { readonly kind: "went_through" }
  /** The gateway is there and has another key. */
  | { readonly kind: "refused" }
  /** What answers there is not the gateway. */
  | { readonly kind: "not_the_gateway"; readonly answer: string }
  | { readonly kind: "unreachable"; readonly error: string };

const TEST_EVENT_MS = 5_000;

/** Sends an event that is nobody's by the way WAHA's webhooks take, as far as that can be done from here. */
export async function sendTestEvent(
  webhookUrl: string,
  { waha }: Pick<GatewayConfig, "waha">,
  clock: Clock,
): Promise<TestEventOutcome> {
  const { body, headers } = signedTestEvent({
    session: waha.session,
    hmacKey: waha.hmacKey,
    nowMs: clock.nowMs(),
  });
  try {
    const response = await fetch(webhookUrl, {
      method: "POST",
      headers: { ...headers },
      body: new Uint8Array(body),
      redirect: "manual",
      signal: AbortSignal.timeout(TEST_EVENT_MS),
    });
    if (response.status === 401) return { kind: "refused" };
    const answer = (await response.text()).slice(0, 200);
    return response.status === 200 && answer.includes('"ignored"')
      ? { kind: "went_through" }
      : { kind: "not_the_gateway", answer: `HTTP ${response.status}` };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
    return { kind: "unreachable", error: cause?.code ?? (error instanceof Error ? error.name : "no answer") };
  }
}

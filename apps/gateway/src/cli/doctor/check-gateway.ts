import type { Clock } from "@gateway-router/core";
import type { GatewayConfig } from "../../config/gateway-config.js";
import { isLoopback } from "../../config/parse-settings.js";
import type { RunningGateway } from "../running-gateway.js";
import { sendTestEvent } from "../send-test-event.js";
import { isHardlyReached } from "../waha-advice.js";
import { broken, fine, warning, type Finding } from "./finding.js";

const ANSWERS_WITHIN_MS = 5_000;
const MOST_TURNS = 10;

export async function checkReadiness(gateway: RunningGateway): Promise<Finding> {
  const { status, body } = await gateway.ask({
    ...{ method: "GET", path: "/readyz", timeoutMs: ANSWERS_WITHIN_MS },
  });
  const { message } = body;
  return status === 200
    ? fine("gateway", `the gateway at ${gateway.url} is ready`)
    : broken(
        "gateway",
        `the gateway at ${gateway.url} is not ready: ${typeof message === "string" ? message : `HTTP ${status}`}`,
        "look at its log; one that is going down is to be started again: npm start",
      );
}

/** Whether people and tenants who follow PUBLIC_URL come to the gateway that runs here. */
export async function checkPublicUrl(url: string, gateway: Pick<RunningGateway, "url">): Promise<Finding> {
  const mend = "set PUBLIC_URL to how others reach this gateway, and look at the proxy or tunnel on the way";
  const here = await whoAnswers(gateway.url);
  const there = await whoAnswersInTurn(url, here);
  if (there.kind === "nobody") {
    const text = `PUBLIC_URL is ${url}, where nobody answers (${there.error})`;
    // Many networks let nobody out and in again by their own public address.
    return there.error === "TimeoutError"
      ? warning("public_url", text, `try it from another network: ${url}/healthz. ${mend}`)
      : broken("public_url", text, mend);
  }
  if (there.kind === "somebody") {
    return broken("public_url", `what answers at PUBLIC_URL, ${url}, is no gateway (${there.answer})`, mend);
  }
  if (here.kind !== "gateway" || there.instance !== here.instance) {
    return broken("public_url", `another gateway answers at PUBLIC_URL, ${url}`, mend);
  }
  const isForThisMachine = isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, ""));
  return fine(
    "public_url",
    `${url} leads to this gateway${isForThisMachine ? ", from this machine alone" : ""}`,
  );
}

/** Whether WAHA's webhooks would come through, as far as that can be seen from here. */
export async function checkWebhookReachable(
  config: Pick<GatewayConfig, "waha">,
  webhookUrl: string,
  clock: Clock,
): Promise<Finding> {
  const check = "webhook_reachable";
  const outcome = await sendTestEvent(webhookUrl, config, clock);
  switch (outcome.kind) {
    case "went_through": {
      const wahaUrl = config.waha.url;
      return isHardlyReached({ webhookUrl, wahaUrl })
        ? warning(
            check,
            `a test event went through to ${webhookUrl}, which WAHA at ${wahaUrl} can hardly reach`,
            "set WEBHOOK_URL to an address that WAHA reaches, then run npx gateway deploy",
          )
        : fine(check, `a ${signedText(config)} test event went through to ${webhookUrl}`);
    }
    case "refused":
      return broken(
        check,
        `the gateway at ${webhookUrl} refused a test event: it runs with another WAHA_HMAC_KEY`,
        "give gateway and command the same WAHA_HMAC_KEY, restart the gateway, then run npx gateway deploy",
      );
    case "not_the_gateway":
      return broken(
        check,
        `what answers at ${webhookUrl} is not the gateway (${outcome.answer})`,
        "set WEBHOOK_URL to how WAHA reaches this gateway, then run npx gateway deploy",
      );
    case "unreachable":
      return warning(
        check,
        `the gateway does not answer at ${webhookUrl} from here (${outcome.error})`,
        "where only WAHA can reach WEBHOOK_URL, look for webhooks in the gateway's log; else correct it",
      );
  }
}

function signedText({ waha }: Pick<GatewayConfig, "waha">): string {
  return waha.hmacKey === undefined ? "unsigned" : "signed";
}

type Answering =
  | { readonly kind: "gateway"; readonly instance: string }
  | { readonly kind: "somebody"; readonly answer: string }
  | { readonly kind: "nobody"; readonly error: string };

/** Where several gateways take turns behind one address, this one's comes after a few. */
async function whoAnswersInTurn(url: string, expected: Answering): Promise<Answering> {
  for (let turn = 1; ; turn += 1) {
    const answering = await whoAnswers(url);
    const isAnother = answering.kind === "gateway" && expected.kind === "gateway";
    if (!isAnother || answering.instance === expected.instance || turn === MOST_TURNS) return answering;
  }
}

/** Asked without a key: whoever it is that answers there must not learn it. */
async function whoAnswers(url: string): Promise<Answering> {
  let text: string;
  let status: number;
  try {
    const response = await fetch(`${url}/healthz`, {
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    const { name, cause } = error as Error & { readonly cause?: { readonly code?: unknown } };
    return { kind: "nobody", error: typeof cause?.code === "string" ? cause.code : name };
  }
  const instance = instanceIn(text);
  return instance === undefined
    ? { kind: "somebody", answer: `HTTP ${status}` }
    : { kind: "gateway", instance };
}

function instanceIn(text: string): string | undefined {
  try {
    const { instance } = JSON.parse(text) as { readonly instance?: unknown };
    return typeof instance === "string" ? instance : undefined;
  } catch {
    return undefined;
  }
}

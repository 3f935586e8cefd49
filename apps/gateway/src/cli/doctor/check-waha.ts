import type { Clock } from "@gateway-router/core";
import { DesiredSessionConfig, WahaClient, WahaError, type WahaSession } from "@gateway-router/waha";
import type { GatewayConfig } from "../../config/gateway-config.js";
import { numberOf } from "../deploy-text.js";
import { wahaAdvice } from "../waha-advice.js";
import { checkClock } from "./check-clock.js";
import { broken, fine, warning, type CheckName, type Finding } from "./finding.js";

export interface WahaToCheck {
  readonly config: Pick<GatewayConfig, "waha">;
  /** `undefined` where nobody knows: only a free port is asked for, and no gateway runs. */
  readonly webhookUrl: string | undefined;
  readonly clock: Clock;
}

const ANSWERS_WITHIN_MS = 5_000;
const WORKING = "WORKING";
const STARTING = "STARTING";
const DEPLOY = "npx gateway deploy";

/** Each check as far as the one before it came through. Nothing is changed in WAHA. */
export async function checkWaha(options: WahaToCheck): Promise<readonly Finding[]> {
  const { config, clock } = options;
  const { url, apiKey, session } = config.waha;
  const client = new WahaClient({
    ...{ clock, baseUrl: url, apiKey, session, timeoutMs: ANSWERS_WITHIN_MS },
  });
  try {
    return await lookAt(client, options);
  } finally {
    await client.close();
  }
}

async function lookAt(client: WahaClient, options: WahaToCheck): Promise<readonly Finding[]> {
  const { config, webhookUrl, clock } = options;
  const { waha } = config;
  const findings: Finding[] = [];
  /** What it answers; where it fails, that is the last finding. */
  const ask = async <Answer>(
    check: CheckName,
    question: () => Promise<Answer>,
  ): Promise<Answer | undefined> => {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof WahaError)) throw error;
      findings.push(wahaFault(check, error, config));
      return undefined;
    }
  };

  const isThere = await ask("waha", () => client.ping().then(() => true));
  if (isThere === undefined) return findings;
  findings.push(fine("waha", `WAHA answers at ${waha.url}`));
  const whose = `WAHA at ${waha.url}`;
  const clockFinding = await checkClock({ check: "waha_clock", whose, url: `${waha.url}/ping`, clock });
  if (clockFinding !== undefined) findings.push(clockFinding);

  const version = await ask("waha_key", () => client.version());
  if (version === undefined) return findings;
  const engine = version.engine === undefined ? "" : ` (${version.engine})`;
  findings.push(fine("waha_key", `WAHA ${version.version}${engine} takes the API key`));

  const session = await ask("session", () => client.session());
  if (session === undefined) return findings;
  return [...findings, checkSession(waha.session, session), checkWebhook(session, waha, webhookUrl)];
}

function wahaFault(check: CheckName, error: WahaError, config: Pick<GatewayConfig, "waha">): Finding {
  if (check === "session" && error.code === "waha_not_found") {
    return broken("session", `WAHA has no session ${config.waha.session}`, DEPLOY);
  }
  return broken(check, error.message, wahaAdvice(error, config) ?? "look at WAHA's log");
}

function checkSession(name: string, { status, me }: WahaSession): Finding {
  if (status === WORKING) {
    return fine(
      "session",
      `session ${name} is ${status}: ${numberOf(me?.id) ?? "the number is not known yet"}`,
    );
  }
  return status === STARTING
    ? warning("session", `session ${name} is ${status}`, `wait a minute and look again; then ${DEPLOY}`)
    : broken("session", `session ${name} is ${status}`, DEPLOY);
}

function checkWebhook(
  { config: current }: WahaSession,
  { session, hmacKey }: GatewayConfig["waha"],
  webhookUrl: string | undefined,
): Finding {
  if (webhookUrl === undefined) {
    return warning(
      "webhook",
      "nobody knows where the gateway will listen: PORT is 0, and none runs",
      "set PORT or WEBHOOK_URL, or start the gateway first",
    );
  }
  const desired = new DesiredSessionConfig({ webhookUrl, hmacKey });
  const differences = desired.compare(current);
  if (differences.length > 0) {
    return broken(
      "webhook",
      `session ${session} is not as the gateway needs it: ${differences.join(", ")} (webhook ${webhookUrl})`,
      DEPLOY,
    );
  }
  const lookalikes = desired.lookalikes(current);
  if (lookalikes.length > 0) {
    return warning(
      "webhook",
      `session ${session} sends its events here, and to ${lookalikes.join(", ")} as well`,
      "if that is an earlier address of this gateway, take it out of the session's webhooks in WAHA",
    );
  }
  return hmacKey === undefined
    ? warning(
        "webhook",
        `session ${session} sends its events to ${webhookUrl}, and unsigned ones are taken`,
        `set WAHA_HMAC_KEY, restart the gateway, then ${DEPLOY}`,
      )
    : fine("webhook", `session ${session} sends its events to ${webhookUrl}, signed`);
}

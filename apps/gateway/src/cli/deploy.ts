import { GatewayError, systemClock, type Clock, type Logger } from "@gateway-router/core";
import {
  WahaClient,
  WahaError,
  WahaPairing,
  WahaSessionDeployment,
  type DeploymentReport,
  type PairingStep,
  type WahaSession,
} from "@gateway-router/waha";
import { webhookUrlOf, type GatewayConfig } from "../config/gateway-config.js";
import { sendTestEvent, type TestEventOutcome } from "./send-test-event.js";
import { wahaAdvice } from "./waha-advice.js";

export interface DeployRequest {
  /** In digits: a code to type into the phone is asked for instead of a QR code. */
  readonly pairingPhone?: string | undefined;
  /** How long the session may take to work, pairing included. */
  readonly timeoutMs: number;
  /** Told of each step as it happens. */
  readonly onStep: (step: DeployStep) => void;
}

export type DeployStep =
  | {
      readonly kind: "deployed";
      readonly report: DeploymentReport;
      readonly webhookUrl: string;
      readonly lookalikes: readonly string[];
    }
  | Exclude<PairingStep, { readonly kind: "working" }>
  | { readonly kind: "working"; readonly session: WahaSession }
  | { readonly kind: "test_event"; readonly outcome: TestEventOutcome };

export interface Deployed {
  readonly report: DeploymentReport;
  readonly webhookUrl: string;
  /** Other addresses that the session sends its events to, by the same path as the gateway's. */
  readonly lookalikes: readonly string[];
  readonly session: WahaSession;
  readonly testEvent: TestEventOutcome;
}

/** Each step is told to the one who runs the command, so that no line of a log need say it again. */
const QUIET: Logger = { isEnabled: () => false, log: () => undefined };

/**
 * Sets the WAHA session up for this gateway and follows it until it works. Safe to run again at any time: what is as
 * it should be is left alone.
 */
export async function deploy(
  config: GatewayConfig,
  { pairingPhone, timeoutMs, onStep }: DeployRequest,
  clock: Clock = systemClock,
): Promise<Deployed> {
  const webhookUrl = webhookUrlFor(config);
  const { waha } = config;
  const client = new WahaClient({ clock, baseUrl: waha.url, apiKey: waha.apiKey, session: waha.session });
  const timeout = new AbortController();
  const cancelTimer = clock.setTimer(timeoutMs, () => timeout.abort());
  try {
    // A gateway that runs with another key would refuse all that WAHA signs with this one.
    const before = await sendTestEvent(webhookUrl, config, clock);
    if (before.kind === "refused") throw refusedTestEvent(webhookUrl, "Nothing was changed in WAHA.");
    const deployment = new WahaSessionDeployment({
      ...{ client, logger: QUIET, webhookUrl, hmacKey: waha.hmacKey },
    });
    const report = await explained(config, () => deployment.ensure());
    const lookalikes = deployment.lookalikes(report.session);
    onStep({ kind: "deployed", report, webhookUrl, lookalikes });
    const session = await explained(config, () =>
      follow(new WahaPairing({ client, clock }), { pairingPhone, timeoutMs, signal: timeout.signal, onStep }),
    );
    const testEvent = await sendTestEvent(webhookUrl, config, clock);
    onStep({ kind: "test_event", outcome: testEvent });
    if (testEvent.kind === "refused")
      throw refusedTestEvent(webhookUrl, "The session is configured with this command's key.");
    return { report, webhookUrl, lookalikes, session, testEvent };
  } finally {
    cancelTimer();
    await client.close();
  }
}

function webhookUrlFor(config: GatewayConfig): string {
  if (config.port !== 0 || config.webhookUrl !== undefined || config.publicUrl !== undefined) {
    return webhookUrlOf(config, config.port);
  }
  throw new GatewayError(
    "no_webhook_url",
    "PORT is 0, so that nobody knows where the gateway will listen: set PORT, or WEBHOOK_URL.",
    { retryable: false },
  );
}

async function follow(
  pairing: WahaPairing,
  {
    pairingPhone,
    timeoutMs,
    signal,
    onStep,
  }: Omit<DeployRequest, "pairingPhone"> & {
    readonly pairingPhone: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<WahaSession> {
  let lastStatus = "unknown";
  for await (const step of pairing.waitUntilWorking({ signal, phoneNumber: pairingPhone })) {
    onStep(step);
    if (step.kind === "working") return step.session;
    if (step.kind === "status") lastStatus = step.status;
  }
  throw new GatewayError(
    "session_not_working",
    `The session is configured and did not work within ${Math.round(timeoutMs / 1_000)} s: it is ${lastStatus}. ${adviceFor(lastStatus)}`,
    { retryable: true },
  );
}

function adviceFor(status: string): string {
  switch (status) {
    case "SCAN_QR_CODE":
      return "Run the command again and scan the code with the phone of the shared number.";
    case "FAILED":
      return "Look into WAHA's log. The command, run again, restarts it once more; where that does not help, the pairing is broken: log the session out in WAHA (POST /api/sessions/<name>/logout), then run the command again and pair the phone anew.";
    case "STARTING":
      return "WAHA may need longer: run the command again, with --timeout for more time.";
    default:
      return "Look into WAHA's log, then run the command again.";
  }
}

function refusedTestEvent(webhookUrl: string, soFar: string): GatewayError {
  return new GatewayError(
    "test_event_refused",
    `The gateway at ${webhookUrl} refused a signed test event: it runs with another WAHA_HMAC_KEY than this command. ${soFar} Give both the same WAHA_HMAC_KEY, restart the gateway, then run the command again.`,
    { retryable: false },
  );
}

/** Says which setting to look at. */
async function explained<Result>(config: GatewayConfig, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WahaError)) throw error;
    const advice = wahaAdvice(error, config);
    if (advice === undefined) throw error;
    throw new GatewayError(error.code, `${error.message}. ${advice}`, {
      retryable: error.retryable,
    });
  }
}

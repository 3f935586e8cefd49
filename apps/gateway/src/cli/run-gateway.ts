import { createContainer, openGateway } from "../composition/create-container.js";
import { tokens } from "../composition/tokens.js";
import type { GatewayConfig } from "../config/gateway-config.js";
import type { Gateway, ListeningGateway } from "../gateway.js";
import { createLogger } from "../logging/create-logger.js";
import type { WinstonLogger } from "../logging/winston-logger.js";

/** Leaves time for the flush within the 10 s that supervisors commonly allow between asking and killing. */
const STOP_GRACE_MS = 8_000;

/** Runs the gateway until it is asked to stop. Resolves when the process may end; rejects where it can't start. */
export async function runGateway(config: GatewayConfig): Promise<void> {
  const logger = createLogger(config, process.stdout);
  endOnFault(logger);
  const stopSignal = nextStopSignal();
  const started = await Promise.race([start(config, logger), stopSignal]);
  if (typeof started === "string") {
    // Nothing was taken in, so there is nothing to finish, and a crash here would do no harm either: the process ends.
    logger.log("info", `${started}: stopped before the start was done`, { event: "gateway.stopped" });
    return;
  }
  const { gateway, url, webhookUrl, dataPlace, adminApiKeyPlace } = started;
  logger.announce(`listening on ${url}, data in ${dataPlace}, admin key in ${adminApiKeyPlace}`, {
    event: "gateway.listening",
    url,
    webhook_url: webhookUrl,
    data_dir: dataPlace,
    admin_key: adminApiKeyPlace,
  });
  warnOfRisks(config, logger);
  await stopOn(await stopSignal, gateway, logger);
}

async function start(
  config: GatewayConfig,
  logger: WinstonLogger,
): Promise<ListeningGateway & { readonly gateway: Gateway }> {
  const container = createContainer(config, logger);
  const gateway = await openGateway(container);
  (await container.getAsync(tokens.metrics)).watchProcess();
  return { ...(await gateway.start()), gateway };
}

function warnOfRisks(config: GatewayConfig, logger: WinstonLogger): void {
  if (config.waha.hmacKey === undefined) {
    logger.log(
      "warn",
      "WAHA_HMAC_KEY is not set: whoever reaches the port can send webhooks as any contact",
      {
        event: "gateway.unsigned_webhooks",
      },
    );
  }
}

async function stopOn(signal: NodeJS.Signals, gateway: Gateway, logger: WinstonLogger): Promise<void> {
  logger.log("info", `${signal}: finishing what is under way`, { event: "gateway.stopping", signal });
  await gateway.stop(STOP_GRACE_MS);
  logger.log("info", "stopped", { event: "gateway.stopped" });
}

/** Resolves with the first signal to stop. Whoever sends another does not want to wait. */
function nextStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve(signal);
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
}

/** A fault nobody expected leaves a state nobody knows. Ending is safe: nothing acknowledged lives in memory only. */
function endOnFault(logger: WinstonLogger): void {
  const end = (error: unknown): never => {
    logger.log("error", "The gateway ends: a fault it does not know", { event: "gateway.fault", error });
    process.exit(1);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}

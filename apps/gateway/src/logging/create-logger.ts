import { systemClock } from "@gateway-router/core";
import type { GatewayConfig } from "../config/gateway-config.js";
import { WinstonLogger } from "./winston-logger.js";

type LoggedConfig = Pick<GatewayConfig, "log" | "adminApiKey" | "waha" | "tenants" | "tracing">;

/** The gateway's log on standard output, or on standard error for commands whose output is their answer. */
export function createLogger(config: LoggedConfig, output: NodeJS.WriteStream): WinstonLogger {
  // A full disk under the log, or a reader that went away, costs lines and must not stop the gateway.
  output.on("error", () => undefined);
  return new WinstonLogger({
    level: config.log.level,
    format: config.log.format ?? (output.isTTY ? "pretty" : "json"),
    output,
    masksNumbers: config.log.redact,
    clock: systemClock,
    secrets: [
      ...[config.adminApiKey, config.waha.apiKey, config.waha.hmacKey, config.tenants.signingSecret],
      ...Object.values(config.tracing?.headers ?? {}),
    ],
  });
}

import type { Logger } from "@gateway-router/core";
import { withoutRequestId } from "./request-context.js";

/**
 * The logger for work that goes on beside the requests. A webhook may be what wakes it, but what it does then is
 * for other contacts too, and must not carry that webhook's request id.
 */
export function outsideRequests(logger: Logger): Logger {
  return {
    isEnabled: (level) => logger.isEnabled(level),
    log: (level, message, fields) => withoutRequestId(() => logger.log(level, message, fields)),
  };
}

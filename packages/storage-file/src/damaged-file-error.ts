import { GatewayError } from "@gateway-router/core";

/**
 * A file that people and the gateway share can't be used as it is. Nothing was changed; the message names the
 * file, what is wrong with it, and what to do.
 */
export class DamagedFileError extends GatewayError {
  readonly path: string;

  constructor(path: string, message: string, options: { cause?: unknown } = {}) {
    super("damaged_file", message, { retryable: false, ...options });
    this.path = path;
  }
}

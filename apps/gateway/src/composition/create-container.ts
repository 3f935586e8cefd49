import type { Logger } from "@gateway-router/core";
import { Container } from "inversify";
import type { GatewayConfig } from "../config/gateway-config.js";
import type { Gateway } from "../gateway.js";
import { bindAdapters } from "./bind-adapters.js";
import { bindGateway } from "./bind-gateway.js";
import { bindUseCases } from "./bind-use-cases.js";
import { tokens } from "./tokens.js";

/**
 * The one place where the parts meet. Everything is made when it is first asked for, once: until then
 * `rebind` puts another adapter in a part's place, and what uses the part does not notice.
 */
export function createContainer(config: GatewayConfig, logger: Logger): Container {
  const container = new Container({ defaultScope: "Singleton" });
  container.bind(tokens.config).toConstantValue(config);
  container.bind(tokens.logger).toConstantValue(logger);
  bindAdapters(container);
  bindUseCases(container);
  bindGateway(container);
  return container;
}

/** The gateway with everything it stands on opened: storage first, which holds the data folder against others. */
export async function openGateway(container: Container): Promise<Gateway> {
  const storage = await container.getAsync(tokens.storage);
  try {
    return await container.getAsync(tokens.gateway);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

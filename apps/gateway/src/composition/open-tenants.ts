import type { Logger, ManageTenants } from "@gateway-router/core";
import type { GatewayConfig } from "../config/gateway-config.js";
import { createContainer } from "./create-container.js";
import { tokens } from "./tokens.js";

/** The administration of tenants on the data itself. */
export interface OpenedTenants {
  readonly manageTenants: ManageTenants;
  /** Gives the data free. */
  close(): Promise<void>;
}

/** For commands while no gateway runs: holds the data as a gateway would, and is refused where one does. */
export async function openTenants(config: GatewayConfig, logger: Logger): Promise<OpenedTenants> {
  const container = createContainer(config, logger);
  const storage = await container.getAsync(tokens.storage);
  try {
    const manageTenants = await container.getAsync(tokens.manageTenants);
    return { manageTenants, close: () => storage.close() };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

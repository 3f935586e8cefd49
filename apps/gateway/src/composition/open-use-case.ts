import type { Logger } from "@gateway-router/core";
import type { GatewayConfig } from "../config/gateway-config.js";
import { createContainer } from "./create-container.js";
import { tokens, type Token } from "./tokens.js";

/** One use case on the data itself. */
export interface OpenedUseCase<UseCase> {
  readonly useCase: UseCase;
  /** Gives the data free. */
  close(): Promise<void>;
}

/** For commands while no gateway runs: holds the data as a gateway would, and is refused where one does. */
export async function openUseCase<UseCase>(
  token: Token<UseCase>,
  config: GatewayConfig,
  logger: Logger,
): Promise<OpenedUseCase<UseCase>> {
  const container = createContainer(config, logger);
  const storage = await container.getAsync(tokens.storage);
  try {
    const useCase = await container.getAsync(token);
    return { useCase, close: () => storage.close() };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

export { createContainer, openGateway } from "./composition/create-container.js";
export { tokens } from "./composition/tokens.js";
export type { GatewayConfig } from "./config/gateway-config.js";
export { loadConfig } from "./config/load-config.js";
export { parseSettings } from "./config/parse-settings.js";
export { SettingsError } from "./config/settings-error.js";
export { Gateway, type ListeningGateway } from "./gateway.js";
export { createLogger } from "./logging/create-logger.js";
